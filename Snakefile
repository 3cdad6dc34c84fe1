# From atoms to one table: the sweep that a configuration file describes.
#   snakemake -n                                   what the whole study would do (config/paper.yaml)
#   snakemake --configfile config/demo.yaml -c 2   the study in miniature
import gc

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from hrtem_transfer.study.config.problems import ConfigError
from hrtem_transfer.inspection.loading import load_study
from hrtem_transfer.study import Layout

min_version("9.27")

# Nothing of a DAG is garbage: with Python's usual threshold an eighth of the time of a large dry run goes into looking.
gc.set_threshold(100_000, 20, 100)


include: "workflow/rules/internals.smk"


# Read by our own strict reader. A job that is a Snakemake of its own (on Slurm) reads the frozen plan: rules/start.smk.
RESULTS = OVERRIDES.pop("results", "results")
try:
    FILES = Layout.below(RESULTS, load_study(CONFIG_FILE, OVERRIDES if IS_MAIN else {}))
except ConfigError as error:
    raise WorkflowError(str(error)) from None
SWEEP = FILES.sweep


wildcard_constraints:
    shard=r"[a-z0-9_]+-[0-9a-f]{8}/[a-z]+_\d+_\d+",
    image_key=r"[a-z0-9_]+-[0-9a-f]{8}",
    run=r"[a-z0-9_]+-[0-9a-f]{12}",
    evaluation=r"[a-z0-9_]+-[0-9a-f]{12}",


include: "workflow/rules/common.smk"
include: "workflow/rules/simulate.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/collect.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/parts.smk"
include: "workflow/rules/slurm.smk"
include: "workflow/rules/start.smk"
include: "workflow/rules/failures.smk"


rule all:
    default_target: True
    input:
        KEPT_FILES,
        list(TRAINING_TABLES.values()),
        EVALUATION_TABLES,
        rules.collect.output,
        rules.report.output,
        frozen_plan,
    message:
        "Everything of sweep {SWEEP.study.sweep} is there"
