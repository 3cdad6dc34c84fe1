"""The pictures of a sweep."""

from pathlib import Path

from hrtem_transfer.figures.contact_sheet import contact_sheet
from hrtem_transfer.figures.transfer import transfer_heatmap
from hrtem_transfer.job_log import job_log
from hrtem_transfer.results import load

with job_log(snakemake.log[0]) as say:
    contact_sheet(snakemake.params.domains, Path(snakemake.output.contact_sheet), snakemake.params.pixel_size_A)
    tables = load(Path(snakemake.input.networks).parent)
    transfer_heatmap(tables.networks, tables.domains, Path(snakemake.output.heatmap).with_suffix(""))
