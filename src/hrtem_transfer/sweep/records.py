"""What the expansion of a study is made of: networks and the runs that train them."""

from __future__ import annotations

from dataclasses import dataclass

from hrtem_transfer.sweep.recipes import NetworkRecipe


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRecord:
    """One planned network: the columns of the table ``networks`` that are known before any work, and its recipe.

    A pretrained network has no target and no transfer learning rate. A mixture network has the first domain of its
    pair as source, the second as target, and its learning rate stands in ``pretrain_learning_rate``.
    """

    network_id: str
    series: str
    stage: str
    pretrained_id: str | None
    source_domain: str
    target_domain: str | None
    n_images: int
    n_images_second: int | None
    freeze: str
    pretrain_learning_rate: float
    transfer_learning_rate: float | None
    replicate: int
    seed: int
    recipe: NetworkRecipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Networks that one job trains one after another.

    ``domains`` are the ids of the domains whose images the training reads, ``parents`` the ids of the runs that
    train the pretrained networks it starts from, ``evaluation_domains`` those on which its networks are evaluated.
    """

    run_id: str
    stage: str
    series: str
    networks: tuple[NetworkRecord, ...]
    domains: tuple[str, ...]
    parents: tuple[str, ...]
    evaluation_domains: tuple[str, ...]
