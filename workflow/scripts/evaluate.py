"""The networks of some runs on all domains of their series."""

from pathlib import Path

from hrtem_transfer.job_log import job_log
from hrtem_transfer.learning.evaluation import evaluate_runs

with job_log(snakemake.log[0]) as say:
    evaluation = snakemake.params.evaluation
    evaluate_runs(
        {
            Path(table): {record.network_id: record.recipe for record in run.networks}
            for table, run in zip(snakemake.input.training, evaluation.runs, strict=True)
        },
        dict(zip(evaluation.images, map(Path, snakemake.input.images), strict=True)),
        evaluation.domains,
        Path(snakemake.params.store),
        Path(snakemake.params.scores),
        Path(snakemake.output[0]),
        keep_weights=snakemake.params.keep_weights,
        revision=snakemake.params.revision,
        device=snakemake.params.work["device"],
        threads=snakemake.threads,
        progress=say,
    )
