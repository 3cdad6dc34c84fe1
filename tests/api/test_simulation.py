"""Domains from keywords, and samples of them."""

import numpy as np
import pytest

import hrtem_transfer as ht
from hrtem_transfer.simulation.render import render_domain
from hrtem_transfer.simulation.simulate import simulate_shard
from hrtem_transfer.storage import image_files

SMALL = {"cell_nm": 3.2, "image_px": 64, "particles": 1, "frozen_phonons": 1, "film_nm": 0.6}


def test_images_are_those_that_the_workflow_renders(tmp_path):
    domain = ht.load_study("demo").domains["defocus_m10nm"]
    sample = ht.simulate(domain, images={"test": 1, "validation": 2})
    recipe = domain.recipe
    shards = []
    for split, count in {"test": 1, "validation": 2}.items():
        shards.append(tmp_path / f"{split}.h5")
        simulate_shard(recipe.structure_set, split, 0, count, shards[-1], device="cpu", progress=lambda _: None)
    render_domain(recipe, {"validation": 2, "test": 1}, shards, tmp_path / "images.h5", progress=lambda _: None)
    for split, made in sample.items():
        kept = image_files.read_images(tmp_path / "images.h5", split)
        assert np.array_equal(made.counts, kept.counts)
        assert np.array_equal(made.labels, kept.labels)
        assert np.array_equal(made.defocus_nm, kept.defocus_nm)
    assert (made.pixel_size_A, made.domain) == (0.4, "defocus_m10nm")


def test_a_domain_of_keywords_is_the_one_of_a_study_with_these_values():
    study = ht.load_study("demo").domains["structure_ag_small"].recipe
    seed = study.structure_set.seed
    ours = ht.Domain(crystal="Ag", defocus_nm=-10, dose_e_per_A2=300, seed=seed, name="structure_ag_small").recipe
    differing = {
        key
        for key in type(study.structure_set).model_fields
        if getattr(ours.structure_set, key) != getattr(study.structure_set, key)
    }
    assert differing == {"name"}
    assert (ours.condition, ours.image_px, ours.name) == (study.condition, study.image_px, study.name)
    assert ours.labels == study.labels


def test_more_images_leave_the_first_ones_as_they_are():
    domain = ht.Domain(**SMALL)
    one, two = ht.simulate(domain, images={"train": 1}), ht.simulate(domain, images={"train": 2})
    assert np.array_equal(one["train"].counts[0], two["train"].counts[0])
    assert not np.array_equal(two["train"].counts[0], two["train"].counts[1])
    assert two["train"].labels.any()


def test_defocus_and_dose_leave_the_specimen_as_it_is_and_a_seed_does_not():
    labels = [
        ht.simulate(ht.Domain(**SMALL, **other), images={"train": 1})["train"].labels
        for other in ({}, {"defocus_nm": 10, "dose_e_per_A2": np.float32(50)}, {"seed": 2})
    ]
    assert np.array_equal(labels[0], labels[1])
    assert not np.array_equal(labels[0], labels[2])


def test_other_keys_of_imaging_are_keywords():
    condition = ht.Domain(astigmatism_nm=2, focal_spread_std_A=5).recipe.condition
    assert (condition.astigmatism_nm, condition.focal_spread_std_A, condition.focal_spread_A) == (2, 5, None)


def test_a_crystal_may_be_a_cif_file(tmp_path):
    path = tmp_path / "silver.cif"
    path.write_text(
        "data_ag\n_cell_length_a 4.0782\n_cell_length_b 4.0782\n_cell_length_c 4.0782\n_cell_angle_alpha 90\n"
        "_cell_angle_beta 90\n_cell_angle_gamma 90\n_space_group_name_H-M_alt 'F m -3 m'\n_space_group_IT_number 225\n"
        "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
        "Ag1 Ag 0 0 0\n"
    )
    domain = ht.Domain(crystal=path, **SMALL)
    assert domain.recipe.structure_set.crystal.name == "silver"
    assert ht.simulate(domain, images={"test": 1})["test"].labels.any()


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"crystal": "Au"}, ["crystal", "Au", "CdSe", ".cif"]),
        ({"crystal": "cdse"}, ["crystal", "CdSe"]),
        ({"crystal": "nowhere.cif"}, ["crystal", "nowhere.cif"]),
        ({"defocus_nm": "much"}, ["defocus_nm", "much", "number"]),
        ({"defocus_nm": [1.0, 2.0]}, ["defocus_nm", "a Domain for each"]),
        ({"dose_e_per_A2": -1}, ["dose_e_per_A2", "-1", "above 0"]),
        ({"radius_nm": (1, 2, 3)}, ["radius_nm", "pair"]),
        ({"radius_nm": (1.2, 0.8)}, ["radius_nm", "0.8"]),
        ({"radius_nm": 5}, ["radius_nm", "cell_nm"]),
        ({"film_nm": 0.1}, ["slice_thickness_A", "at most 1"]),
        ({"image_px": 500}, ["image_px", "500", "128"]),
        ({"image_px": 80.5}, ["image_px", "80.5", "whole number"]),
        ({"pixel_size_A": 3}, ["pixel_size_A", "3"]),
        ({"cell_nm": float("nan")}, ["cell_nm", "nan"]),
        ({"seed": -1}, ["seed", "-1"]),
        ({"astigmatism": 3}, ["astigmatism", "astigmatism_nm"]),
        ({"energy_keV": 300_000}, ["energy_keV", "kiloelectronvolt"]),
        ({"name": "My domain"}, ["My domain", "lowercase"]),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_values_that_are_not_possible_are_answered_in_keywords(keywords, said):
    with pytest.raises(ht.ConfigError) as caught:
        ht.Domain(**keywords)
    assert all(word in str(caught.value) for word in said), caught.value
    assert "simulation." not in str(caught.value)
    assert "structure_sets" not in str(caught.value)


@pytest.mark.parametrize(
    ("domain", "keywords", "said"),
    [
        ("defocus_m10nm", {"images": {"train": 1}}, ["domain", "load_study"]),
        (None, {"images": {"training": 1}}, ["training", "train"]),
        (None, {"images": {"train": 0}}, ["train", "0", "at least 1"]),
        (None, {"images": {"train": True}}, ["train", "True"]),
        (None, {"images": 8}, ["images", "8"]),
        (None, {"images": {"train": 1}, "device": "gpu"}, ["device", "gpu", "cuda"]),
        (None, {"images": {"train": 1}, "threads": 0}, ["threads", "0"]),
    ],
)
def test_simulate_says_what_it_cannot_do(domain, keywords, said):
    with pytest.raises(ht.ConfigError) as caught:
        ht.simulate(domain or ht.Domain(), **keywords)
    assert all(word in str(caught.value) for word in said), caught.value


@pytest.mark.parametrize(("name", "said"), [("dmeo", ["demo", "paper"]), ("nowhere.yaml", ["nowhere.yaml"])])
def test_an_unknown_study_is_answered_with_those_that_there_are(name, said):
    with pytest.raises(ht.ConfigError) as caught:
        ht.load_study(name)
    assert all(word in str(caught.value) for word in said), caught.value


def test_a_split_that_was_not_simulated_is_named():
    sample = ht.simulate(ht.Domain(**SMALL), images={"test": 1})
    with pytest.raises(ht.DataError, match=r"train.*test"):
        sample["train"]
