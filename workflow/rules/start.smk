# Before the first job: nobody else works on this folder, there is room for what is left, and Slurm will take the jobs.
# Then the plan is frozen, and jobs that read it anew read that, whatever becomes of the configuration meanwhile.
import sys
from contextlib import suppress

from hrtem_transfer.storage.files import DataError
from hrtem_transfer.inspection.calibration import known_sizes
from hrtem_transfer.inspection.room import check_room
from hrtem_transfer.study import freeze
from hrtem_transfer.simulation import feasibility as physics_checks
from hrtem_transfer.jobs.sweep_lock import claim, is_claimed


def frozen_plan(wildcards):
    """No file to make. A finished sweep starts no job and so does not come to `onstart`: a lost plan is put back here."""
    if IS_MAIN and not is_dry_run() and FILES.tables_listing.exists() and not is_claimed(FILES.root):
        with suppress(OSError):
            freeze(FILES)
    return []


onstart:
    for warning in physics_checks.warnings(SWEEP.study):
        print(f"Warning: {warning}", file=sys.stderr)
    try:
        claim(FILES.root)
        check_room(FILES, known_sizes(FILES))
        ask_slurm()
        freeze(FILES)
    except (DataError, OSError) as error:
        raise WorkflowError(str(error)) from None
    let_jobs_read(FILES.plan)
