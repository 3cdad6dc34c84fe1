"""The networks of some runs, or one network alone, on all domains of their series."""

from pathlib import Path

from hrtem_transfer.jobs.evaluation import evaluate_runs
from hrtem_transfer.jobs.job_log import job_log

with job_log(snakemake.log[0]) as say:
    evaluation, work = snakemake.params.evaluation, snakemake.params.work
    evaluate_runs(
        {
            Path(table): {record.network_id: record.recipe for record in run.networks}
            for table, run in zip(snakemake.params.training, evaluation.runs, strict=True)
        },
        {domain: Path(work["images"][domain]) for domain in evaluation.images},
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
