# Every network of some runs on every domain of its series.


rule evaluate:
    input:
        unpack(lambda wildcards: needed_by_evaluation(SWEEP.evaluations[wildcards.evaluation])),
    output:
        f"{ROOT}/evaluations/{{evaluation}}.parquet",
    log:
        f"{ROOT}/logs/evaluate/{{evaluation}}.log",
    conda:
        "../../envs/conda.yaml"
    threads: WORK["threads"]
    params:
        evaluation=lambda wildcards: SWEEP.evaluations[wildcards.evaluation],
        training=lambda wildcards, input: input.training,
        work=WORK,
    message:
        "Evaluation of {params.evaluation.title}"
    script:
        "../scripts/evaluate.py"
