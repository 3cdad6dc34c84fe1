"""One figure: what it shows, its words, and how it becomes files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from hrtem_transfer.report.figures import rendering


@dataclass(frozen=True)
class Figure:
    """One figure: a Vega-Lite specification, its rows, its caption, and whether its numbers are synthetic."""

    name: str
    spec: Mapping[str, Any]
    data: Mapping[str, pd.DataFrame]
    caption: str
    synthetic: bool
    parameters: list[dict[str, Any]] = field(default_factory=list)

    def save(self, folder: Path) -> list[Path]:
        """Draw it to ``folder`` as SVG and PNG."""
        whole = rendering.complete(
            self.spec, self.data, parameters=self.parameters, caption=self.caption, synthetic=self.synthetic
        )
        return rendering.save(whole, Path(folder) / self.name)
