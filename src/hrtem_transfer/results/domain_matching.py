"""Which domain of one study is which of another: by what they are, and by their ids where that is not known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from hrtem_transfer.study.config.imaging import AXES

DESCRIBING = ("crystal", "set_family", *AXES)

_Description = Mapping[str, Any]


def described(domains: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """For each domain what is known of it: crystal, size class, values of the imaging condition."""
    columns = [name for name in DESCRIBING if name in domains]
    rows = domains.set_index("domain")[columns].to_dict("index")
    return {
        str(domain): {key: value for key, value in row.items() if not pd.isna(value)} for domain, row in rows.items()
    }


def matched(a: Mapping[str, _Description], b: Mapping[str, _Description]) -> dict[str, str]:
    """The domain of study A that each domain of study B is; those that are none of A's are left out.

    Two domains can be the same when all that is known of both agrees. Where that holds for the domain of the same id,
    it is taken; else the only one of A that it holds for. An id that both have is taken last, so that studies that
    differ in a condition of all their domains are compared nonetheless (``differences`` says so).
    """
    fitting = {name: [one for one, known in a.items() if _agree(known, row)] for name, row in b.items()}
    found = {name: name for name, some in fitting.items() if name in some}
    only = {name: some[0] for name, some in fitting.items() if name not in found and len(some) == 1}
    chosen = [*found.values(), *only.values()]
    found |= {name: one for name, one in only.items() if chosen.count(one) == 1}
    taken = set(found.values())
    return found | {name: name for name in b if name not in found and name in a and name not in taken}


def differences(a: Mapping[str, _Description], b: Mapping[str, _Description], pairs: Mapping[str, str]) -> list[str]:
    """A sentence for each quantity in which matched domains are not the same."""
    lines = []
    for key in DESCRIBING:
        values = {name: (a[one][key], b[name][key]) for name, one in pairs.items() if key in a[one] and key in b[name]}
        unlike = {name: pair for name, pair in values.items() if not _same(*pair)}
        if unlike:
            name, (first, second) = next(iter(unlike.items()))
            more = f", and {len(unlike) - 1} more" if len(unlike) > 1 else ""
            lines.append(f"{key} is not the same for {pairs[name]}: {_shown(first)} in A, {_shown(second)} in B{more}.")
    return lines


def _agree(one: _Description, other: _Description) -> bool:
    known = set(one) & set(other)
    return bool(known) and all(_same(one[key], other[key]) for key in known)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return str(one).lower() == str(other).lower()
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:g}"
