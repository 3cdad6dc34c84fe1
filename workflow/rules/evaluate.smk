# Every network of a run on every domain of its series.


rule evaluate:
    input:
        training=f"{ROOT}/runs/{{stage}}/{{run}}/training.parquet",
        images=lambda wildcards: images_of(SWEEP.runs[wildcards.run].domains),
        domains=lambda wildcards: images_of(SWEEP.runs[wildcards.run].evaluation_domains),
    output:
        f"{ROOT}/runs/{{stage}}/{{run}}/evaluation_{{key}}.parquet",
    log:
        f"{ROOT}/logs/evaluate/{{stage}}/{{run}}_{{key}}.log",
    conda:
        "../../envs/conda.yaml"
    threads: WORK["threads"]
    params:
        title=lambda wildcards: title(SWEEP.runs[wildcards.run]),
        training_domains=lambda wildcards: SWEEP.runs[wildcards.run].domains,
        evaluation_domains=lambda wildcards: SWEEP.runs[wildcards.run].evaluation_domains,
        recipes=lambda wildcards: recipes_of(SWEEP.runs[wildcards.run]),
        store=FILES.store.as_posix(),
        keep_weights=SWEEP.study.keep.weights,
        revision=SWEEP.study.revision.evaluate,
        work=WORK,
    message:
        "Evaluation of {params.title}"
    script:
        "../scripts/evaluate.py"
