"""The result tables: every column's name, type, unit and meaning.

These descriptions are the only ones: tables are checked against them, and the data dictionary
(docs/data-dictionary.md) is written from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hrtem_transfer.learning.scores import NAT, SCORES, Score
from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.study.config.imaging import AXES, Condition

if TYPE_CHECKING:
    import pandera.pandas as pa

STAGES = ("pretrain", "transfer", "mixture", "scratch")
SPLITS = ("train", "validation", "test")
STATUSES = ("ok", "failed", "missing")

_DTYPES = {"text": "str", "whole": "int64", "real": "float64", "flag": "bool"}


@dataclass(frozen=True)
class Column:
    """One column. ``kind`` is text, whole (number), real (number) or flag (true or false).

    A file may lack a column that is nullable (it is then read as empty) or has a ``default``.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    nullable: bool = False
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    default: Any = None

    @property
    def optional(self) -> bool:
        """Whether a file may lack it."""
        return self.nullable or self.default is not None

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
_LOSS = "mean loss minus its least value log(1 + 1/e), test split; validation where no row has a test split"
_PLAN = Column(
    "plan", "text", "digest of the frozen plan (plan.json) that the tables were collected for", nullable=True
)
_SYNTHETIC = Column(
    "synthetic",
    "flag",
    "true: written by the generator of synthetic results, no network was trained",
    default=False,
)


def _loss(name: str, meaning: str) -> Column:
    return Column(name, "real", f"{meaning}: {_LOSS}", NAT, nullable=True)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "real", meaning, _DIMENSIONLESS, nullable=True, minimum=0.0, maximum=1.0)


def _score(score: Score) -> Column:
    least, greatest = score.limits or (None, None)
    return Column(score.name, "real", score.meaning, score.unit, nullable=True, minimum=least, maximum=greatest)


def _axis(name: str) -> Column:
    """A key of the imaging condition as a column: words and unit of its ``Axis``, limits of its field."""
    limits = Condition.model_fields[name].metadata

    def limit(*kinds: str) -> float | None:
        return next((getattr(one, kind) for one in limits for kind in kinds if hasattr(one, kind)), None)

    axis = AXES[name]
    return Column(
        name, "real", axis.words, axis.unit, nullable=True, minimum=limit("ge", "gt"), maximum=limit("le", "lt")
    )


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
        Column(
            "source_domain",
            "text",
            "domain of the pretraining; of a mixture the first domain; none for a training from scratch",
            nullable=True,
        ),
        Column(
            "target_domain",
            "text",
            "domain of the transfer (or of the training from scratch); of a mixture the second",
            nullable=True,
        ),
        Column(
            "n_images",
            "whole",
            "training images before augmentation (first domain)",
            "images",
            nullable=True,
            minimum=1,
        ),
        Column("n_images_second", "whole", "mixture: images of the second domain", "images", nullable=True, minimum=0),
        Column("freeze", "text", "part that was not trained", values=tuple(FREEZE_MODES)),
        Column(
            "pretrain_learning_rate",
            "real",
            "of the pretraining's (or mixture's) first epoch",
            _DIMENSIONLESS,
            nullable=True,
            minimum=0,
        ),
        Column(
            "transfer_learning_rate",
            "real",
            "of the first epoch of the transfer, or of the training from scratch",
            _DIMENSIONLESS,
            nullable=True,
            minimum=0,
        ),
        Column("replicate", "whole", "number of the independent random start"),
        Column("seed", "whole", "seed of all random numbers of the training (48 bits)", nullable=True),
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
        _share("dice_target_after", "Dice coefficient on the target domain after the training; split as above"),
        _share("iou_target_after", "intersection over union on the target domain after the training; split as above"),
        Column("train_seconds", "real", "wall time of the training, all epochs", "s", nullable=True, minimum=0),
        Column("device", "text", "device that trained it", nullable=True),
        Column("device_kind", "text", "kind of that device: cpu, cuda", nullable=True),
        Column("precision", "text", "arithmetic that it was trained in: float32, bfloat16, ...", nullable=True),
        Column("threads", "whole", "threads of the training process", "threads", nullable=True, minimum=1),
        Column("torch_version", "text", "version of torch that trained it", nullable=True),
        Column("hrtem_transfer_version", "text", "version of this software that trained it", nullable=True),
        _PLAN,
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
            values=SPLITS,
        ),
        Column("images", "whole", "number of images", "images", nullable=True, minimum=1),
        *(_score(score) for score in SCORES),
        _PLAN,
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
        _PLAN,
        _SYNTHETIC,
    ),
)

DOMAINS = Table(
    "domains",
    "One row per image domain.",
    ("domain",),
    (
        Column("domain", "text", "identity"),
        Column("label", "text", "its name where it comes from, if that is another", nullable=True),
        Column("family", "text", "family of domains that it belongs to: domains that differ along stated axes"),
        Column("structure_set", "text", "recipe of the specimens", nullable=True),
        Column("set_family", "text", "family of that recipe: the size class, for instance", nullable=True),
        Column("crystal", "text", "crystal of the particles", nullable=True),
        Column(
            "space_group", "whole", "number of the crystal's space group", "1", nullable=True, minimum=1, maximum=230
        ),
        *(_axis(name) for name in AXES),
        Column("pixel_size_A", "real", "edge of a pixel", "Å", nullable=True, minimum=0),
        _share("foreground_share", "share of particle pixels in the labels of the test split"),
        _PLAN,
        _SYNTHETIC,
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in (NETWORKS, EVALUATIONS, HISTORIES, DOMAINS)}
