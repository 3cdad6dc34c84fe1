"""An image domain from keywords: the configuration of a study with a single domain, checked as one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hrtem_transfer.simulation.feasibility import problems as infeasible
from hrtem_transfer.study import domains
from hrtem_transfer.study.config.imaging import ALTERNATIVES, AXES
from hrtem_transfer.study.config.keywords import plain
from hrtem_transfer.study.config.presets import PRESETS
from hrtem_transfer.study.config.problems import ConfigError, Problem, dotted, nearest, shown
from hrtem_transfer.study.config.small_files import UnreadableError, read_small_text
from hrtem_transfer.study.config.validation import validated
from hrtem_transfer.study.recipes import DomainRecipe

_DEFAULTS = {"focal_spread_A": 10.0, "defocus_jitter_nm": 1.5}
# Keywords that have another name in the configuration.
_KEYWORDS = {"exit_wave_sampling_A": "pixel_size_A", "thickness_nm": "film_nm"}
_SECTION = re.compile(r"\b(?:simulation|imaging|substrate|(?:structure_sets|domains)\.\w+)\.(?=\w)")
_MAX_CIF_BYTES = 200_000


class Domain:
    """An image domain: specimens of one recipe under one imaging condition.

    A domain of a study, ``load_study(...).domains[name]``, serves wherever one of these does.

    Attributes:
        recipe: everything that determines its images.
    """

    def __init__(
        self,
        *,
        crystal: str | Path = "CdSe",
        defocus_nm: float = -10.0,
        dose_e_per_A2: float = 400.0,
        radius_nm: float | tuple[float, float] = (0.8, 1.2),
        particles: int | tuple[int, int] = (1, 2),
        gap_nm: float = 0.5,
        stacking_faults: int | tuple[int, int] = 0,
        film_nm: float | tuple[float, float] | None = (1.0, 2.0),
        cell_nm: float = 5.12,
        image_px: int = 80,
        pixel_size_A: float = 0.4,
        sampling_A: float | None = None,
        slice_thickness_A: float = 2.0,
        energy_keV: float = 300.0,
        frozen_phonons: int = 2,
        seed: int = 1,
        name: str | None = None,
        **imaging: Any,
    ) -> None:
        """Describe a domain. A pair of numbers is a range from which each specimen's value is drawn.

        Args:
            crystal: a preset (ZnS, CdSe, Cu, Ag, C, Si, Fe3O4, Co3O4, Fe), or the path of a CIF file.
            defocus_nm: mean defocus, positive = overfocus; at zero the particles have least contrast.
            dose_e_per_A2: electrons per square angstrom.
            radius_nm: radius of the particles.
            particles: number of particles.
            gap_nm: least distance between two particles.
            stacking_faults: basal stacking faults of a particle (wurtzite only).
            film_nm: thickness of the carbon film behind the particles; None: vacuum.
            cell_nm: edge of the periodic cell.
            image_px: edge of the images, which are cut from the middle of the cell.
            pixel_size_A: edge of their pixels.
            sampling_A: edge of the pixels of the multislice calculation; None: half of ``pixel_size_A``.
            slice_thickness_A: of the potential's slices.
            energy_keV: beam energy.
            frozen_phonons: thermal snapshots of each specimen.
            seed: of specimens, thermal motion, defocus and noise.
            name: part of the seed of defocus and noise; None: made from crystal, defocus and dose.
            imaging: any other key of the configuration's section ``imaging``, for example ``astigmatism_nm=5``.

        Raises:
            ConfigError: a value is not possible, or the values do not fit together; a line for each says which, what
                was found, what is allowed and what to do.
        """
        crystal_name, cif_texts = _crystal(crystal)
        general = {key: value for key, value in _DEFAULTS.items() if ALTERNATIVES.get(key) not in imaging}
        set_name = _name(crystal_name)
        own = name or _name(
            "_".join([set_name, _in_id("defocus_nm", defocus_nm), _in_id("dose_e_per_A2", dose_e_per_A2)])
        )
        pixel_size_A = plain(pixel_size_A)
        if sampling_A is None:
            sampling_A = pixel_size_A / 2 if isinstance(pixel_size_A, int | float) else 0.2
        section = {
            "crystal": crystal_name,
            "radius_nm": _range("radius_nm", radius_nm),
            "particles": _range("particles", particles),
            "gap_nm": plain(gap_nm),
            "stacking_faults": _range("stacking_faults", stacking_faults),
            "structures": {"train": 1, "validation": 1, "test": 1},
        }
        data = {
            "sweep": "one_domain",
            "seed": plain(seed),
            "crystals": {key: {"cif": str(crystal)} for key in cif_texts},
            "simulation": {
                "energy_keV": plain(energy_keV),
                "cell_nm": plain(cell_nm),
                "sampling_A": plain(sampling_A),
                "exit_wave_sampling_A": pixel_size_A,
                "slice_thickness_A": plain(slice_thickness_A),
                "frozen_phonons": plain(frozen_phonons),
                "image_px": plain(image_px),
            },
            "substrate": None if film_nm is None else {"thickness_nm": _range("film_nm", film_nm)},
            "imaging": {key: plain(value) for key, value in {**general, **imaging}.items()},
            "structure_sets": {set_name: section},
            "domains": {
                own: {
                    "structures": set_name,
                    "defocus_nm": _single("defocus_nm", defocus_nm),
                    "dose_e_per_A2": _single("dose_e_per_A2", dose_e_per_A2),
                }
            },
            **_unused(own),
        }
        self.recipe: DomainRecipe = _recipe(data, cif_texts)

    def __repr__(self) -> str:
        return f"Domain({self.recipe.name})"


def _recipe(data: dict[str, Any], cif_texts: dict[str, str]) -> DomainRecipe:
    study, problems = validated(data)
    if study is not None:
        problems = [Problem(*rule) for rule in infeasible(study, cif_texts)]
    if study is None or problems:
        raise ConfigError("\n".join(map(_in_words, problems)))
    (plan,) = domains.domains(study, domains.structure_sets(study, cif_texts)).values()
    return plan.recipe


def _in_words(problem: Problem) -> str:
    """A problem of the configuration in terms of keywords."""
    text = f"{dotted(problem.path)}: found {problem.found}"
    text += "".join(f"; {part}" for part in (problem.allowed and f"allowed: {problem.allowed}", problem.advice) if part)
    text = _SECTION.sub("", text)
    for key, keyword in _KEYWORDS.items():
        text = re.sub(rf"\b{key}\b", keyword, text)
    return text


def _crystal(crystal: str | Path) -> tuple[str, dict[str, str]]:
    """Name of the crystal, and the text of its CIF file by that name."""
    path = Path(crystal)
    if path.suffix.lower() != ".cif":
        if crystal not in PRESETS:
            hint = nearest(str(crystal), PRESETS) or "any other crystal is given by the path of a CIF file"
            raise ConfigError(
                f"crystal: found {shown(str(crystal))}; allowed: {', '.join(PRESETS)}, or a .cif file; {hint}"
            )
        return str(crystal), {}
    try:
        return (name := re.sub(r"\W", "_", path.stem)), {name: read_small_text(path, _MAX_CIF_BYTES)}
    except UnreadableError as error:
        raise ConfigError(f"crystal: found {shown(str(crystal))}, which {error}; allowed: a CIF file") from error


def _name(text: str) -> str:
    """A name as the configuration allows it."""
    return re.sub(r"^[^a-z]+", "", re.sub(r"\W", "_", text.lower()))[:40] or "domain"


def _in_id(key: str, value: Any) -> str:
    value = plain(value)
    return AXES[key].in_id(value) if isinstance(value, int | float) else ""


def _single(keyword: str, value: Any) -> Any:
    value = plain(value)
    if isinstance(value, list):
        raise ConfigError(f"{keyword}: found {shown(value)}; allowed: a number. Make a Domain for each")
    return value


def _range(keyword: str, value: Any) -> dict[str, Any]:
    """``(1, 2)`` or ``1`` as the configuration writes ranges."""
    value = plain(value)
    pair = value if isinstance(value, list) else [value, value]
    if len(pair) != 2:
        raise ConfigError(f"{keyword}: found {shown(value)}; allowed: a number, or a pair (least, largest)")
    return {"min": plain(pair[0]), "max": plain(pair[1])}


def _unused(domain: str) -> dict[str, Any]:
    """What a study must have and a domain's images do not depend on."""
    mixture = {"pairs_with": "every", "images": [[1, 1]], "learning_rate": 0.1}
    return {
        "network": {"encoder": "resnet18"},
        "training": {"loss": "cross_entropy", "epochs": 1, "batch_size": 1, "learning_rate_decay": 1.0},
        "series": {"unused": {"domains": domain, "mixture": mixture, "replicates": 1, "together": []}},
    }
