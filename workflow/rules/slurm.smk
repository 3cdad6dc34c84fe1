# What jobs will ask of Slurm: a refusal is known before the first of hundreds is submitted. The plugin has no public
# way to ask that, so everything that is private of it is used here and only here: `is_query_tool_available`,
# `get_submit_command`, `set_gres_string` and its executor's `get_account_arg` and `get_partition_arg`. pyproject.toml
# has an upper bound of its version.
import os

from hrtem_transfer.jobs.slurm_preflight import check_submissions, has_accounting, need_sbatch


def ask_slurm():
    """Stop when Slurm would refuse this sweep's jobs; nothing to ask when they do not go to Slurm."""
    if executor_name() != "slurm":
        return
    import snakemake_executor_plugin_slurm as plugin

    need_sbatch()
    if not has_accounting():
        # Else the plugin turns to sacct whenever the controller does not answer, gets no answer there, and forgets
        # its jobs.
        installed = plugin.is_query_tool_available
        plugin.is_query_tool_available = lambda tool: tool != "sacct" and installed(tool)
    check_submissions({rule: sbatch_options(plugin, job) for rule, job in submitted_jobs().items()})


def sbatch_options(plugin, job):
    """What the plugin will call sbatch with for a job."""
    executor, settings, folder = submission(job)
    about = {
        "run_uuid": "question",
        "slurm_logfile": os.devnull,
        "comment_str": job.rule.name,
        "account": next(executor.get_account_arg(job)),
        "partition": executor.get_partition_arg(job),
        "workdir": folder,
    }
    call = plugin.get_submit_command(job, about, settings=settings) + plugin.set_gres_string(job)
    return call.removeprefix("sbatch ")
