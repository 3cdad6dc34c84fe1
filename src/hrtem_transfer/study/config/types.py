"""Types that the sections of the configuration share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

NAME_PATTERN = r"^[a-z][a-z0-9_]{0,39}$"
# Crystals give names to files too, and their formulas have capital letters.
CRYSTAL_PATTERN = r"^[A-Za-z][A-Za-z0-9_]{0,39}$"
DEVICE_PATTERN = r"^(auto|cpu|cuda(:\d{1,3})?)$"
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
CrystalName = Annotated[str, Field(pattern=CRYSTAL_PATTERN)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=10_000_000)]


class Closed(BaseModel):
    """Base of all sections: no unknown keys, no change after reading, no silent conversions."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, protected_namespaces=())


class Range(Closed):
    """A closed interval of real numbers from which values are drawn uniformly."""

    min: Positive = Field(description="least value")
    max: Positive = Field(description="largest value")

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if self.min > self.max:
            raise ValueError(f"min {self.min:g} above max {self.max:g}; allowed: min at most max")
        return self


class WholeRange(Closed):
    """A closed interval of whole numbers from which values are drawn uniformly."""

    min: int = Field(ge=0, description="least value")
    max: int = Field(ge=0, le=100, description="largest value")

    @model_validator(mode="after")
    def _ordered(self) -> WholeRange:
        if self.min > self.max:
            raise ValueError(f"min {self.min} above max {self.max}; allowed: min at most max")
        return self
