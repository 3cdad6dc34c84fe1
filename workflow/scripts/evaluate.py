"""The networks of a run on all domains of their series."""

from pathlib import Path

from hrtem_transfer.job_log import job_log
from hrtem_transfer.learning.evaluation import evaluate_run
from hrtem_transfer.sweep.recipes import NetworkRecipe

with job_log(snakemake.log[0]) as say:
    evaluate_run(
        {key: NetworkRecipe.model_validate(recipe) for key, recipe in snakemake.params.recipes.items()},
        dict(zip(snakemake.params.training_domains, map(Path, snakemake.input.images), strict=True)),
        dict(zip(snakemake.params.evaluation_domains, map(Path, snakemake.input.domains), strict=True)),
        Path(snakemake.params.store),
        Path(snakemake.output[0]),
        keep_weights=snakemake.params.keep_weights,
        revision=snakemake.params.revision,
        device=snakemake.params.work["device"],
        threads=snakemake.threads,
        progress=say,
    )
