"""All tables of a sweep, and its summary in words."""

from pathlib import Path

from hrtem_transfer.checksums import record
from hrtem_transfer.files import write_text
from hrtem_transfer.job_log import job_log
from hrtem_transfer.results import collect
from hrtem_transfer.sweep import Layout, read_sweep

with job_log(snakemake.log[0]) as say:
    config = snakemake.params.config
    sweep = read_sweep(config["file"], config["overrides"])
    files = Layout.below(config["results"], sweep)
    summary = collect(
        list(sweep.networks.values()),
        files.domain_rows(),
        [Path(path) for path in snakemake.input.training],
        [Path(path) for path in snakemake.input.evaluations],
        files.root,
    )
    pictures = f"Pictures:\n  {files.root}/figures\n  {files.root}/explorer.html\n"
    write_text(snakemake.output.summary, f"{summary}\n{pictures}")
    listing = snakemake.output.checksums
    record(Path(listing), [Path(path) for path in snakemake.output if path != listing])
    say(str(summary))
