"""Structure sets and domains of a study: families unrolled into named recipes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from hrtem_transfer.config.presets import PRESETS
from hrtem_transfer.config.schema import SPLITS, DomainFamily, StructureSet, Study
from hrtem_transfer.sweep.recipes import Condition, CrystalRecipe, DomainRecipe, LabelRecipe, SetRecipe, digest


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
        crystal, condition = self.structures.recipe.crystal.name, self.recipe.condition
        images = sum(self.structures.counts.values())
        return (
            f"{self.domain_id}: {images} micrographs of {crystal} at {condition.defocus_nm:+g} nm and "
            f"{condition.dose_e_per_A2:g} e/A^2"
        )


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
                revision=study.revision.simulate,
                crystal=_crystal(crystal, cif_texts),
                radius_nm=family.radius_nm,
                particles=family.particles,
                gap_nm=family.gap_nm,
                stacking_faults=family.stacking_faults,
                simulation=study.simulation,
                substrate=study.substrate,
                labels=LabelRecipe(
                    phase_threshold_rad=study.labels.phase_threshold_rad,
                    order=study.labels.order,
                    cut=study.labels.cut,
                    smooth_A=study.labels.smooth_A_by_crystal.get(crystal, study.labels.smooth_A),
                ),
            )
            plans[set_id] = StructureSetPlan(
                set_id=set_id,
                family=name,
                recipe=recipe,
                digest=digest(recipe.model_dump()),
                counts={split: getattr(family.structures, split) for split in SPLITS},
            )
    return plans


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


def _digits(value: float, width: int) -> str:
    whole, _, fraction = f"{abs(value):.6f}".rstrip("0").partition(".")
    return whole.zfill(width) + (f"_{fraction}" if fraction else "")


def _signed(value: float, width: int) -> str:
    return ("m" if value < 0 else "p") + _digits(value, width)


# How a value of each axis is written in a domain's id, in the order of the id.
AXIS_WORDS: dict[str, Callable[[Any], str]] = {
    "defocus_nm": lambda value: f"{_signed(value, 2)}nm",
    "dose_e_per_A2": lambda value: _digits(value, 3),
    "focal_spread_A": lambda value: f"spread{_digits(value, 2)}a",
    "spherical_aberration_mm": lambda value: f"cs_{_signed(value, 1)}mm",
    "astigmatism_nm": lambda value: f"astig{_digits(value, 2)}nm",
    "astigmatism_angle_deg": lambda value: f"angle_{_signed(value, 3)}deg",
    "aperture_mrad": lambda value: f"aperture{_digits(value, 2)}mrad",
}


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
    axes = {key: getattr(family, key) for key in AXIS_WORDS if getattr(family, key) is not None}
    values = [value if isinstance(value, list) else [value] for value in axes.values()]
    for set_id, *point in product(sets, *values):
        words = [name] + ([set_id] if several_sets else [])
        words += [AXIS_WORDS[key](value) for key, value in zip(axes, point, strict=True) if isinstance(axes[key], list)]
        yield "_".join(words), set_id, dict(zip(axes, point, strict=True))


def domains(study: Study, sets: Mapping[str, StructureSetPlan]) -> dict[str, DomainPlan]:
    """All domains of a study by id."""
    plans: dict[str, DomainPlan] = {}
    for name, family in study.domains.items():
        for domain_id, set_id, values in domain_points(study, name, family):
            condition = Condition(**{**study.imaging.model_dump(), **values})
            recipe = DomainRecipe(name=domain_id, structure_set=sets[set_id].recipe, condition=condition)
            plans[domain_id] = DomainPlan(
                domain_id=domain_id,
                family=name,
                structures=sets[set_id],
                recipe=recipe,
                digest=digest(recipe.model_dump()),
            )
    return plans


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
