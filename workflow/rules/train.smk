# Training. The three stages differ in what a run needs and where its table lies; the work is the same.


rule pretrain:
    input:
        images=lambda wildcards: images_of(SWEEP.runs[wildcards.run].domains),
        parents=lambda wildcards: [
            FILES.training(SWEEP.runs[one]).as_posix() for one in SWEEP.runs[wildcards.run].parents
        ],
    output:
        f"{ROOT}/runs/pretrain/{{run}}/training.parquet",
    log:
        f"{ROOT}/logs/pretrain/{{run}}.log",
    conda:
        "../../envs/conda.yaml"
    threads: WORK["threads"]
    params:
        title=lambda wildcards: title(SWEEP.runs[wildcards.run]),
        domains=lambda wildcards: SWEEP.runs[wildcards.run].domains,
        recipes=lambda wildcards: recipes_of(SWEEP.runs[wildcards.run]),
        store=FILES.store.as_posix(),
        work=WORK,
    message:
        "Pretraining on {params.title}"
    script:
        "../scripts/train.py"


use rule pretrain as transfer with:
    output:
        f"{ROOT}/runs/transfer/{{run}}/training.parquet",
    log:
        f"{ROOT}/logs/transfer/{{run}}.log",
    message:
        "Transfer from {params.title}"


use rule pretrain as mixture with:
    output:
        f"{ROOT}/runs/mixture/{{run}}/training.parquet",
    log:
        f"{ROOT}/logs/mixture/{{run}}.log",
    message:
        "Mixture of {params.title}"
