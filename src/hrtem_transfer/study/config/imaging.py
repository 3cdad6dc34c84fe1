"""The imaging condition: every key, and how its values are written where it is an axis.

A key with an :class:`Axis` beside its limits can be overridden in a family of domains or given there as a list. It
then is part of the domains' ids, a column of the table ``domains``, a label of the figures and a filter of the
explorer: all of these read ``AXES``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, create_model, model_validator

from hrtem_transfer.study.config.types import Closed, Name, Positive


@dataclass(frozen=True)
class Axis:
    """How a key of the imaging condition is spoken of.

    Attributes:
        words: the quantity in words, as a column's meaning and a filter's title.
        unit: unit as it is printed.
        id: how a value stands in a domain's id; ``{}`` is the value.
        label: how a value stands in a label; ``{}`` is the value.
        signed: values are written with their sign.
        digits: least number of digits before the point in an id.
    """

    words: str
    unit: str
    id: str
    label: str
    signed: bool = False
    digits: int = 2

    def in_id(self, value: float) -> str:
        """The value as part of a domain's id: ``m10nm``, ``075``, ``spread10a``."""
        whole, _, fraction = f"{abs(value):.6f}".rstrip("0").partition(".")
        sign = ("m" if value < 0 else "p") if self.signed else ""
        return self.id.format(sign + whole.zfill(self.digits) + (f"_{fraction}" if fraction else ""))

    def in_label(self, value: float) -> str:
        """The value as people read it, with a true minus sign: ``−10 nm``, ``Cs 1.2 mm``."""
        number = f"{value:+g}" if self.signed and value else f"{value:g}"
        return self.label.format(number.replace("-", "−"))


class Imaging(Closed):
    """From exit waves to electron counts. Every key with a unit can be overridden, or made an axis, in a domain."""

    focal_spread_A: Annotated[
        float | None,
        Field(ge=0, le=1000, allow_inf_nan=False),
        Axis("focal spread, 1/e half width", "Å", "spread{}a", "focal spread {} Å"),
    ] = Field(
        None,
        description="focal spread (chromatic aberration) as abTEM defines it: half width of the Gaussian of foci at "
        "1/e of its height, the square root of 2 times the standard deviation; give this key or the next",
    )
    focal_spread_std_A: Annotated[
        float | None,
        Field(ge=0, le=1000, allow_inf_nan=False),
        Axis("focal spread, standard deviation", "Å", "spreadstd{}a", "focal spread σ {} Å"),
    ] = Field(None, description="the same as a standard deviation")
    focal_spread_nodes: int | None = Field(
        None,
        ge=0,
        le=99,
        description="nodes of the explicit focal series (equidistant); none: as many as the spread needs; "
        "0 or 1: quasi-coherent envelope",
    )
    defocus_jitter_nm: Annotated[
        float,
        Field(ge=0, le=1000, allow_inf_nan=False),
        Axis("standard deviation of the defocus from image to image", "nm", "jitter{}nm", "defocus ± {} nm"),
    ] = Field(description="standard deviation of the defocus from image to image")
    spherical_aberration_mm: Annotated[
        float,
        Field(ge=-10, le=10, allow_inf_nan=False),
        Axis("spherical aberration C30", "mm", "cs_{}mm", "Cs {} mm", signed=True, digits=1),
    ] = Field(0.0, description="third-order spherical aberration Cs")
    astigmatism_nm: Annotated[
        float,
        Field(ge=0, le=10_000, allow_inf_nan=False),
        Axis("two-fold astigmatism C12", "nm", "astig{}nm", "astigmatism {} nm"),
    ] = Field(0.0, description="two-fold astigmatism, amplitude")
    astigmatism_angle_deg: Annotated[
        float,
        Field(ge=-360, le=360, allow_inf_nan=False),
        Axis("azimuth of the two-fold astigmatism", "°", "angle_{}deg", "at {}°", signed=True, digits=3),
    ] = Field(0.0, description="two-fold astigmatism, azimuth")
    aperture_mrad: Annotated[
        Positive | None, Axis("objective aperture, semi-angle", "mrad", "aperture{}mrad", "aperture {} mrad")
    ] = Field(None, description="objective aperture, semi-angle; none when absent")

    @model_validator(mode="after")
    def _one_spread(self) -> Imaging:
        if (self.focal_spread_A is None) == (self.focal_spread_std_A is None):
            found = "neither focal_spread_A nor" if self.focal_spread_A is None else "both focal_spread_A and"
            raise ValueError(f"{found} focal_spread_std_A; allowed: one of them")
        return self

    @property
    def spread_std_A(self) -> float:
        """Standard deviation of the focus in angstrom, whichever key gives it."""
        if self.focal_spread_std_A is not None:
            return self.focal_spread_std_A
        assert self.focal_spread_A is not None
        return self.focal_spread_A / math.sqrt(2)


class Condition(Imaging):
    """One imaging condition: the section ``imaging`` with a domain's values in it, its defocus and its dose."""

    defocus_nm: Annotated[
        float,
        Field(ge=-10_000, le=10_000, allow_inf_nan=False),
        Axis("mean defocus, positive = overfocus", "nm", "{}nm", "{} nm", signed=True),
    ] = Field(description="mean defocus (Krivanek C10): positive is overfocus")
    dose_e_per_A2: Annotated[Positive, Axis("electron dose", "e/Å²", "{}", "{} e/Å²", digits=3)] = Field(
        description="electrons per square angstrom"
    )


# Two keys for one quantity: a family that gives one of them takes the place of the other in `imaging`.
ALTERNATIVES = {"focal_spread_A": "focal_spread_std_A", "focal_spread_std_A": "focal_spread_A"}


def _axis(name: str) -> Axis | None:
    return next((item for item in Condition.model_fields[name].metadata if isinstance(item, Axis)), None)


_OWN = ("defocus_nm", "dose_e_per_A2")
# The order of this mapping is that of an id's parts.
AXES: dict[str, Axis] = {
    name: axis
    for name in (*_OWN, *(key for key in Imaging.model_fields if key not in _OWN))
    if (axis := _axis(name)) is not None
}


def _axis_fields() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in AXES:
        field = Condition.model_fields[name]
        # A single value of the same type and limits, without "or none", or a list of such.
        limits = tuple(item for item in field.metadata if not isinstance(item, Axis))
        value: Any = Annotated[(_given(field.annotation), *limits)] if limits else _given(field.annotation)
        if name in _OWN:
            fields[name] = (value | list[value], Field(description=field.description))
        else:
            fields[name] = (value | list[value] | None, Field(None, description=f"overrides imaging.{name}"))
    return fields


def _given(annotation: Any) -> Any:
    options = [one for one in getattr(annotation, "__args__", ()) if one is not type(None)]
    return options[0] if options and type(None) in annotation.__args__ else annotation


_Axes: Any = create_model(
    "_Axes",
    __base__=Closed,
    structures=(Name | list[Name], Field(description="structure set or sets")),
    **_axis_fields(),
)


class DomainFamily(_Axes):
    """Image domains that differ along the keys given as lists. Other keys override ``imaging``."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # the keys of AXES, which a type checker does not see
