"""One network, trained if it is not yet, on all domains of its series."""

from pathlib import Path

from hrtem_transfer.job_log import job_log
from hrtem_transfer.learning.evaluation import evaluate_runs

with job_log(snakemake.log[0]) as say:
    evaluation, work = snakemake.params.evaluation, snakemake.params.work
    (run,) = evaluation.runs
    evaluate_runs(
        {Path(snakemake.params.run): {record.network_id: record.recipe for record in run.networks}},
        dict(zip(evaluation.images, map(Path, snakemake.input.images), strict=True)),
        evaluation.domains,
        Path(work["store"]),
        Path(work["scores"]),
        Path(snakemake.output[0]),
        keep_weights=work["keep_weights"],
        revision=work["revision"],
        device=work["device"],
        threads=snakemake.threads,
        progress=say,
    )
