"""The result tables: every column's name, type, unit and meaning.

These descriptions are the only ones: tables are checked against them, and the data dictionary
(docs/data-dictionary.md) is written from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hrtem_transfer.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.scores import NAT, SCORES, Score

if TYPE_CHECKING:
    import pandera.pandas as pa

STAGES = ("pretrain", "transfer", "mixture")
STATUSES = ("ok", "failed", "missing")

_DTYPES = {"text": "str", "whole": "int64", "real": "float64", "flag": "bool"}


@dataclass(frozen=True)
class Column:
    """One column. ``kind`` is text, whole (number), real (number) or flag (true or false)."""

    name: str
    kind: str
    meaning: str
    unit: str = ""
    nullable: bool = False
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def dtype(self) -> str:
        """Name of the pandas dtype; a nullable whole number is pandas' ``Int64``."""
        return "Int64" if self.kind == "whole" and self.nullable else _DTYPES[self.kind]


@dataclass(frozen=True)
class Table:
    """One table: its columns in their order, and the columns that identify a row."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]

    def schema(self) -> pa.DataFrameSchema:
        """The pandera schema: all columns, no others, this order, no row twice."""
        import pandera.pandas as pa

        def checks(column: Column) -> list[pa.Check]:
            found = []
            if column.values:
                found.append(pa.Check.isin(column.values))
            if column.minimum is not None:
                found.append(pa.Check.ge(column.minimum))
            if column.maximum is not None:
                found.append(pa.Check.le(column.maximum))
            return found

        return pa.DataFrameSchema(
            {c.name: pa.Column(c.dtype, nullable=c.nullable, checks=checks(c)) for c in self.columns},
            strict=True,
            ordered=True,
            unique=list(self.key),
        )


_DIMENSIONLESS = "1"
_LOSS = "mean loss minus its least value log(1 + 1/e), test split"
_SYNTHETIC = Column("synthetic", "flag", "true: made up by the generator of synthetic results, no network was trained")


def _loss(name: str, meaning: str) -> Column:
    return Column(name, "real", f"{meaning}: {_LOSS}", NAT, nullable=True)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "real", meaning, _DIMENSIONLESS, nullable=True, minimum=0.0, maximum=1.0)


def _score(score: Score) -> Column:
    least, greatest = score.limits or (None, None)
    return Column(score.name, "real", score.meaning, score.unit, minimum=least, maximum=greatest)


_OOD = "over the series' domains (without the one at zero defocus where they differ in defocus)"

NETWORKS = Table(
    "networks",
    "One row per planned network, pretrained ones among them, whether it has a result or not. "
    "*Before* is the pretrained network behind a transferred one, *after* the network itself.",
    ("network_id",),
    (
        Column("network_id", "text", "identity: hash of the scientific settings"),
        Column("series", "text", "block of the sweep"),
        Column("stage", "text", "what kind of training this is", values=STAGES),
        Column("pretrained_id", "text", "the pretrained network that this one started from", nullable=True),
        Column("source_domain", "text", "domain of the pretraining; of a mixture the first domain"),
        Column("target_domain", "text", "domain of the transfer; of a mixture the second domain", nullable=True),
        Column("n_images", "whole", "training images before augmentation (first domain)", "images", minimum=1),
        Column("n_images_second", "whole", "mixture: images of the second domain", "images", nullable=True, minimum=0),
        Column("freeze", "text", "part that was not trained", values=tuple(FREEZE_MODES)),
        Column(
            "pretrain_learning_rate",
            "real",
            "of the pretraining's (or mixture's) first epoch",
            _DIMENSIONLESS,
            minimum=0,
        ),
        Column(
            "transfer_learning_rate", "real", "of the transfer's first epoch", _DIMENSIONLESS, nullable=True, minimum=0
        ),
        Column("replicate", "whole", "number of the independent random start"),
        Column("seed", "whole", "seed of all random numbers of the training (48 bits)"),
        Column("best_epoch", "whole", "epoch that was kept: least validation loss", "epochs", nullable=True, minimum=1),
        Column("status", "text", "ok; failed: the training could not finish; missing: no result yet", values=STATUSES),
        Column("reason", "text", "why there is no result", nullable=True),
        _loss("loss_target_before", "loss on the target domain before the transfer"),
        _loss("loss_target_after", "loss on the target domain after the training"),
        _loss("loss_source_before", "loss on the source domain before the transfer"),
        _loss("loss_source_after", "loss on the source domain after the training"),
        _loss("ood_mean_before", f"mean loss {_OOD} before the transfer"),
        _loss("ood_mean_after", f"mean loss {_OOD} after the training"),
        _loss("ood_std_before", f"standard deviation (population) of the loss {_OOD} before the transfer"),
        _loss("ood_std_after", f"standard deviation (population) of the loss {_OOD} after the training"),
        _share("dice_target_after", "Dice coefficient on the target domain after the training, test split"),
        _share("iou_target_after", "intersection over union on the target domain after the training, test split"),
        Column("train_seconds", "real", "wall time of the training, all epochs", "s", nullable=True, minimum=0),
        Column("device", "text", "device that trained it", nullable=True),
        _SYNTHETIC,
    ),
)

EVALUATIONS = Table(
    "evaluations",
    "One row per network, evaluation domain and split: the kept epoch's scores.",
    ("network_id", "evaluation_domain", "split"),
    (
        Column("network_id", "text", "see networks"),
        Column("evaluation_domain", "text", "see domains"),
        Column(
            "split",
            "text",
            "train: exactly the network's own training images; validation; test: never seen before",
            values=("train", "validation", "test"),
        ),
        Column("images", "whole", "number of images", "images", minimum=1),
        *(_score(score) for score in SCORES),
        _SYNTHETIC,
    ),
)

HISTORIES = Table(
    "histories",
    "One row per network and epoch of its training.",
    ("network_id", "epoch"),
    (
        Column("network_id", "text", "see networks"),
        Column("epoch", "whole", "number of the epoch, from 1", "epochs", minimum=1),
        Column("train_loss", "real", "mean training loss of the epoch", NAT, nullable=True),
        Column("validation_loss", "real", "loss on the validation split after the epoch", NAT, nullable=True),
        Column("learning_rate", "real", "of the epoch", _DIMENSIONLESS, nullable=True, minimum=0),
        Column("kept", "flag", "true for the epoch whose weights were kept"),
        Column("seconds", "real", "wall time of the epoch", "s", nullable=True, minimum=0),
        Column("images_per_second", "real", "augmented images per second", "1/s", nullable=True, minimum=0),
        _SYNTHETIC,
    ),
)

DOMAINS = Table(
    "domains",
    "One row per image domain.",
    ("domain",),
    (
        Column("domain", "text", "identity"),
        Column("series", "text", "series (or family of domains) that it belongs to"),
        Column("structure_set", "text", "recipe of the specimens"),
        Column("crystal", "text", "crystal of the particles"),
        Column("size", "text", "size class of the particles", nullable=True),
        Column("defocus_nm", "real", "mean defocus, sign as in the configuration", "nm"),
        Column("dose_e_per_A2", "real", "electron dose", "electrons per square angstrom", minimum=0),
        _share("foreground_share", "share of particle pixels in the labels of the test split"),
        _SYNTHETIC,
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in (NETWORKS, EVALUATIONS, HISTORIES, DOMAINS)}
