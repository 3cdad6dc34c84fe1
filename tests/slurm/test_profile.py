"""The profile for Slurm: read by Snakemake as it is meant, each entry explained, each rule provided for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from snakemake.cli import get_argument_parser
from snakemake.profiles import ProfileConfigFileParser

from tests.workflow.conftest import ROOT

PROFILES = [ROOT / "profiles" / name / "config.yaml" for name in ("default", "slurm")]
GPU_RULES = {"pretrain", "transfer", "mixture", "scratch", "alone", "evaluate"}
RULE = re.compile(r"^(?:use rule \w+ as|rule) (\w+)(?: with)?:\n((?:(?:    .*)?\n)*)", re.MULTILINE)


def read(profile: Path) -> dict:
    """Options as Snakemake takes them from a profile."""
    with profile.open() as file:
        return dict(ProfileConfigFileParser().parse(file))


def resources(profile: Path) -> dict[str, dict[str, str]]:
    """By rule: what its jobs ask for, the defaults among it."""
    entries = read(profile)
    defaults = dict(entry.split("=", 1) for entry in entries["default-resources"])
    found: dict[str, dict[str, str]] = {}
    for entry in entries["set-resources"]:
        rule, setting = entry.split(":", 1)
        key, value = setting.split("=", 1)
        found.setdefault(rule, dict(defaults))[key] = value
    return found


def rules_for_slurm() -> set[str]:
    """Rules of the workflow whose jobs do not stay on the login node."""
    texts = [path.read_text() for path in (ROOT / "workflow" / "rules").glob("*.smk")]
    return {name for text in texts for name, body in RULE.findall(text) if "localrule: True" not in body}


@pytest.mark.parametrize("profile", PROFILES, ids=lambda path: path.parent.name)
def test_every_entry_is_an_option_of_snakemake_and_has_a_reason(profile: Path) -> None:
    options = get_argument_parser()._option_string_actions
    assert {f"--{entry}" for entry in read(profile)} <= set(options)
    lines = profile.read_text().splitlines()
    entries = [number for number, line in enumerate(lines) if re.match(r"[a-z-]+:", line)]
    assert len(entries) == len(read(profile))
    for number in entries:
        # An entry with a block under it is explained inside.
        reason = lines[number + 1] if lines[number].endswith(":") else lines[number - 1]
        assert reason.lstrip().startswith("# "), lines[number]


def test_every_rule_has_resources_that_grow_with_the_attempt_and_trainings_a_gpu() -> None:
    asked = resources(PROFILES[1])
    assert set(asked) == rules_for_slurm() > GPU_RULES
    for rule, entries in asked.items():
        assert (entries.get("gpu") == "1") is (rule in GPU_RULES)
        assert entries["slurm_partition"] == ("gpu" if rule in GPU_RULES else "cpu")
        for amount in ("mem_mb", "runtime"):
            first, second = (eval(entries[amount], {"attempt": attempt}) for attempt in (1, 2))
            assert second > first > 0


def test_what_would_lose_results_is_not_used() -> None:
    entries = read(PROFILES[1])
    assert not {"groups", "group-components", "slurm-array-jobs", "keep-incomplete"} & set(entries)
    # Unanswered questions for the state of jobs are repeated for a day.
    assert int(entries["slurm-status-attempts"]) / float(entries["max-status-checks-per-second"]) == 86400
