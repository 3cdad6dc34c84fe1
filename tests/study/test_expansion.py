"""The paper's counts, and the stability of ids."""

from __future__ import annotations

import copy
from collections import Counter
from pathlib import Path

import pytest
import yaml

from hrtem_transfer.study import NetworkRecord, Sweep, expand, read_sweep
from hrtem_transfer.study.config.problems import ConfigError
from hrtem_transfer.study.config.schema import Study

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def paper() -> Sweep:
    return read_sweep(ROOT / "config" / "paper.yaml")


def raw(name: str = "demo") -> dict:
    return yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text())


def ids(data: dict) -> set[str]:
    return set(expand(Study.model_validate(data)).networks)


def family_of(record: NetworkRecord) -> str:
    return record.recipe.shares[0].domain.split("_")[0]


def reordered(value):
    """The same data with all keys, and all lists that are axes, the other way round."""
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        numbers_in_order = value and isinstance(value[0], list)
        return [*reversed(value)] if not numbers_in_order else [*value][::-1]
    return value


def test_paper_has_10854_networks_behind_99_shared_pretrained_ones(paper: Sweep) -> None:
    assert paper.planned == {"defocus": 7200, "dose": 180, "structure": 2754, "mixture": 720}
    stages = Counter((record.series, record.stage) for record in paper.networks.values())
    assert stages[("defocus", "pretrain")] == 30
    assert stages[("dose", "pretrain")] == 15
    assert stages[("structure", "pretrain")] == 54
    assert len(paper.networks) == 10_854 + 99


def test_paper_has_34_domains_and_19_structure_sets(paper: Sweep) -> None:
    assert Counter(plan.family for plan in paper.domains.values()) == {"defocus": 11, "dose": 5, "structure": 18}
    assert len(paper.structure_sets) == 19
    assert {"defocus_m10nm", "dose_075", "structure_ag_small"} <= set(paper.domains)


def test_mixture_has_40_pairs_with_one_of_the_sources(paper: Sweep) -> None:
    pairs = {(r.source_domain, r.target_domain) for r in paper.networks.values() if r.stage == "mixture"}
    assert len(pairs) == 40
    sources = {f"defocus_{word}" for word in ("m10nm", "m05nm", "p00nm", "p05nm", "p10nm")}
    assert all(sources & set(pair) for pair in pairs)


@pytest.mark.parametrize("validation", [2, 3, 5, 16])
@pytest.mark.parametrize("images", [[32, 32], [63, 1], [1, 63], [21, 43]])
def test_no_structure_is_shown_in_both_domains_of_a_mixture(validation: int, images: list[int]) -> None:
    data = raw()
    data["structure_sets"]["cdse"]["structures"]["validation"] = validation
    data["series"]["mixture"]["mixture"]["images"] = [images]
    networks = expand(Study.model_validate(data)).networks.values()
    mixtures = [one.recipe.shares for one in networks if one.stage == "mixture"]
    assert mixtures
    for first, second in mixtures:
        assert (first.from_end, second.from_end) == (False, True)
        assert first.images + second.images <= 64
        assert first.validation_images >= 1 <= second.validation_images
        assert first.validation_images + second.validation_images <= validation


def test_all_ids_and_seeds_are_distinct(paper: Sweep) -> None:
    assert len({record.seed for record in paper.networks.values()}) == len(paper.networks)
    grouped = [record.network_id for run in paper.runs.values() for record in run.networks]
    assert sorted(grouped) == sorted(paper.networks)


def test_independent_pretraining_gives_each_transfer_its_own() -> None:
    data = raw("paper")
    data["pretraining"] = "independent"
    sweep = expand(Study.model_validate(data))
    transfers = [record for record in sweep.networks.values() if record.stage == "transfer"]
    assert len({record.pretrained_id for record in transfers}) == len(transfers) == 10_134
    assert sweep.planned == {"defocus": 7200, "dose": 180, "structure": 2754, "mixture": 720}


def test_reordering_the_file_renames_nothing() -> None:
    data = raw()
    sweep, other = expand(Study.model_validate(data)), expand(Study.model_validate(_reordered_axes(data)))
    assert set(sweep.networks) == set(other.networks)
    assert set(sweep.runs) == set(other.runs)
    assert {plan.digest for plan in sweep.domains.values()} == {plan.digest for plan in other.domains.values()}


