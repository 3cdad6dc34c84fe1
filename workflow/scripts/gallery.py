"""Which image files are shown to the networks of some evaluations."""

from hrtem_transfer.jobs.job_log import job_log
from hrtem_transfer.storage.files import write_text

with job_log(snakemake.log[0]):
    write_text(snakemake.output[0], "\n".join(snakemake.input) + "\n")
