"""What each network scored, one small file per network: an evaluation that was done is not done again.

A file holds JSON: the digest of the weights that were evaluated, and by key (what was shown, and by which definition)
the rows of the table. It is a by-product: a file that is damaged or belongs to other weights counts as absent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hrtem_transfer.storage.files import write_text

Scores = dict[str, list[dict[str, Any]]]


def scores_file(folder: Path, network_id: str) -> Path:
    """Where the scores of a network are kept."""
    return Path(folder) / f"{network_id}.json"


def write_scores(folder: Path, network_id: str, weights_digest: str | None, scores: Scores) -> None:
    """Keep the scores of a network with these weights, atomically, in place of what was there."""
    text = json.dumps({"network_id": network_id, "weights_digest": weights_digest, "scores": scores}, sort_keys=True)
    write_text(scores_file(folder, network_id), json.dumps({"data": text, "digest": _digest(text)}))


def read_scores(
    folder: Path, network_id: str, weights_digest: str | None, progress: Callable[[str], None] = print
) -> Scores:
    """The kept scores of a network with these weights by key; none when there is no such file or it is damaged."""
    path = scores_file(folder, network_id)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["digest"] != _digest(stored["data"]):
            raise ValueError("its digest differs")
        data = json.loads(stored["data"])
        same = data["network_id"] == network_id and data["weights_digest"] == weights_digest
        return data["scores"] if same else {}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError) as error:
        progress(f"{path}: damaged ({error}); network {network_id} is evaluated again")
        return {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
