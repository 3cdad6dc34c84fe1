"""One network of the store as a file that stands by itself, for ``hrtem_transfer.load``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hrtem_transfer.jobs import network_store
from hrtem_transfer.learning import unet
from hrtem_transfer.learning.networks import Network
from hrtem_transfer.learning.trained import TrainedNetwork, history_table
from hrtem_transfer.simulation.render import pixel_size_A
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.domains import DomainPlan
from hrtem_transfer.study.recipes import DomainRecipe, NetworkRecipe, Share, digest


def export_network(store: Path, network_id: str, domains: Mapping[str, DomainPlan], path: str | Path) -> Path:
    """Write a network of the store with all its tensors, also those of its frozen part, to one safetensors file.

    Args:
        store: folder of trained networks, ``results/<sweep>/networks``.
        network_id: the network.
        domains: domains of its study, ``load_study("results/<sweep>/plan.json").domains``.
        path: the file to write.

    Returns:
        the file's path; :func:`hrtem_transfer.load` reads it.

    Raises:
        DataError: the network or its pretrained network is missing or damaged, it failed, its weights were dropped, or
            the domains are not those that it was trained on.
    """
    return stored_network(Path(store), network_id, domains).save(path)


def stored_network(store: Path, network_id: str, domains: Mapping[str, DomainPlan]) -> TrainedNetwork:
    """A network of the store in a person's hands; arguments and errors as of :func:`export_network`."""
    tensors = network_store.read_whole(store, network_id)
    stored = network_store.read_record(store, network_id)
    recipe = NetworkRecipe.model_validate(stored.recipe)
    shown = [_domain(network_store.network_file(store, network_id), share, domains) for share in recipe.shares]
    module = unet.build(recipe.network, 0)
    module.load_state_dict(tensors)
    assert stored.best_epoch is not None
    return TrainedNetwork(
        network=Network(module.eval(), recipe.network),
        history=history_table(stored.history),
        best_epoch=stored.best_epoch,
        domain=", ".join(domain.name for domain in shown),
        pixel_size_A=pixel_size_A(shown[0]),
        image_px=shown[0].image_px,
        provenance={
            "network_id": network_id,
            "stage": recipe.stage,
            "replicate": recipe.replicate,
            "training": recipe.training.model_dump(),
            "learning_rate": recipe.learning_rate,
            "freeze": recipe.freeze,
            "seed": stored.seed,
            "images": sum(share.images for share in recipe.shares),
            "validation_images": sum(share.validation_images for share in recipe.shares),
            "started_from": stored.parent_digest,
            "domains": [domain.model_dump() for domain in shown],
            "precision": stored.precision,
            "device": stored.device,
            "device_kind": stored.device_kind,
            "threads": stored.threads,
            "versions": stored.versions,
        },
    )


def _domain(file: Path, share: Share, domains: Mapping[str, DomainPlan]) -> DomainRecipe:
    """The domain that a part of the training images shows."""
    found = domains.get(share.domain)
    if found is None or digest(found.recipe.model_dump()) != share.digest:
        what = "is not among the domains that were given" if found is None else "has other settings in this study"
        raise DataError(
            f"{file}: this network was trained on domain {share.domain!r}, which {what}. Give the domains of its own "
            'study: load_study("results/<sweep>/plan.json").domains'
        )
    return found.recipe
