"""The pictures, the explorer and the effects of a sweep."""

from pathlib import Path

from hrtem_transfer.checksums import record
from hrtem_transfer.figures.contact_sheet import contact_sheet
from hrtem_transfer.job_log import job_log
from hrtem_transfer.report import report

with job_log(snakemake.log[0]) as say:
    domains, pixel_size_A = snakemake.params.domains, snakemake.params.pixel_size_A
    sheet = contact_sheet(domains, Path(snakemake.output.contact_sheet), pixel_size_A)
    record(Path(snakemake.output.checksums), [sheet])
    report(
        Path(snakemake.input.networks).parent,
        images={row["domain"]: Path(row["image_file"]) for row in domains},
        pixel_size_A=pixel_size_A,
        title=f"Transfer learning for HRTEM: sweep {snakemake.params.sweep}",
        progress=say,
    )
