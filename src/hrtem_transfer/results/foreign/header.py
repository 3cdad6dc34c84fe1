"""What the columns of a plain table mean: settings of trainings, scores on domains, descriptions of domains."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hrtem_transfer.learning.scores import SCORES
from hrtem_transfer.results.foreign.text_table import TextTable
from hrtem_transfer.results.table_schemas import DOMAINS, SPLITS
from hrtem_transfer.storage.files import DataError
from hrtem_transfer.study.config.problems import nearest, shown

SETTINGS = (
    "network_id",
    "pretrained_id",
    "stage",
    "series",
    "source_domain",
    "target_domain",
    "n_images",
    "n_images_second",
    "freeze",
    "pretrain_learning_rate",
    "transfer_learning_rate",
    "learning_rate",
    "replicate",
    "seed",
    "best_epoch",
    "train_seconds",
    "device",
    "evaluation_domain",
    "split",
    "synthetic",
)
_ALIASES = {
    "source": "source_domain",
    "target": "target_domain",
    "domain": "evaluation_domain",
    "images": "n_images",
    "images_second": "n_images_second",
    "frozen": "freeze",
}
DESCRIPTIONS = [one.name for one in DOMAINS.columns if one.name not in ("domain", "label", "plan", "synthetic")]
ROLES = ("source", "target", "evaluation")
_NAMES = {score.name for score in SCORES}
_SCORE = rf"(?:(?P<split>{'|'.join(SPLITS)})_)?(?P<score>{'|'.join(sorted(_NAMES, key=len, reverse=True))})"
_WIDE = re.compile(rf"{_SCORE}(?P<before>_before)?\s*(?::\s*(?P<domain>.+))?", re.IGNORECASE)
# As in our own table of networks.
_OURS = re.compile(rf"{_SCORE}_(?P<domain>source|target)_(?P<when>before|after)")


@dataclass(frozen=True)
class ScoreColumn:
    """A column of scores.

    Attributes:
        column: its name in the file.
        score: one of ``SCORES``.
        split: the split that its name says; None: the row's.
        before: whether it is of the pretrained network behind that of the row.
        domain: ``source``, ``target`` or the name of a domain; None: the row's.
    """

    column: str
    score: str
    split: str | None
    before: bool
    domain: str | None


@dataclass(frozen=True)
class Header:
    """The columns of a table, understood.

    Attributes:
        settings: column of the file for each setting that there is.
        scores: the columns of scores.
        descriptions: column of the file by (role, description): ("source", "defocus_nm").
        ignored: the other columns.
    """

    settings: dict[str, str] = field(default_factory=dict)
    scores: list[ScoreColumn] = field(default_factory=list)
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)

    @property
    def long(self) -> bool:
        """Whether there is a row for each domain that a network was evaluated on."""
        return "evaluation_domain" in self.settings

    def left_out(self) -> list[str]:
        """A sentence for each column that means nothing here."""
        known = [*SETTINGS, *_NAMES]
        hints = [(name, nearest(_key(name), known)) for name in self.ignored]
        return [f"Left out: column {shown(name)}{f' ({hint})' if hint else ''}." for name, hint in hints]


def understood(table: TextTable) -> Header:
    """The header of a table.

    Raises:
        DataError: two columns mean the same, a column that is needed is not there, or long and wide form are mixed.
    """
    header = Header()
    for column in table.cells.columns:
        key = _key(column)
        described = _described(key)
        setting = _ALIASES.get(key, key)
        score = _score(column)
        if setting in SETTINGS:
            if setting in header.settings:
                raise DataError(
                    f"{table.path}: columns {header.settings[setting]} and {column} both say {setting}; leave one out"
                )
            header.settings[setting] = column
        elif score is not None:
            header.scores.append(score)
        elif described is not None:
            header.descriptions[described] = column
        elif ":" in column:
            what = key.partition(":")[0].strip()
            hint = nearest(what, _NAMES)
            raise DataError(
                f"{table.path}: column {shown(column)}: {shown(what)} is no score; allowed before the colon: "
                f"{', '.join(sorted(_NAMES))}, after train_, validation_ or test_, before _before{hint and '; ' + hint}"
            )
        else:
            header.ignored.append(column)
    _complete(table, header)
    return header


def _key(column: str) -> str:
    return re.sub(r"[\s-]+", "_", column.strip()).lower()


def _score(column: str) -> ScoreColumn | None:
    ours = _OURS.fullmatch(_key(column))
    if ours:
        before = ours["when"] == "before"
        return ScoreColumn(column, ours["score"], ours["split"], before, ours["domain"])
    found = _WIDE.fullmatch(column.strip())
    if not found:
        return None
    split = found["split"] and found["split"].lower()
    domain = found["domain"]
    domain = domain.lower() if domain and domain.lower() in ("source", "target") else domain
    return ScoreColumn(column, found["score"].lower(), split, bool(found["before"]), domain)


def _described(key: str) -> tuple[str, str] | None:
    names = {name.lower(): name for name in DESCRIPTIONS}
    role, _, rest = key.partition("_")
    return (role, names[rest]) if role in ROLES and rest in names else None


def _complete(table: TextTable, header: Header) -> None:
    path, columns = table.path, list(table.cells.columns)
    if "source_domain" not in header.settings and "target_domain" not in header.settings:
        raise DataError(
            f"{path}: neither column source_domain nor column target_domain is there, so that nothing says what the "
            f"networks were trained on; found {_some(columns)}{_hint(header, 'source_domain', 'target_domain')}"
        )
    if not any(one.score == "loss" for one in header.scores):
        raise DataError(
            f"{path}: no column holds a loss; allowed: loss beside evaluation_domain, or loss:DOMAIN for each domain, "
            f"with or without validation_ or test_ before it; found {_some(columns)}{_hint(header, 'loss')}"
        )
    wide = [one.column for one in header.scores if one.domain is not None]
    if header.long and wide:
        raise DataError(
            f"{path}: column {header.settings['evaluation_domain']} (a row for each network and domain) and column "
            f"{wide[0]} (a row for each network) exclude each other; leave one out"
        )


def _hint(header: Header, *wanted: str) -> str:
    hints = [hint for hint in (nearest(name, [_key(one) for one in header.ignored]) for name in wanted) if hint]
    return f"; {hints[0]}" if hints else ""


def _some(columns: Sequence[str]) -> str:
    listed = ", ".join(shown(name) for name in columns[:12])
    return f"{listed}{f' and {len(columns) - 12} more' if len(columns) > 12 else ''}"
