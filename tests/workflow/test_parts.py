"""Parts of the sweep by name, and what is made again when parts of a finished sweep are gone: dry runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrtem_transfer.study import read_sweep
from tests.workflow.conftest import TINY, Workflow, assert_same_scores
from tests.workflow.dry_runs import ROOT, counts, finish, pending, snakemake

PAPER = ROOT / "config" / "paper.yaml"


def test_a_finished_study_without_40_runs_makes_exactly_these_again(tmp_path: Path) -> None:
    files = finish(tmp_path, PAPER)
    runs = [run for run in files.sweep.runs.values() if run.stage == "transfer"][::9][:40]
    assert len(runs) == 40
    for run in runs:
        files.training(run).unlink()
    behind = [one for one in files.sweep.evaluations.values() if any(run in one.runs for run in runs)]
    expected = {files.training(run) for run in runs} | {files.evaluation(one) for one in behind}
    found = {tmp_path / name for name in pending(tmp_path, PAPER)}
    made = {path for path in found if {"runs", "evaluations", "images", "exit_waves"} & set(path.parts)}
    assert made == expected
    # Beside them only what is collected from all tables.
    assert all(path.parent in (files.root, files.root / "figures") for path in found - made)


def test_one_series_of_the_paper_by_name(tmp_path: Path) -> None:
    found = counts(tmp_path, PAPER, "series_dose")
    assert found.pop("evaluate") == 10
    assert found == {"exit_waves": 12, "images": 5, "gallery": 1, "pretrain": 15, "transfer": 15, "series_dose": 1}


def test_one_source_by_name(tmp_path: Path) -> None:
    config = ROOT / "config" / "demo.yaml"
    found = counts(tmp_path, config, "from_dose_030")
    assert {rule: found[rule] for rule in ("pretrain", "transfer", "from_dose_030")} == {
        "pretrain": 1, "transfer": 1, "from_dose_030": 1,
    }  # fmt: skip
    assert "mixture" not in found
    assert "collect" not in found


def test_the_names_of_all_series_and_sources_are_listed(tmp_path: Path) -> None:
    names = snakemake(tmp_path, TINY, "--list-target-rules").split()
    assert {"series_defocus", "series_mixture", "from_defocus_m30nm", "from_defocus_p10nm", "all"} <= set(names)


def test_messages_of_a_dry_run_speak_the_words_of_the_paper(tmp_path: Path) -> None:
    text = snakemake(tmp_path, TINY, "--dry-run")
    for words in (
        "Simulating train structures 0 to 7 of ag",
        "Rendering defocus_m30nm: 16 micrographs of Ag at −30 nm and 400 e/Å²",
        "Pretraining on defocus_m30nm and 1 more domain, 2 networks (series defocus, learning rate 0.001, replicate 0)",
        "Transfer from defocus_m30nm to defocus_p10nm and 1 more pair, 12 networks (series defocus, pretrained with "
        "learning rate 0.001, replicate 0)",
        "Mixture of defocus_m30nm with defocus_p10nm, 2 networks (series mixture, learning rate 0.001)",
        "Evaluation of 2 mixture networks (defocus_m30nm with defocus_p10nm) on 2 domains (series mixture)",
        "All networks of sweep tiny in one table",
    ):
        assert words in text, words


def test_a_network_alone_needs_its_parent_and_nothing_else(tmp_path: Path) -> None:
    sweep = read_sweep(TINY)
    record = next(one for one in sweep.networks.values() if one.freeze == "encoder")
    found = counts(tmp_path, TINY, f"results/tiny/alone/{record.network_id}.parquet")
    assert found == {"exit_waves": 3, "images": 2, "alone": 2}


def test_an_unknown_network_is_answered_in_a_sentence(tmp_path: Path) -> None:
    known = next(iter(read_sweep(TINY).networks))
    strange = known[:-1] + ("0" if known[-1] != "0" else "1")
    process = Workflow(tmp_path).start("--dry-run", f"results/tiny/alone/{strange}.parquet")
    said, _ = process.communicate(timeout=120)
    assert process.returncode != 0
    assert f"{strange}.parquet: no network of sweep tiny has this id" in said
    assert f"'{known}'" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_a_network_alone_is_the_same_as_in_the_sweep_and_is_not_trained_again(
    undisturbed: Workflow, tmp_path: Path
) -> None:
    workflow = Workflow(tmp_path)
    record = next(one for one in read_sweep(TINY).networks.values() if one.freeze == "encoder")
    workflow.run(f"results/tiny/alone/{record.network_id}.parquet")
    stored = {path.name: path.stat().st_mtime_ns for path in (workflow.results / "networks").glob("*.safetensors")}
    assert stored.keys() == {f"{record.network_id}.safetensors", f"{record.pretrained_id}.safetensors"}
    assert_same_scores(workflow.results / "alone" / f"{record.network_id}.parquet", undisturbed.results)
    workflow.run()
    after = {name: (workflow.results / "networks" / name).stat().st_mtime_ns for name in stored}
    assert after == stored


def test_a_sweep_that_does_not_fit_starts_no_job(tmp_path: Path) -> None:
    workflow = Workflow(tmp_path)
    process = workflow.start("--config", "costs={bytes_per_network: 1.0e+13}")
    output, _ = process.communicate(timeout=300)
    assert process.returncode != 0
    # Twelve transfers, a third of each frozen part, two pretrained and two mixtures.
    assert "what is left of the sweep needs 120,000.0 GB, " in output
    assert "Simulating" not in output
    assert "Traceback" not in output
