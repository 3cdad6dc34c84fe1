"""Exit waves of a shard of a structure set."""

from pathlib import Path

from hrtem_transfer.jobs.job_log import job_log
from hrtem_transfer.simulation.simulate import simulate_shard

with job_log(snakemake.log[0]) as say:
    shard = snakemake.params.shard
    simulate_shard(
        shard.structures.recipe,
        shard.split,
        shard.start,
        shard.stop,
        Path(snakemake.output[0]),
        device=snakemake.params.work["device"],
        threads=snakemake.threads,
        progress=say,
    )
