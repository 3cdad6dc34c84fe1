"""What the expansion of a study is made of: networks and the runs that train them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hrtem_transfer.study.recipes import NetworkRecipe


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRecord:
    """One planned network: the columns of the table ``networks`` that are known before any work, and its recipe.

    A pretrained network has no target and no transfer learning rate, a network trained from scratch on a target has no
    source and no pretrain learning rate. A mixture network has the first domain of its pair as source, the second as
    target, and its learning rate stands in ``pretrain_learning_rate``.
    """

    network_id: str
    series: str
    stage: str
    pretrained_id: str | None
    source_domain: str | None
    target_domain: str | None
    n_images: int
    n_images_second: int | None
    freeze: str
    pretrain_learning_rate: float | None
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

    @property
    def title(self) -> str:
        """The run in the paper's words: domains, number of networks, series, and what all of them share."""
        rates = {one.pretrain_learning_rate or one.transfer_learning_rate or 0.0 for one in self.networks}
        replicates = {one.replicate for one in self.networks}
        shared = [f"series {self.series}"]
        if len(rates) == 1:
            shared.append(f"{'pretrained with ' if self.stage == 'transfer' else ''}learning rate {min(rates):g}")
        if len(replicates) == 1:
            shared.append(f"replicate {min(replicates)}")
        return f"{_pairs([self])}, {counted(len(self.networks), 'network')} ({', '.join(shared)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Runs of one stage and series whose networks one job evaluates on the same domains.

    ``domains`` are the ids of the domains to evaluate on, ``images`` those whose images the job reads: these, and the
    ones that the networks were trained on.
    """

    evaluation_id: str
    stage: str
    series: str
    runs: tuple[Run, ...]
    domains: tuple[str, ...]
    images: tuple[str, ...]

    @property
    def title(self) -> str:
        """What is evaluated, in the paper's words."""
        networks = counted(sum(len(run.networks) for run in self.runs), f"{_KIND[self.stage]} network")
        where = counted(len(self.domains), "domain")
        return f"{networks} ({_pairs(self.runs)}) on {where} (series {self.series})"


_KIND = {"pretrain": "pretrained", "transfer": "transferred", "mixture": "mixture", "scratch": "untransferred"}


def counted(count: int, what: str) -> str:
    """``1 network``, ``2 networks``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _pairs(runs: Sequence[Run]) -> str:
    """The source and target of some runs, or how many there are."""
    pairs = dict.fromkeys((one.source_domain, one.target_domain) for run in runs for one in run.networks)
    (source, target), more = next(iter(pairs)), len(pairs) - 1
    stage = runs[0].stage
    if source and target:
        where, others = f"{source} {'with' if stage == 'mixture' else 'to'} {target}", "more pair"
    else:
        where, others = source or target or "", "more domain"
    return f"{where} and {counted(more, others)}" if more else where
