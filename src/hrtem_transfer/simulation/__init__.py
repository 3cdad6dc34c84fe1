"""From atoms to micrographs."""
