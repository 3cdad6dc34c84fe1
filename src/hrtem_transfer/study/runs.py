"""Networks grouped into runs: what one job trains. Grouping changes no number and no network's id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hrtem_transfer.study.recipes import digest
from hrtem_transfer.study.records import NetworkRecord, Run

# The value of each axis of `together` in a network's record, by stage. A stage ignores axes that it does not have.
_AXES = {
    "pretrain": {
        "source": "source_domain",
        "pretrain_learning_rate": "pretrain_learning_rate",
        "images": "n_images",
        "replicate": "replicate",
    },
    "transfer": {
        "source": "source_domain",
        "pretrain_learning_rate": "pretrain_learning_rate",
        "target": "target_domain",
        "images": "n_images",
        "learning_rate": "transfer_learning_rate",
        "freeze": "freeze",
        "replicate": "replicate",
    },
    "scratch": {
        "target": "target_domain",
        "images": "n_images",
        "learning_rate": "transfer_learning_rate",
        "replicate": "replicate",
    },
    "mixture": {
        "source": "source_domain",
        "target": "target_domain",
        "images": "n_images",
        "learning_rate": "pretrain_learning_rate",
        "replicate": "replicate",
    },
}
STAGE_AXES = {stage: tuple(axes) for stage, axes in _AXES.items()}


def _kept_apart(record: NetworkRecord, together: Sequence[str]) -> tuple[object, ...]:
    """The values of all axes that do not vary inside a run: equal for two networks means one run."""
    apart = [column for axis, column in _AXES[record.stage].items() if axis not in together]
    # The second image number of a mixture goes with the first; a network with parents of its own goes with them.
    extra = ["n_images_second"] if "images" not in together else []
    own = None if record.recipe.own is None or together else record.recipe.own
    return (record.series, record.stage, own, *(getattr(record, column) for column in apart + extra))


def grouped(
    networks: Iterable[NetworkRecord],
    together: Mapping[str, Sequence[str]],
    evaluation_domains: Mapping[str, tuple[str, ...]],
) -> dict[str, Run]:
    """Runs by id, pretraining first. ``together``: axes per series; ``evaluation_domains``: per network id or series.

    A run's id holds the digest of its networks' ids: a run with one network more is another run (its finished
    networks are found in the store and not trained again).
    """
    groups: dict[tuple[object, ...], list[NetworkRecord]] = {}
    for record in networks:
        groups.setdefault(_kept_apart(record, together[record.series]), []).append(record)
    run_of: dict[str, str] = {}
    runs: dict[str, Run] = {}
    for members in groups.values():
        run_id = f"{members[0].series}-{digest(sorted(record.network_id for record in members))}"
        for record in members:
            run_of[record.network_id] = run_id
    for members in groups.values():
        first = members[0]
        run_id = run_of[first.network_id]
        named = {
            domain: None
            for record in members
            for domain in evaluation_domains.get(record.network_id, evaluation_domains[record.series])
        }
        runs[run_id] = Run(
            run_id=run_id,
            stage=first.stage,
            series=first.series,
            networks=tuple(members),
            domains=tuple({share.domain: None for record in members for share in record.recipe.shares}),
            parents=tuple({run_of[record.pretrained_id]: None for record in members if record.pretrained_id}),
            evaluation_domains=tuple(named),
        )
    return runs
