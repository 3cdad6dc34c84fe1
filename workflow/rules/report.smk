# Figures, the explorer, the effects of each choice.


rule report:
    input:
        **rules.collect.output,
        images=list(IMAGES.values()),
    output:
        explorer=f"{ROOT}/explorer.html",
        effects=[f"{ROOT}/effects.csv", f"{ROOT}/recommended.csv"],
        # It names the figures, which depend on what has a result. Its own name holds the plan's digest: see collect.
        checksums=FILES.report_listing.as_posix(),
    log:
        f"{ROOT}/logs/report.log",
    localrule: True
    conda:
        "../../envs/conda.yaml"
    params:
        plan=FILES.plan.as_posix(),
        sweep=SWEEP.study.sweep,
    message:
        "Figures and explorer of sweep {SWEEP.study.sweep}"
    script:
        "../scripts/report.py"
