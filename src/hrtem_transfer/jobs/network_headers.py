"""What is known about a stored network, read without its weights and without torch.

The store's files are safetensors: eight bytes with the length of a JSON header, the header, the tensors
(https://huggingface.co/docs/safetensors, section Format). Commands that ask thousands of files need only headers.
"""

from __future__ import annotations

import hashlib
import json
import types
from pathlib import Path
from typing import Any

from hrtem_transfer.storage.files import DataError

_MAX_HEADER_BYTES = 50_000_000
# The fields of ``network_store.StoredNetwork``, which needs torch.
FIELDS: dict[str, type | types.UnionType] = {
    "network_id": str,
    "recipe": dict,
    "seed": int,
    "status": str,
    "reason": str | None,
    "best_epoch": int | None,
    "history": list,
    "device": str,
    "versions": dict,
    "precision": str,
    "device_kind": str,
    "threads": int,
    "micro_batch": int,
    "weights_digest": str | None,
    "weights_kept": bool,
    "parent_digest": str | None,
    "evaluations": dict,
}


def read_header(path: Path) -> dict[str, Any] | None:
    """The record of a stored network (the fields of ``network_store.StoredNetwork``), None when there is no file.

    Raises:
        DataError: the file is damaged or not one of ours; the message names it.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > _MAX_HEADER_BYTES:
                raise ValueError("its header is too long")
            metadata = json.loads(file.read(length))["__metadata__"]
        text = metadata["data"]
        if hashlib.sha256(text.encode()).hexdigest() != metadata["digest"]:
            raise ValueError("its settings do not have the digest that is stored with them")
        record = json.loads(text)
        wrong = [name for name, kind in FIELDS.items() if not isinstance(record.get(name, ...), kind)]
        if wrong:
            raise ValueError(f"its {wrong[0]} is missing or of the wrong type")
        if record["network_id"] != path.stem:
            raise ValueError(f"it holds network {record['network_id']!r}")
        return record
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else error
        raise DataError(
            f"{path}: this trained network is damaged ({reason}). Delete it and start the workflow again; it is then "
            "trained again."
        ) from error
