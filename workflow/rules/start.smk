# Before the first job: nobody else works on this folder, there is room for what is left, and Slurm will take the jobs.
from hrtem_transfer.files import DataError
from hrtem_transfer.inspection.calibration import known_sizes
from hrtem_transfer.inspection.room import check_room
from hrtem_transfer.sweep_lock import claim


onstart:
    try:
        claim(FILES.root)
        check_room(FILES, known_sizes(FILES))
        ask_slurm()
    except (DataError, OSError) as error:
        raise WorkflowError(str(error)) from None
