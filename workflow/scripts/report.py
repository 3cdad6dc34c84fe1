"""The pictures, the explorer and the effects of a sweep."""

from pathlib import Path

from hrtem_transfer.jobs.job_log import job_log
from hrtem_transfer.report.report import report

with job_log(snakemake.log[0]) as say:
    title = f"Transfer learning for HRTEM: sweep {snakemake.params.sweep}"
    report(Path(snakemake.params.plan).parent, title=title, progress=say)
