"""Exit waves of a shard of a structure set."""

from pathlib import Path

from hrtem_transfer.job_log import job_log
from hrtem_transfer.simulation.simulate import simulate_shard
from hrtem_transfer.sweep.recipes import SetRecipe

with job_log(snakemake.log[0]) as say:
    split, start, stop = snakemake.params.part
    simulate_shard(
        SetRecipe.model_validate(snakemake.params.recipe),
        split,
        start,
        stop,
        Path(snakemake.output[0]),
        device=snakemake.params.work["device"],
        threads=snakemake.threads,
        progress=say,
    )
