# Training. The three stages differ in what a run needs and where its table lies; the work is the same.


rule pretrain:
    input:
        images=lambda wildcards: [IMAGES[domain] for domain in SWEEP.runs[wildcards.run].domains],
        parents=lambda wildcards: [TRAINING_TABLES[run] for run in SWEEP.runs[wildcards.run].parents],
    output:
        f"{ROOT}/runs/pretrain/{{run}}/training.parquet",
    log:
        f"{ROOT}/logs/pretrain/{{run}}.log",
    conda:
        "../../envs/conda.yaml"
    threads: WORK["threads"]
    params:
        run=lambda wildcards: SWEEP.runs[wildcards.run],
        store=FILES.store.as_posix(),
        work=WORK,
    message:
        "Pretraining on {params.run.title}"
    script:
        "../scripts/train.py"


use rule pretrain as transfer with:
    output:
        f"{ROOT}/runs/transfer/{{run}}/training.parquet",
    log:
        f"{ROOT}/logs/transfer/{{run}}.log",
    message:
        "Transfer from {params.run.title}"


use rule pretrain as mixture with:
    output:
        f"{ROOT}/runs/mixture/{{run}}/training.parquet",
    log:
        f"{ROOT}/logs/mixture/{{run}}.log",
    message:
        "Mixture of {params.run.title}"
