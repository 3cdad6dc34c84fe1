"""Micrographs of a domain."""

from pathlib import Path

from hrtem_transfer.job_log import job_log
from hrtem_transfer.simulation.render import render_domain
from hrtem_transfer.sweep.recipes import DomainRecipe

with job_log(snakemake.log[0]) as say:
    render_domain(
        DomainRecipe.model_validate(snakemake.params.recipe),
        snakemake.params.counts,
        [Path(path) for path in snakemake.input],
        Path(snakemake.output[0]),
        device=snakemake.params.work["device"],
        threads=snakemake.threads,
        progress=say,
    )
