"""Where problems of a configuration are said to be, and overrides. The messages themselves: tests/bad_input."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hrtem_transfer.study import read_sweep
from hrtem_transfer.study.config.problems import ConfigError

ROOT = Path(__file__).parents[2]
STUDY = Path(__file__).with_name("study.yaml").read_text()


def write(folder: Path, old: str, new: str) -> Path:
    """A good configuration with one replacement, which must apply exactly where it is meant."""
    assert STUDY.count(old) >= 1, f"the study has no {old!r} any more"
    file = folder / "study.yaml"
    file.write_text(STUDY.replace(old, new, 1))
    return file


def test_all_errors_are_said_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "study.yaml"
    file.write_text(STUDY.replace("energy_keV: 300", "energy_keV: 3").replace("epochs: 10", "epochs: 0"))
    with pytest.raises(ConfigError) as caught:
        read_sweep(file)
    assert "2 problems" in str(caught.value)
    assert re.search(r"simulation\.energy_keV.*\n.*training\.epochs", str(caught.value))


def test_line_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "epochs: 10", "epochs: 0")
    line = file.read_text().splitlines().index("  epochs: 0") + 1
    with pytest.raises(ConfigError, match=f"line {line}: training.epochs: found 0"):
        read_sweep(file)


def test_overrides_are_laid_over_the_file_and_checked_alike() -> None:
    sweep = read_sweep(ROOT / "config" / "demo.yaml", {"seed": 8, "keep": {"weights": False}})
    assert sweep.study.seed == 8
    assert not sweep.study.keep.weights


def test_a_wrong_override_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "epochs: 10", "epochs: 0")
    overrides = {"seeds": "3", "keep": {"weights": "perhaps"}}
    with pytest.raises(ConfigError) as caught:
        read_sweep(file, overrides)
    first, *problems = str(caught.value).splitlines()
    assert "3 problems" in first
    assert {line.split(": found")[0].strip() for line in problems} == {
        "--config seeds",
        "--config keep.weights",
        "line 73: training.epochs",
    }
    assert any("did you mean 'seed'" in line for line in problems)


def test_overrides_from_a_command_line_may_be_texts() -> None:
    overrides = {"seed": "8", "keep": {"weights": "false"}, "training": {"learning_rate_decay": "9e-1"}}
    study = read_sweep(ROOT / "config" / "demo.yaml", overrides).study
    assert (study.seed, study.keep.weights, study.training.learning_rate_decay) == (8, False, 0.9)


def test_every_shipped_configuration_is_good() -> None:
    for file in sorted((ROOT / "config").glob("*.yaml")):
        assert read_sweep(file).networks, file
