# Before the first job: nobody else works on this folder, there is room for what is left, and Slurm will take the jobs.
# Then the plan is frozen, and jobs that read it anew read that, whatever becomes of the configuration meanwhile.
from hrtem_transfer.files import DataError
from hrtem_transfer.inspection.calibration import known_sizes
from hrtem_transfer.inspection.room import check_room
from hrtem_transfer.sweep import freeze
from hrtem_transfer.sweep_lock import claim


onstart:
    try:
        claim(FILES.root)
        check_room(FILES, known_sizes(FILES))
        ask_slurm()
        freeze(FILES)
    except (DataError, OSError) as error:
        raise WorkflowError(str(error)) from None
    workflow.config_settings.configfiles = [FILES.plan.absolute()]
