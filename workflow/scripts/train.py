"""The networks of a run, whatever its stage."""

from pathlib import Path

from hrtem_transfer.job_log import job_log
from hrtem_transfer.learning.training import train_run
from hrtem_transfer.sweep.recipes import NetworkRecipe

with job_log(snakemake.log[0]) as say:
    train_run(
        {key: NetworkRecipe.model_validate(recipe) for key, recipe in snakemake.params.recipes.items()},
        dict(zip(snakemake.params.domains, map(Path, snakemake.input.images), strict=True)),
        Path(snakemake.params.store),
        Path(snakemake.output[0]),
        device=snakemake.params.work["device"],
        threads=snakemake.threads,
        progress=say,
    )
