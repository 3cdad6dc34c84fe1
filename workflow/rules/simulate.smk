# Specimens, electron scattering, micrographs.


rule exit_waves:
    output:
        (lambda path: path if SWEEP.study.keep.exit_waves else temp(path))(f"{ROOT}/exit_waves/{{shard}}.h5"),
    log:
        f"{ROOT}/logs/exit_waves/{{shard}}.log",
    conda:
        "../../envs/conda.yaml"
    threads: WORK["threads"]
    params:
        recipe=lambda wildcards: SWEEP.shards[wildcards.shard].structures.recipe.model_dump(),
        part=lambda wildcards: (
            SWEEP.shards[wildcards.shard].split,
            SWEEP.shards[wildcards.shard].start,
            SWEEP.shards[wildcards.shard].stop,
        ),
        work=WORK,
    message:
        "Exit waves of {wildcards.shard}"
    script:
        "../scripts/exit_waves.py"


rule images:
    input:
        lambda wildcards: [path.as_posix() for path in FILES.shards(DOMAIN_OF_KEY[wildcards.image_key].domain_id)],
    output:
        f"{ROOT}/images/{{image_key}}.h5",
    log:
        f"{ROOT}/logs/images/{{image_key}}.log",
    conda:
        "../../envs/conda.yaml"
    threads: WORK["threads"]
    params:
        recipe=lambda wildcards: DOMAIN_OF_KEY[wildcards.image_key].recipe.model_dump(),
        counts=lambda wildcards: DOMAIN_OF_KEY[wildcards.image_key].structures.counts,
        work=WORK,
    message:
        "Micrographs of domain {wildcards.image_key}"
    script:
        "../scripts/images.py"
