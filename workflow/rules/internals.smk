# Everything that the workflow takes from inside Snakemake, each with the reason. None of it is public API, so
# pyproject.toml has an upper bound of Snakemake's version. What is private of the Slurm plugin: slurm.smk.
from pathlib import Path

# The files of --configfile, unread: the statement `configfile:` and the global `config` merge them and drop keys that
# are given twice.
CONFIG_FILE = (workflow.configfiles or [Path(workflow.basedir) / "config" / "paper.yaml"])[-1]
# What --config gives and nothing else; `config` has the files' values mixed in.
OVERRIDES = dict(workflow.config_settings.config)
# False in a job that is a Snakemake of its own (on Slurm): it must not judge, lock or write for the whole sweep.
IS_MAIN = workflow.is_main_process


def is_dry_run():
    """A dry run writes nothing; there is no other word for it in a Snakefile."""
    return workflow.dryrun


def let_jobs_read(path):
    """Jobs that are started from here on are called with this --configfile instead of the user's."""
    workflow.config_settings.configfiles = [path.absolute()]


def executor_name():
    """Where jobs go ("slurm", "local", "dryrun"): to ask Slurm only when they go there."""
    return workflow.executor_plugin.name


def submitted_jobs():
    """What will be submitted, one job for each rule by its name. Rules differ in what they ask of Slurm."""
    return {job.rule.name: job for job in workflow.dag.needrun_jobs() if not job.is_local}


def submission(job):
    """The executor that will submit a job, its settings and the folder: what the plugin makes its call from."""
    return workflow.scheduler.get_executor(job), workflow.executor_settings, workflow.workdir_init
