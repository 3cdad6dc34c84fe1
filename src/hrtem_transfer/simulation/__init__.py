"""From atoms to micrographs: specimens, multislice, optics, detector, labels; whether a study can be simulated."""
