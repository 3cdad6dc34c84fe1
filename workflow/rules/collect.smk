# All results in one place.


rule collect:
    input:
        training=list(TRAINING_TABLES.values()),
        evaluations=EVALUATION_TABLES,
    output:
        **{name: path.as_posix() for name, path in FILES.tables.items()},
        # Its name holds the plan's digest: tables of another plan are collected again, also after a change that was
        # taken back.
        checksums=FILES.tables_listing.as_posix(),
    log:
        f"{ROOT}/logs/collect.log",
    localrule: True
    conda:
        "../../envs/conda.yaml"
    params:
        plan=FILES.plan.as_posix(),
    message:
        "All networks of sweep {SWEEP.study.sweep} in one table"
    script:
        "../scripts/collect.py"
