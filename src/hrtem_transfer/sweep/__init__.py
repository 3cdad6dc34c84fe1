"""The study unrolled into structure sets, domains, networks and runs. Light: imports neither numpy nor torch."""

from hrtem_transfer.sweep.expansion import Sweep, expand
from hrtem_transfer.sweep.layout import Layout
from hrtem_transfer.sweep.plan import freeze, read_plan, results_folders
from hrtem_transfer.sweep.reading import read_sweep
from hrtem_transfer.sweep.records import NetworkRecord, Run

__all__ = ["Layout", "NetworkRecord", "Run", "Sweep", "expand", "freeze", "read_plan", "read_sweep", "results_folders"]
