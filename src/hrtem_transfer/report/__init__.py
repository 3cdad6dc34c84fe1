"""What a study shows: figures, the explorer, and the report of both."""
