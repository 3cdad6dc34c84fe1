"""The study unrolled into structure sets, domains, networks and runs. Light: imports neither numpy nor torch."""

from hrtem_transfer.study.expansion import Sweep, expand
from hrtem_transfer.study.layout import Layout
from hrtem_transfer.study.plan import freeze, read_plan, results_folders
from hrtem_transfer.study.reading import read_sweep
from hrtem_transfer.study.records import NetworkRecord, Run

__all__ = ["Layout", "NetworkRecord", "Run", "Sweep", "expand", "freeze", "read_plan", "read_sweep", "results_folders"]
