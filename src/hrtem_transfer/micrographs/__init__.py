"""Micrographs in memory and from files: labelled samples, readers, tiles, and what is measured on particles."""
