"""Whether Slurm would take a sweep's jobs, asked before the first one is submitted."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Mapping

from hrtem_transfer.storage.files import DataError

# What Slurm says of jobs that it takes all the same, and keeps in the queue until nodes are there (slurm_errno.c).
_ONLY_NOT_NOW = ("Requested nodes are busy", "Required node not available")


def need_sbatch() -> None:
    """Make sure that this machine can submit to Slurm.

    Raises:
        DataError: there is no sbatch.
    """
    if shutil.which("sbatch") is None:
        raise DataError(
            "sbatch: not found on the PATH, so no job can be submitted. Start on a machine that submits to Slurm (its "
            "login node; `module load slurm` on some), or work on this machine: --cores 8 instead of --profile."
        )


def has_accounting() -> bool:
    """Whether sacct can tell the state of jobs here: it may be installed on a cluster that keeps no accounts."""
    if shutil.which("sacct") is None:
        return False
    return subprocess.run(["sacct", "--noheader", "--allocations"], capture_output=True).returncode == 0


def check_submissions(calls: Mapping[str, str]) -> None:
    """Let Slurm judge calls of sbatch without submitting anything (``sbatch --test-only``).

    Without this each job of the sweep would be submitted, refused and tried again.

    Args:
        calls: options of sbatch, as text for a shell, by the name of the rule whose jobs are submitted like this.

    Raises:
        DataError: Slurm refuses a call; the message has Slurm's own words, each once.
    """
    refused: dict[str, list[str]] = {}
    for rule, options in calls.items():
        words = _refusal(options)
        if words is not None:
            refused.setdefault(words, []).append(rule)
    if refused:
        listed = "\n".join(f"  {', '.join(rules)}: {words}" for words, rules in refused.items())
        raise DataError(
            f"Slurm refuses jobs of this sweep; none was submitted. Its words, by rule:\n{listed}\n"
            "What jobs ask for stands in the block `Your site` of profiles/slurm/config.yaml. `sinfo` lists partitions,"
            " `sinfo --format='%P %G %f'` their GPUs and features, `sacctmgr show associations user=$USER` accounts. "
            "A node configuration that is `not available` may also mean that all its nodes are down just now."
        )


def _refusal(options: str) -> str | None:
    """Slurm's words on one line if it would never take the job, else None."""
    try:
        arguments = shlex.split(options)
    except ValueError as error:
        return f"{error} in the options: {options}"
    call = ["sbatch", "--test-only", *arguments, "--wrap", "true"]
    done = subprocess.run(call, capture_output=True, text=True)
    words = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
    if done.returncode == 0 or any(reason in line for line in words for reason in _ONLY_NOT_NOW):
        return None
    return "; ".join(dict.fromkeys(words)) or f"sbatch ended with status {done.returncode} and said nothing"
