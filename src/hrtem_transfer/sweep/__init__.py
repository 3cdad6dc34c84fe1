"""The study unrolled into structure sets, domains, networks and runs. Light: imports neither numpy nor torch."""

from hrtem_transfer.sweep.expansion import Sweep, expand
from hrtem_transfer.sweep.layout import Layout
from hrtem_transfer.sweep.reading import read_sweep
from hrtem_transfer.sweep.records import NetworkRecord, Run

__all__ = ["Layout", "NetworkRecord", "Run", "Sweep", "expand", "read_sweep"]
