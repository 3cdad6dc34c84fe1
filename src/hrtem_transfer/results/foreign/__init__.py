"""A results folder from a plain table of settings and losses, made by whatever trained the networks."""

from hrtem_transfer.results.foreign.importing import Imported, import_table

__all__ = ["Imported", "import_table"]