def _reordered_axes(data: dict) -> dict:
    data = reordered(copy.deepcopy(data))
    # Decoder channels and the two numbers of a mixture are sequences, not axes.
    data["network"]["decoder_channels"].reverse()
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("series", "defocus", "transfer", "images"), 64),
        (("series", "defocus", "transfer", "learning_rate"), 1e-5),
        (("series", "defocus", "pretrain", "sources"), "defocus_m40nm"),
        (("domains", "defocus", "defocus_nm"), 60),
        (("domains", "dose", "dose_e_per_A2"), 1000),
        (("structure_sets", "small", "crystal"), "Cu"),
        (("series", "mixture", "mixture", "images"), [32, 32]),
    ],
)
def test_adding_an_axis_value_renames_nothing(path: tuple[str, ...], value: object) -> None:
    data = raw()
    before = ids(data)
    axis = data
    for key in path:
        axis = axis[key]
    axis.append(value)
    after = ids(data)
    assert before < after


def test_more_structures_or_replicates_rename_nothing() -> None:
    data = raw()
    before = ids(data)
    data["structure_sets"]["cdse"]["structures"].update(train=128, test=32)
    assert ids(data) == before
    data["series"]["dose"]["replicates"] = 2
    assert before < ids(data)


def test_work_and_names_of_other_sections_change_no_id() -> None:
    data = raw()
    before = ids(data)
    data["work"] = {"structures_per_job": 3, "threads": 2, "device": "cpu"}
    data["sweep"] = "another"
    for series in data["series"].values():
        series["together"] = []
    assert ids(data) == before


@pytest.mark.parametrize(
    ("path", "value", "families"),
    [
        (("simulation", "energy_keV"), 200, {"defocus", "dose", "structure"}),
        (("structure_sets", "cdse", "gap_nm"), 0.6, {"defocus", "dose"}),
        (("domains", "dose", "defocus_nm"), -20, {"dose"}),
        (("training", "batch_size"), 16, {"defocus", "dose", "structure"}),
    ],
)
def test_a_scientific_value_renames_exactly_what_depends_on_it(path, value, families) -> None:
    data = raw()
    before = expand(Study.model_validate(data)).networks
    section = data
    for key in path[:-1]:
        section = section[key]
    section[path[-1]] = value
    after = expand(Study.model_validate(data)).networks
    gone = {family_of(before[one]) for one in set(before) - set(after)}
    stayed = {family_of(before[one]) for one in set(before) & set(after)}
    assert gone == families
    assert stayed == {"defocus", "dose", "structure"} - families


def test_a_pretrained_network_that_two_series_share_is_trained_once() -> None:
    data = raw()
    data["series"]["again"] = copy.deepcopy(data["series"]["defocus"])
    data["series"]["again"]["transfer"]["images"] = [64]
    data["series"]["again"]["domains"] = ["defocus", "dose"]
    data["series"]["again"]["transfer"]["targets"] = "every_other"
    sweep = expand(Study.model_validate(data))
    shared = [r for r in sweep.runs.values() if r.stage == "pretrain" and r.series == "again"]
    assert sum(len(run.networks) for run in shared) == 2
    assert all("dose_030" in run.evaluation_domains for run in shared)
    assert not sweep.duplicates


def test_the_same_network_in_two_series_is_refused(tmp_path: Path) -> None:
    data = raw()
    data["series"]["again"] = data["series"]["dose"]
    file = tmp_path / "twice.yaml"
    file.write_text(yaml.safe_dump(data))
    with pytest.raises(ConfigError, match="which series 'again' has too; allowed: each network once"):
        read_sweep(file)


def test_a_series_whose_count_differs_from_the_stated_one_is_refused(tmp_path: Path) -> None:
    text = (ROOT / "config" / "paper.yaml").read_text().replace("networks: 7200", "networks: 7201")
    file = tmp_path / "paper.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"series.defocus.networks: found 7201; allowed: 7200"):
        read_sweep(file)


def test_together_decides_the_runs() -> None:
    data = raw()
    for series in data["series"].values():
        series["together"] = []
    sweep = expand(Study.model_validate(data))
    assert all(len(run.networks) == 1 for run in sweep.runs.values())
    data["series"]["defocus"]["together"] = ["source", "target", "images", "learning_rate", "freeze"]
    sweep = expand(Study.model_validate(data))
    assert [len(r.networks) for r in sweep.runs.values() if (r.series, r.stage) == ("defocus", "transfer")] == [48]


def test_runs_know_what_they_need() -> None:
    sweep = read_sweep(ROOT / "config" / "demo.yaml")
    for run in sweep.runs.values():
        parents = {record.pretrained_id for record in run.networks if record.pretrained_id}
        found = {record.network_id for one in run.parents for record in sweep.runs[one].networks}
        assert parents <= found
        assert set(run.domains) <= set(run.evaluation_domains)
        assert {share.domain for record in run.networks for share in record.recipe.shares} == set(run.domains)
