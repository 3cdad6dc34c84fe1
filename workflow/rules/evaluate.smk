# Every network of some runs on every domain of its series.


rule evaluate:
    input:
        training=lambda wildcards: [TRAINING_TABLES[run.run_id] for run in SWEEP.evaluations[wildcards.evaluation].runs],
        images=lambda wildcards: [IMAGES[domain] for domain in SWEEP.evaluations[wildcards.evaluation].images],
    output:
        f"{ROOT}/evaluations/{{evaluation}}.parquet",
    log:
        f"{ROOT}/logs/evaluate/{{evaluation}}.log",
    conda:
        "../../envs/conda.yaml"
    threads: WORK["threads"]
    params:
        evaluation=lambda wildcards: SWEEP.evaluations[wildcards.evaluation],
        store=FILES.store.as_posix(),
        scores=FILES.scores.as_posix(),
        keep_weights=SWEEP.study.keep.weights,
        revision=SWEEP.study.revision.evaluate,
        work=WORK,
    message:
        "Evaluation of {params.evaluation.title}"
    script:
        "../scripts/evaluate.py"
