"""What a job of the workflow does: training a run, evaluating, the store, checkpoints, locks, logs, progress."""
