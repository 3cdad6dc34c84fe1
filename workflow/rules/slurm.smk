# What jobs will ask of Slurm: a refusal is known before the first of hundreds is submitted.
import os

from hrtem_transfer.jobs.slurm_preflight import check_submissions, has_accounting, need_sbatch


def ask_slurm():
    """Stop when Slurm would refuse this sweep's jobs; nothing to ask when they do not go to Slurm."""
    if workflow.executor_plugin.name != "slurm":
        return
    import snakemake_executor_plugin_slurm as plugin

    need_sbatch()
    if not has_accounting():
        # Else the plugin turns to sacct whenever the controller does not answer, gets no answer there, and forgets
        # its jobs.
        installed = plugin.is_query_tool_available
        plugin.is_query_tool_available = lambda tool: tool != "sacct" and installed(tool)
    jobs = {job.rule.name: job for job in workflow.dag.needrun_jobs() if not job.is_local}
    check_submissions({rule: sbatch_options(plugin, job) for rule, job in jobs.items()})


def sbatch_options(plugin, job):
    """What the plugin will call sbatch with for a job."""
    executor = workflow.scheduler.get_executor(job)
    about = {
        "run_uuid": "question",
        "slurm_logfile": os.devnull,
        "comment_str": job.rule.name,
        "account": next(executor.get_account_arg(job)),
        "partition": executor.get_partition_arg(job),
        "workdir": workflow.workdir_init,
    }
    call = plugin.get_submit_command(job, about, settings=workflow.executor_settings) + plugin.set_gres_string(job)
    return call.removeprefix("sbatch ")
