"""Structure sets and domains of a study: families unrolled into named recipes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from hrtem_transfer.study.config.imaging import ALTERNATIVES, AXES, Condition, DomainFamily
from hrtem_transfer.study.config.presets import PRESETS
from hrtem_transfer.study.config.schema import SPLITS, Scattering, StructureSet, Study
from hrtem_transfer.study.recipes import CrystalRecipe, DomainRecipe, LabelRecipe, SetRecipe, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureSetPlan:
    """A structure set: its recipe, the digest of it, and how many structures each split has."""

    set_id: str
    family: str
    recipe: SetRecipe
    digest: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPlan:
    """A domain: its recipe, the digest of it, and the set that it shows."""

    domain_id: str
    family: str
    structures: StructureSetPlan
    recipe: DomainRecipe
    digest: str

    @property
    def title(self) -> str:
        """The domain in the paper's words."""
        crystal, images = self.structures.recipe.crystal.name, sum(self.structures.counts.values())
        at = " and ".join(AXES[key].in_label(self.axis_values[key]) for key in ("defocus_nm", "dose_e_per_A2"))
        return f"{self.domain_id}: {images} micrographs of {crystal} at {at}"

    @property
    def axis_values(self) -> dict[str, Any]:
        """The values of everything that can be an axis, in the order of ``AXES``; None where there is none."""
        return {key: getattr(self.recipe.condition, key) for key in AXES}

    def row(self) -> dict[str, Any]:
        """The domain as a row of the table ``domains``, without what only its images tell."""
        recipe = self.structures.recipe
        return {
            "domain": self.domain_id,
            "family": self.family,
            "structure_set": self.structures.set_id,
            "set_family": self.structures.family,
            "crystal": recipe.crystal.name,
            "space_group": space_group(recipe.crystal),
            **self.axis_values,
            "pixel_size_A": recipe.simulation.exit_wave_sampling_A,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """A part of a structure set that one job simulates: structures ``start`` to ``stop`` (excluded) of a split."""

    shard_id: str
    structures: StructureSetPlan
    split: str
    start: int
    stop: int

    @property
    def title(self) -> str:
        """The shard in the paper's words."""
        return f"{self.split} structures {self.start} to {self.stop - 1} of {self.structures.set_id}"


def set_ids(name: str, family: StructureSet) -> list[str]:
    """Ids of the sets of a family: its name, or ``<crystal>_<name>`` for each crystal of a list."""
    if isinstance(family.crystal, str):
        return [name]
    return [f"{crystal.lower()}_{name}" for crystal in family.crystal]


def structure_sets(study: Study, cif_texts: Mapping[str, str]) -> dict[str, StructureSetPlan]:
    """All structure sets of a study by id; ``cif_texts`` holds the text of each crystal that is given by a file."""
    plans: dict[str, StructureSetPlan] = {}
    for name, family in study.structure_sets.items():
        crystals = [family.crystal] if isinstance(family.crystal, str) else family.crystal
        for set_id, crystal in zip(set_ids(name, family), crystals, strict=True):
            recipe = SetRecipe(
                name=set_id,
                seed=study.seed,
                revision=study.revision.scattering,
                crystal=_crystal(crystal, cif_texts),
                radius_nm=family.radius_nm,
                particles=family.particles,
                gap_nm=family.gap_nm,
                stacking_faults=family.stacking_faults,
                simulation=Scattering(**study.simulation.model_dump(exclude={"image_px"})),
                substrate=study.substrate,
                thermal=study.thermal,
            )
            plans[set_id] = StructureSetPlan(
                set_id=set_id,
                family=name,
                recipe=recipe,
                digest=digest(recipe.model_dump()),
                counts={split: getattr(family.structures, split) for split in SPLITS},
            )
    return plans


def space_group(crystal: CrystalRecipe) -> int | None:
    """Number of a crystal's space group; None where a CIF file does not state it as a number."""
    if crystal.cif_text is None:
        return crystal.space_group
    stated = _STATED_SPACE_GROUP.search(crystal.cif_text)
    return int(stated.group(1)) if stated else None


_STATED_SPACE_GROUP = re.compile(
    r"^\s*_(?:space_group_it_number|space_group\.it_number|symmetry_int_tables_number)\s+['\"]?(\d{1,3})",
    re.IGNORECASE | re.MULTILINE,
)


def _crystal(name: str, cif_texts: Mapping[str, str]) -> CrystalRecipe:
    if name in cif_texts:
        return CrystalRecipe(name=name, basis=None, cif_text=cif_texts[name])
    return preset_crystal(name)


def preset_crystal(name: str) -> CrystalRecipe:
    """The recipe of one of the presets; KeyError for another name."""
    preset = PRESETS[name]
    return CrystalRecipe(
        name=name,
        space_group=preset.space_group,
        setting=preset.setting,
        a_A=preset.a_A,
        c_A=preset.c_A,
        basis=[(symbol, position) for symbol, position in preset.basis],
    )


def sets_of(study: Study, name: str) -> list[str]:
    """Ids of the sets that ``name`` means: a family of ``structure_sets`` or a single set; empty when unknown."""
    if name in study.structure_sets:
        return set_ids(name, study.structure_sets[name])
    for family_name, family in study.structure_sets.items():
        if name in set_ids(family_name, family):
            return [name]
    return []


def domain_points(study: Study, name: str, family: DomainFamily) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(domain id, set id, imaging values) of each domain of a family."""
    named = [family.structures] if isinstance(family.structures, str) else family.structures
    sets = [set_id for one in named for set_id in sets_of(study, one)]
    several_sets = not isinstance(family.structures, str) or len(sets) > 1
    axes = {key: getattr(family, key) for key in AXES if getattr(family, key) is not None}
    values = [value if isinstance(value, list) else [value] for value in axes.values()]
    for set_id, *point in product(sets, *values):
        words = [name] + ([set_id] if several_sets else [])
        words += [AXES[key].in_id(value) for key, value in zip(axes, point, strict=True) if isinstance(axes[key], list)]
        yield "_".join(words), set_id, dict(zip(axes, point, strict=True))


def condition(study: Study, values: Mapping[str, Any]) -> Condition:
    """The section ``imaging`` with a domain's ``values`` in it."""
    general = study.imaging.model_dump()
    for key in values:
        if key in ALTERNATIVES:
            general[ALTERNATIVES[key]] = None
    return Condition(**{**general, **values})


def domains(study: Study, sets: Mapping[str, StructureSetPlan]) -> dict[str, DomainPlan]:
    """All domains of a study by id."""
    plans: dict[str, DomainPlan] = {}
    for name, family in study.domains.items():
        for domain_id, set_id, values in domain_points(study, name, family):
            recipe = DomainRecipe(
                name=domain_id,
                revision=study.revision.rendering,
                structure_set=sets[set_id].recipe,
                condition=condition(study, values),
                labels=_labels(study, sets[set_id].recipe.crystal.name),
                image_px=study.simulation.image_px,
            )
            plans[domain_id] = DomainPlan(
                domain_id=domain_id,
                family=name,
                structures=sets[set_id],
                recipe=recipe,
                digest=digest(recipe.model_dump()),
            )
    return plans


def _labels(study: Study, crystal: str) -> LabelRecipe:
    return LabelRecipe(
        phase_threshold_rad=study.labels.phase_threshold_rad,
        order=study.labels.order,
        cut=study.labels.cut,
        smooth_A=study.labels.smooth_A_by_crystal.get(crystal, study.labels.smooth_A),
    )


def shards(sets: Mapping[str, StructureSetPlan], structures_per_job: int) -> dict[str, Shard]:
    """All shards by id; a shard's limits depend only on its split, so that enlarging a set keeps the full ones."""
    found: dict[str, Shard] = {}
    for plan in sets.values():
        for split, count in plan.counts.items():
            for start in range(0, count, structures_per_job):
                stop = min(start + structures_per_job, count)
                shard_id = f"{plan.set_id}-{plan.digest[:8]}/{split}_{start:05d}_{stop:05d}"
                found[shard_id] = Shard(shard_id=shard_id, structures=plan, split=split, start=start, stop=stop)
    return found
