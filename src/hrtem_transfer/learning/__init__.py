"""From micrographs to trained networks and their scores."""
