"""All tables of a sweep, and its summary in words."""

from pathlib import Path

from hrtem_transfer.inspection.gathering import gather
from hrtem_transfer.jobs.job_log import job_log
from hrtem_transfer.study import Layout, read_plan

with job_log(snakemake.log[0]) as say:
    plan = Path(snakemake.params.plan)
    say(str(gather(Layout(read_plan(plan), plan.parent), say).summary))
