# Training. The four stages differ in what a run needs and where its table lies; the work is the same.


rule pretrain:
    input:
        unpack(lambda wildcards: needed_by_run(SWEEP.runs[wildcards.run])),
    output:
        f"{ROOT}/runs/pretrain/{{run}}/training.parquet",
    log:
        f"{ROOT}/logs/pretrain/{{run}}.log",
    conda:
        "../../envs/conda.yaml"
    threads: WORK["threads"]
    params:
        run=lambda wildcards: SWEEP.runs[wildcards.run],
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


use rule pretrain as scratch with:
    output:
        f"{ROOT}/runs/scratch/{{run}}/training.parquet",
    log:
        f"{ROOT}/logs/scratch/{{run}}.log",
    message:
        "From random weights on {params.run.title}"


use rule pretrain as mixture with:
    output:
        f"{ROOT}/runs/mixture/{{run}}/training.parquet",
    log:
        f"{ROOT}/logs/mixture/{{run}}.log",
    message:
        "Mixture of {params.run.title}"
