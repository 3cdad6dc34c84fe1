"""The frozen plan: what a sweep's files are made from, beside them.

``plan.json`` holds the checked configuration with the text of its CIF files, and the digest of all that it expands to.
Commands and jobs read it in place of the configuration, which may have been edited since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hrtem_transfer import __version__
from hrtem_transfer.storage.files import DataError, write_text
from hrtem_transfer.study.config.schema import Study
from hrtem_transfer.study.expansion import Sweep, expand
from hrtem_transfer.study.layout import PLAN, Layout
from hrtem_transfer.study.recipes import canonical
from hrtem_transfer.study.records import counted

FORMAT = "hrtem-transfer plan 1"
_MOST_BYTES = 50_000_000
_REMEDY = (
    "Start the workflow with the configuration (snakemake --configfile FILE --cores all): it writes the plan again."
)


def freeze(files: Layout) -> bool:
    """Write the plan beside the results, unless this very plan lies there; returns whether it was written.

    Listings of checksums of other plans go first: whatever becomes of this sweep, their tables do not pass as finished,
    and a workflow that goes back to such a plan gathers its tables again.

    Raises:
        OSError: the file cannot be written.
    """
    sweep = files.sweep
    with suppress(DataError):
        there = _read(files.plan)
        if (there["digest"], there["study"]) == (sweep.digest, _study(sweep)):
            return False
    for listing in files.other_listings():
        listing.unlink(missing_ok=True)
    plan = {
        "format": FORMAT,
        "hrtem_transfer": __version__,
        "sweep": sweep.study.sweep,
        "digest": sweep.digest,
        "networks": sweep.planned,
        "pretrained": sum(record.stage == "pretrain" for record in sweep.networks.values()),
        "domains": {key: domain.digest for key, domain in sweep.domains.items()},
        "study": _study(sweep),
        "cif_texts": sweep.cif_texts,
    }
    # Without a newline at its end, so that there is no byte that can go unnoticed.
    write_text(files.plan, json.dumps({**plan, "sha256": _digest(plan)}, indent=1, ensure_ascii=False))
    return True


def difference(files: Layout) -> str | None:
    """What a sweep plans otherwise than the frozen plan in its folder; None when they agree, or there is no plan.

    Raises:
        DataError: the plan is damaged, or planned by a version with other formats.
    """
    if not files.plan.is_file():
        return None
    frozen, sweep = read_plan(files.plan), files.sweep
    if frozen.digest == sweep.digest:
        return None
    new, gone = sweep.networks.keys() - frozen.networks.keys(), frozen.networks.keys() - sweep.networks.keys()
    others = "" if new or gone else "; the same networks in other series, or shown other images"
    return f"{counted(len(new), 'network')} added, {len(gone):,} removed{others}"


def read_plan(path: str | Path) -> Sweep:
    """The sweep that a frozen plan describes.

    Raises:
        DataError: there is no such file, it is damaged, or this version of the software makes something else of it.
    """
    plan = _read(Path(path))
    try:
        sweep = expand(Study.model_validate(plan["study"]), plan["cif_texts"])
    except (ValidationError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(f"{path}: planned by version {plan['hrtem_transfer']}, whose configuration this version "
                        f"({__version__}) does not know ({reason}). {_REMEDY}") from error  # fmt: skip
    if sweep.digest != plan["digest"]:
        raise DataError(
            f"{path}: planned by version {plan['hrtem_transfer']}; this version ({__version__}) expands the same "
            f"configuration to other networks or images. Use that version, or: {_REMEDY}"
        )
    return sweep


def is_plan(path: str | Path) -> bool:
    """Whether a file is a frozen plan, and not a configuration."""
    return Path(path).name == PLAN


def results_folders(results: str | Path, holding: Sequence[str] = (PLAN,)) -> list[Path]:
    """The folders below ``results`` (itself among them) that hold one of these files, by default a plan; by name."""
    root = Path(results)
    return sorted({path.parent for name in holding for path in (*root.glob(name), *root.glob(f"*/{name}"))})


def _study(sweep: Sweep) -> dict[str, Any]:
    # Through JSON, so that tuples and lists compare equal.
    return json.loads(sweep.study.model_dump_json())


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("it is too large")
        plan = json.loads(path.read_text(encoding="utf-8"))
        stated = plan.pop("sha256")
        if plan.get("format") != FORMAT:
            raise ValueError(f"format {plan.get('format')!r} found, {FORMAT!r} expected")
        if _digest(plan) != stated:
            raise ValueError("its SHA-256 differs")
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such plan. {_REMEDY}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(f"{path}: this plan is damaged ({error}). {_REMEDY}") from error
    return plan


def _digest(plan: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(plan).encode()).hexdigest()
