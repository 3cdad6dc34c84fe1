"""The networks of a run, whatever its stage."""

from pathlib import Path

from hrtem_transfer.jobs.job_log import job_log
from hrtem_transfer.jobs.training import train_run

with job_log(snakemake.log[0]) as say:
    run = snakemake.params.run
    train_run(
        {record.network_id: record.recipe for record in run.networks},
        dict(zip(run.domains, map(Path, snakemake.input.images), strict=True)),
        Path(snakemake.params.work["store"]),
        Path(snakemake.output[0]),
        device=snakemake.params.work["device"],
        threads=snakemake.threads,
        progress=say,
    )
