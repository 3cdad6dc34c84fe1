"""Which image files are shown to the networks of some evaluations."""

from hrtem_transfer.files import write_text
from hrtem_transfer.job_log import job_log

with job_log(snakemake.log[0]):
    write_text(snakemake.output[0], "\n".join(snakemake.input) + "\n")
