"""Short names of domains for axes: only what tells them apart."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def _defocus(row: pd.Series) -> str:
    # A true minus sign, and a plus, because the sign of defocus matters.
    return f"{row['defocus_nm']:+g} nm".replace("-", "−").replace("+0 nm", "0 nm")


def _dose(row: pd.Series) -> str:
    return f"{row['dose_e_per_A2']:g} e/Å²"


def ordered_domains(domains: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """The names in the order in which axes show them: by size, crystal, defocus and dose."""
    rows = domains[domains["domain"].isin(list(names))]
    keys = ["structure_set", "crystal", "defocus_nm", "dose_e_per_A2", "domain"]
    if rows["size"].nunique() > 1:
        keys = ["size", "crystal", *keys]
        # Small before large, where the classes have these names.
        rows = rows.assign(size=rows["size"].map(lambda name: (_size_rank(name), str(name))))
    return list(rows.sort_values(keys)["domain"])


def _size_rank(name: object) -> int:
    words = str(name).lower()
    return 0 if "small" in words else 2 if "large" in words else 1


def domain_labels(domains: pd.DataFrame, names: Sequence[str]) -> dict[str, str]:
    """A short label for each domain, unlike all others of ``names``.

    Args:
        domains: the table ``domains``.
        names: ids of the domains that are shown together.

    Raises:
        ValueError: a name is not in the table.
    """
    unknown = [name for name in names if name not in set(domains["domain"])]
    if unknown:
        raise ValueError(f"not in the table of domains: {', '.join(map(str, unknown))}")
    rows = domains[domains["domain"].isin(list(names))].set_index("domain")
    parts: dict[str, list[str]] = {name: [] for name in rows.index}
    for column, word in (
        ("crystal", lambda row: str(row["crystal"])),
        ("size", lambda row: str(row["size"]).replace("_", " ")),
        ("defocus_nm", _defocus),
        ("dose_e_per_A2", _dose),
    ):
        if rows[column].nunique(dropna=False) > 1:
            for name, row in rows.iterrows():
                parts[str(name)].append(word(row))
    labels = {name: ", ".join(words) if len(words) > 2 else " ".join(words) for name, words in parts.items()}
    seen = list(labels.values())
    return {name: label if label and seen.count(label) == 1 else str(name) for name, label in labels.items()}
