"""What tests of several packages share: a corner of the paper's sweep with synthetic numbers, and small networks."""

import importlib.util
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]

# A shell starts what runs in its background with interrupts ignored, which would be handed on to every workflow that a
# test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Plan:
    """Planned networks, the rows of their domains, and the domains on which each series is evaluated."""

    networks: list
    domains: list[dict]
    evaluated_on: dict[str, list[str]]


@pytest.fixture(scope="session")
def corner_plan() -> Plan:
    """All networks of the paper between a few of its domains, two replicates of each."""
    from hrtem_transfer.study.networks import series_domains
    from hrtem_transfer.study.reading import read_sweep

    sweep = read_sweep(ROOT / "config" / "paper.yaml")

    def wanted(name: str) -> bool:
        condition = sweep.domains[name].recipe.condition
        crystal = sweep.domains[name].recipe.structure_set.crystal.name
        if name.startswith("defocus"):
            return condition.defocus_nm in (-10, 0, 10)
        return condition.dose_e_per_A2 in (75, 600) if name.startswith("dose") else crystal in ("Ag", "C")

    domains = {name: plan for name, plan in sweep.domains.items() if wanted(name)}
    networks = [
        record
        for record in sweep.networks.values()
        if record.source_domain in domains
        and (record.target_domain is None or record.target_domain in domains)
        and record.replicate < 2
    ]
    return Plan(
        networks=networks,
        domains=[plan.row() for plan in domains.values()],
        evaluated_on={
            name: [one for one in series_domains(series, sweep.domains) if one in domains]
            for name, series in sweep.study.series.items()
        },
    )


@pytest.fixture(scope="session")
def corner_results(corner_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder with made-up numbers for the corner of the sweep; two networks have failed. Do not change it."""
    from hrtem_transfer.results.synthetic import write_synthetic

    out = tmp_path_factory.mktemp("corner") / "results"
    write_synthetic(corner_plan.networks, corner_plan.domains, corner_plan.evaluated_on, out, failed=2)
    return out


@pytest.fixture(scope="session")
def run_tables(corner_results: Path) -> tuple[Sequence[Path], Sequence[Path]]:
    """The run tables behind ``corner_results``: training and evaluation."""
    runs = corner_results / "runs"
    return sorted(runs.glob("*/training.parquet")), sorted(runs.glob("*/evaluation.parquet"))


@pytest.fixture(scope="session")
def learning() -> ModuleType:
    """Helpers of the tests of learning: made-up images and small networks (``learning_helpers.py``)."""
    spec = importlib.util.spec_from_file_location("learning_helpers", Path(__file__).with_name("learning_helpers.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
