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
        shard=lambda wildcards: SWEEP.shards[wildcards.shard],
        work=WORK,
    message:
        "Simulating {params.shard.title}"
    script:
        "../scripts/exit_waves.py"


rule images:
    input:
        lambda wildcards: SHARDS[DOMAINS[wildcards.image_key].domain_id],
    output:
        f"{ROOT}/images/{{image_key}}.h5",
    log:
        f"{ROOT}/logs/images/{{image_key}}.log",
    conda:
        "../../envs/conda.yaml"
    threads: WORK["threads"]
    params:
        domain=lambda wildcards: DOMAINS[wildcards.image_key],
        work=WORK,
    message:
        "Rendering {params.domain.title}"
    script:
        "../scripts/images.py"


# One input of many evaluations in place of all images of a series: with one job per network a third of the planning.
rule gallery:
    input:
        lambda wildcards: SHOWN[wildcards.gallery],
    output:
        f"{ROOT}/images/{{gallery}}.txt",
    log:
        f"{ROOT}/logs/images/{{gallery}}.log",
    wildcard_constraints:
        gallery=r"gallery-[0-9a-f]{8}",
    localrule: True
    conda:
        "../../envs/conda.yaml"
    params:
        domains=lambda wildcards: len(SHOWN[wildcards.gallery]),
    message:
        "Micrographs of {params.domains} domains are there"
    script:
        "../scripts/gallery.py"
