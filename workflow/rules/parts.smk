# Parts of the sweep by name: `snakemake series_defocus`, `snakemake from_defocus_m10nm`, and one network alone as the
# file <results>/<sweep>/alone/<network id>.parquet.
import re
import sys

from hrtem_transfer.study.config.problems import nearest

for series in SWEEP.study.series:

    rule:
        name:
            f"series_{series}"
        input:
            lambda wildcards, series=series: part(lambda run: run.series == series),
        message:
            f"Series {series} is there"


for source in dict.fromkeys(record.source_domain for record in SWEEP.networks.values() if record.source_domain):

    rule:
        name:
            f"from_{source}"
        input:
            lambda wildcards, source=source: part(lambda run: source in sources(run)),
        message:
            f"What starts from {source} is there"


# An input function that does not know an id ends in a traceback, so a target on the command line is looked at before.
for word in sys.argv[1:]:
    target = re.fullmatch(rf"{re.escape(ROOT)}/alone/([0-9a-f]+)\.parquet", Path(word).as_posix())
    if target and target[1] not in SWEEP.networks:
        raise WorkflowError(
            f"{word}: no network of sweep {SWEEP.study.sweep} has this id. Allowed: the {len(SWEEP.networks)} ids in "
            f"column network_id of {ROOT}/networks.csv. {nearest(target[1], SWEEP.networks)}".rstrip()
        )


# The network and the pretrained one behind it, not the other networks of their runs. Both go to the store of the sweep.
rule alone:
    input:
        images=lambda wildcards: [IMAGES[domain] for domain in evaluation_alone(wildcards.network).images],
        parent=lambda wildcards: parent_alone(SWEEP.networks[wildcards.network]),
    output:
        f"{ROOT}/alone/{{network}}.parquet",
    log:
        f"{ROOT}/logs/alone/{{network}}.log",
    wildcard_constraints:
        network=r"[0-9a-f]{12}",
    conda:
        "../../envs/conda.yaml"
    threads: WORK["threads"]
    params:
        evaluation=lambda wildcards: evaluation_alone(wildcards.network),
        training=lambda wildcards: [TRAINING_TABLES[RUN_OF_NETWORK[wildcards.network].run_id]],
        words=lambda wildcards: network_in_words(SWEEP.networks[wildcards.network]),
        work=WORK,
    message:
        "Network {wildcards.network} alone: {params.words}"
    script:
        "../scripts/evaluate.py"
