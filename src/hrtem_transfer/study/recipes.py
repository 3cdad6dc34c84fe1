"""Recipes: everything that determines the content of a file, and nothing else.

A recipe is plain data. Its digest is part of the name of the file that it describes, so that a file
found at its name is known to be made from these very settings.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from pydantic import Field

from hrtem_transfer.study.config.imaging import Condition
from hrtem_transfer.study.config.schema import Freeze, Network, Scattering, Substrate, Thermal, Training
from hrtem_transfer.study.config.types import Closed, Range, WholeRange

Stage = Literal["pretrain", "transfer", "mixture", "scratch"]


def canonical(data: Any) -> str:
    """JSON text that is the same for equal data: sorted keys, no spaces; mapping entries that are None are left out.

    Leaving out None lets a later version add an optional key without renaming what exists.
    """

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(item) for key, item in value.items() if item is not None}
        if isinstance(value, list | tuple):
            return [clean(item) for item in value]
        return value

    text = _dumps(data)
    # Nothing to leave out, which for the thousands of networks of a sweep is seen sooner in their text.
    return text if "null" not in text else _dumps(clean(data))


def _dumps(data: Any) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(data: Any, length: int = 12) -> str:
    """First ``length`` hexadecimal digits of the SHA-256 of the canonical JSON of ``data``."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()[:length]


class CrystalRecipe(Closed):
    """A crystal: either space group, lattice parameters and basis, or the text of a CIF file."""

    name: str
    space_group: int | None = None
    setting: int | None = None
    a_A: float | None = None
    c_A: float | None = None
    basis: list[tuple[str, tuple[float, float, float]]] | None = Field(None, strict=False)
    cif_text: str | None = None


class LabelRecipe(Closed):
    """How labels are cut from the phase of the particles' vacuum exit wave."""

    phase_threshold_rad: float
    order: str
    cut: float
    smooth_A: float


class SetRecipe(Closed):
    """One structure set: specimen and scattering. It determines exit waves."""

    name: str
    seed: int
    revision: int
    crystal: CrystalRecipe
    radius_nm: Range
    particles: WholeRange
    gap_nm: float
    stacking_faults: WholeRange
    simulation: Scattering
    substrate: Substrate | None
    thermal: Thermal


class DomainRecipe(Closed):
    """One domain: a structure set under an imaging condition, and how it is labelled and cut. It determines images."""

    name: str
    revision: int
    structure_set: SetRecipe
    condition: Condition
    labels: LabelRecipe
    image_px: int


class Share(Closed):
    """Training data from one domain: its first images, or its last ones."""

    domain: str
    digest: str = Field(description="digest of the domain's recipe")
    images: int
    validation_images: int
    from_end: bool = False


class NetworkRecipe(Closed):
    """One training: everything that determines its weights. Its digest is the network's id."""

    seed: int = Field(description="seed of the study")
    revision: int
    stage: Stage
    parent: str | None = Field(description="id of the pretrained network behind a transferred one")
    network: Network
    training: Training
    shares: list[Share] = Field(description="one; two for a mixture")
    learning_rate: float
    freeze: Freeze
    replicate: int
    own: str | None = Field(description="with independent pretraining: whose pretrained network this is")


def network_seed(study_seed: int, network_id: str) -> int:
    """The seed from which all random numbers of one network's training are derived.

    48 bits, at most 15 digits, so that R, JavaScript and spreadsheets show it exactly.
    """
    name = f"network\0{study_seed}\0{network_id}".encode()
    return int.from_bytes(hashlib.sha256(name).digest()[:8], "big") >> 16
