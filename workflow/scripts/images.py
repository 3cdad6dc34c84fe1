"""Micrographs of a domain."""

from pathlib import Path

from hrtem_transfer.jobs.job_log import job_log
from hrtem_transfer.simulation.render import render_domain

with job_log(snakemake.log[0]) as say:
    domain = snakemake.params.domain
    render_domain(
        domain.recipe,
        domain.structures.counts,
        [Path(path) for path in snakemake.input],
        Path(snakemake.output[0]),
        device=snakemake.params.work["device"],
        threads=snakemake.threads,
        progress=say,
    )
