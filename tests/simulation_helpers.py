"""Small specimens for the tests of the simulation: recipes with everything a test wants to change as an argument."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hrtem_transfer.simulation.structures import Specimen
from hrtem_transfer.study.config.imaging import Condition
from hrtem_transfer.study.config.presets import PRESETS
from hrtem_transfer.study.config.schema import Range, Scattering, Substrate, Thermal, WholeRange
from hrtem_transfer.study.domains import preset_crystal
from hrtem_transfer.study.recipes import DomainRecipe, LabelRecipe, SetRecipe

NINE = tuple(PRESETS)
MGO_CIF = """data_{title}
_cell_length_a 4.211
_cell_length_b 4.211
_cell_length_c 4.211
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'F m -3 m'
_space_group_IT_number 225
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Mg1 Mg 0 0 0 {occupancy}
O1 O 0.5 0.5 0.5 1.0
"""


def simulation(**changes: Any) -> Scattering:
    values: dict[str, Any] = {
        "engine": "torch",
        "energy_keV": 300.0,
        "cell_nm": 3.2,
        "sampling_A": 0.2,
        "exit_wave_sampling_A": 0.2,
        "slice_thickness_A": 2.0,
        "frozen_phonons": 2,
    }
    return Scattering.model_validate(values | changes)


def recipe(
    name: str = "CdSe",
    radius_nm: tuple[float, float] = (0.8, 1.2),
    particles: tuple[int, int] = (1, 1),
    faults: tuple[int, int] = (0, 0),
    gap_nm: float = 0.5,
    thickness_nm: tuple[float, float] | None = (0.5, 1.0),
    thermal: Thermal | None = None,
    **changes: Any,
) -> SetRecipe:
    return SetRecipe(
        name=f"{name.lower()}_small",
        seed=1,
        revision=1,
        crystal=preset_crystal(name),
        radius_nm=Range(min=radius_nm[0], max=radius_nm[1]),
        particles=WholeRange(min=particles[0], max=particles[1]),
        gap_nm=gap_nm,
        stacking_faults=WholeRange(min=faults[0], max=faults[1]),
        simulation=simulation(**changes),
        substrate=thickness_nm and Substrate(thickness_nm=Range(min=thickness_nm[0], max=thickness_nm[1])),
        thermal=thermal or Thermal(),
    )


def labels(**changes: Any) -> LabelRecipe:
    values = {"phase_threshold_rad": math.pi / 16, "order": "threshold_then_smooth", "cut": 0.1, "smooth_A": 1.6}
    return LabelRecipe.model_validate(values | changes)


def domain(
    structure_set: SetRecipe, image_px: int = 128, label: LabelRecipe | None = None, **changes: Any
) -> DomainRecipe:
    values: dict[str, Any] = {
        "defocus_nm": -10.0,
        "dose_e_per_A2": 400.0,
        "focal_spread_A": None if "focal_spread_std_A" in changes else 10.0,
        "defocus_jitter_nm": 1.5,
    }
    return DomainRecipe(
        name="defocus_m10nm",
        revision=1,
        structure_set=structure_set,
        condition=Condition.model_validate(values | changes),
        labels=label or labels(),
        image_px=image_px,
    )


def specimen(
    numbers: list[int], positions_A: Any, cell_A: float, surface_A: float, depth_A: float | None = None
) -> Specimen:
    """Atoms at given places, all of them particle."""
    return Specimen(
        numbers=np.array(numbers, dtype=int),
        positions_A=np.array(positions_A, dtype=float),
        n_particle_atoms=len(numbers),
        cell_A=cell_A,
        surface_A=surface_A,
        depth_A=surface_A if depth_A is None else depth_A,
        particles=(),
        centres_A=np.empty((0, 3)),
    )
