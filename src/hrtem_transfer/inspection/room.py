"""Whether there is room for what a sweep will leave on disk. Light: known before anything is simulated or trained."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from hrtem_transfer.inspection.planning import make_plan
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study import Layout

# Of the demo's and the paper's files, measured: compressed exit waves take 0.7 to 0.8 of their numbers' size, an image
# and its label 0.6 to 1.3 bytes per pixel.
_LEAST_SHARE, _LEAST_BYTES_PER_PIXEL = 0.6, 0.5


def least_sizes(files: Layout) -> dict[str, float]:
    """Bytes per structure, image and network that are certainly needed, from the configuration and the stored networks.

    A structure is a complex number of 2 x 2 bytes per pixel and phonon. How large a network is is not known before one
    is stored; then 0.
    """
    simulation = files.sweep.study.simulation
    px = round(10 * simulation.cell_nm / simulation.exit_wave_sampling_A)
    networks = (files.network(one.network_id) for one in files.sweep.networks.values() if one.stage == "pretrain")
    stored = next((path.stat().st_size for path in networks if path.exists()), 0)
    return {
        "bytes_per_structure": _LEAST_SHARE * 4 * px**2 * simulation.frozen_phonons,
        "bytes_per_image": _LEAST_BYTES_PER_PIXEL * simulation.image_px**2,
        "bytes_per_network": float(stored),
    }


def free_bytes(folder: Path) -> int:
    """Free space where a folder is, or will be."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free


def check_room(files: Layout, sizes: Mapping[str, float]) -> None:
    """Stop when what is left of a sweep does not fit; ``sizes`` as for ``Amounts.bytes_on_disk``.

    Raises:
        DataError: the message names what is needed, what is free, and what can be done.
    """
    _, whole = make_plan(files)
    needed_GB, free_GB = whole.left.bytes_on_disk(sizes) / 1e9, free_bytes(files.root) / 1e9
    if needed_GB > free_GB:
        raise DataError(
            f"{files.root}: what is left of the sweep needs {needed_GB:,.1f} GB, {free_GB:,.1f} GB are free there. "
            "Make space, put the results elsewhere (--config results=FOLDER) or keep less (keep: exit_waves, "
            "weights). If the estimate is wrong, state the sizes under costs: (bytes_per_structure, bytes_per_image, "
            "bytes_per_network)."
        )
