"""From atoms to exit waves: the multislice method."""
