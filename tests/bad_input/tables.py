"""Tables of runs and of studies that are missing, damaged, something else, or say what cannot be."""

from __future__ import annotations

import atexit
import pickle
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd

from hrtem_transfer.results.reading import TRAINING_COLUMNS, read_training
from hrtem_transfer.results.synthetic import write_synthetic
from hrtem_transfer.study import Layout, read_sweep
from hrtem_transfer.study.networks import series_domains
from tests.bad_input.harness import ROOT, Case, command, job

Damage = Callable[[Path], object]


@cache
def study() -> Path:
    """A results folder with made-up numbers, of the smallest sweep."""
    sweep = read_sweep(ROOT / "tests" / "workflow" / "tiny.yaml")
    rows = Layout.below("results", sweep).domain_rows()
    shown = {name: series_domains(series, sweep.domains) for name, series in sweep.study.series.items()}
    out = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, out, ignore_errors=True)
    write_synthetic(list(sweep.networks.values()), rows, shown, out)
    return out


def results(damage: Damage, message: str, *arguments: str) -> Case:
    """A results folder, damaged, and a report of it."""

    def prepare(folder: Path) -> None:
        shutil.copytree(study(), folder / "results")
        damage(folder / "results")

    return Case(prepare, command("report", "results", *arguments), message)


def changed(table: str, **columns: object) -> Damage:
    """One value, that of the first row, in some columns of a table."""

    def damage(folder: Path) -> None:
        path = folder / table
        csv = path.suffix == ".csv"
        frame = pd.read_csv(path) if csv else pd.read_parquet(path)
        for column, value in columns.items():
            frame[column] = frame[column].astype(object)
            frame.loc[0, column] = value
            frame[column] = frame[column].infer_objects()
        frame.to_csv(path, index=False) if csv else frame.to_parquet(path, index=False)

    return damage


def reshaped(table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Damage:
    """A table as a whole changed."""

    def damage(folder: Path) -> None:
        path = folder / table
        change(pd.read_parquet(path)).to_parquet(path, index=False)

    return damage


def removed(name: str) -> Damage:
    return lambda folder: (folder / name).unlink()


def content(name: str, data: bytes) -> Damage:
    return lambda folder: (folder / name).write_bytes(data)


def cut(name: str) -> Damage:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-100])


ROW = dict.fromkeys(TRAINING_COLUMNS, 0.5) | {
    "network_id": "a", "epoch": 1, "kept": True, "status": "ok", "reason": None, "device": "cpu"}  # fmt: skip


def run(rows: list[dict[str, object]] | bytes | None, message: str) -> Case:
    """A run's training table (None: there is none), collected for a study that plans network ``a``."""

    def prepare(folder: Path) -> None:
        if isinstance(rows, bytes):
            (folder / "training.parquet").write_bytes(rows)
        elif rows is not None:
            pd.DataFrame(rows).to_parquet(folder / "training.parquet", index=False)

    return Case(prepare, job(lambda: read_training([Path("training.parquet")], {"a"})), message, makes_log=True)


def table(text: str | bytes | None, message: str, *arguments: str) -> Case:
    """A plain table (None: a folder of its name), given to ``hrtem-transfer import``."""

    def prepare(folder: Path) -> None:
        if text is None:
            (folder / "table.csv").mkdir()
        else:
            (folder / "table.csv").write_bytes(text if isinstance(text, bytes) else text.encode())

    return Case(prepare, command("import", "table.csv", *(arguments or ("--out", "new/folder"))), message)


CASES: dict[str, Case] = {
    "no run table": run(
        None, "training.parquet: there is no such table. Delete it and start the workflow again to have it made anew."
    ),
    "pickle for a run table": run(
        pickle.dumps(ROW),
        "training.parquet: this table is damaged or is no Parquet file ({any}). Delete it and start the workflow "
        "again to have it made anew.",
    ),
    "run table without a column": run(
        [{k: v for k, v in ROW.items() if k != "train_loss"}],
        "training.parquet: column train_loss is missing; found network_id, epoch, validation_loss, learning_rate, "
        "kept, seconds, images_per_second, status, reason, device. Delete it and start the workflow again to have "
        "it made anew.",
    ),
    "text for a loss": run(
        [{**ROW, "train_loss": "low"}],
        "training.parquet: a column has the wrong type ({any}). Delete it and start the workflow again to have it made "
        "anew.",
    ),
    "network that is not planned": run(
        [{**ROW, "network_id": "=1+1"}],
        "training.parquet: networks that are not planned: column network_id, =1+1. The file belongs to another "
        "study or to an earlier configuration: Delete it and start the workflow again to have it made anew.",
    ),
    "epoch twice": run(
        [ROW, ROW],
        "training.parquet: more than one row per network_id, epoch: column network_id, a. Delete it and start the "
        "workflow again to have it made anew.",
    ),
    "no table of evaluations": results(
        removed("evaluations.parquet"),
        "results/evaluations.parquet: there is no such table. Start the workflow again (its rule `collect` makes the "
        "tables), or name another results folder.",
    ),
    "networks cut off": results(
        cut("networks.parquet"),
        "results/networks.parquet: this table is damaged or is no Parquet file ({any}). Start the workflow again "
        "(its rule `collect` makes the tables), or name another results folder.",
    ),
    "pickle for networks": results(
        content("networks.parquet", pickle.dumps(ROW)),
        "results/networks.parquet: this table is damaged or is no Parquet file ({any}). Start the workflow again "
        "(its rule `collect` makes the tables), or name another results folder.",
    ),
    "no table of domains": results(
        removed("domains.csv"),
        "results/domains.csv: there is no such table. Start the workflow again (its rule `collect` makes the "
        "tables), or name another results folder.",
    ),
    "binary for domains": results(
        content("domains.csv", bytes(range(256))),
        "results/domains.csv: this table is damaged or of another kind ({any}). Start the workflow again (its rule "
        "`collect` makes the tables), or name another results folder.",
    ),
    "empty domains": results(
        content("domains.csv", b""),
        "results/domains.csv: this table is damaged or of another kind ({any}). Start the "
        "workflow again (its rule `collect` makes the tables), or name another results folder.",
    ),
    "column missing": results(
        reshaped("networks.parquet", lambda frame: frame.drop(columns="freeze")),
        "results/networks.parquet: column freeze is missing. The table networks must have the columns network_id, "
        "series, "
        "stage, freeze, replicate, status, and may have those of docs/data-dictionary.md.",
    ),
    "column too many": results(
        reshaped("networks.parquet", lambda frame: frame.assign(plans="yes")),
        "results/networks.parquet: column 'plans' is not known (did you mean 'plan'?). The table networks must have "
        "the columns network_id, series, stage, freeze, replicate, status, and may have those of "
        "docs/data-dictionary.md.",
    ),
    "network twice": results(
        reshaped("networks.parquet", lambda frame: pd.concat([frame, frame[:1]])),
        "results/networks.parquet: column network_id: the same key occurs more than once; found {any} in row 1, 17.",
    ),
    "unknown status": results(
        changed("networks.parquet", status="done"),
        "results/networks.parquet: column status: must be one of ok, failed, missing; found 'done' in row 1.",
    ),
    "Dice above one": results(
        changed("networks.parquet", dice_target_after=1.5),
        "results/networks.parquet: column dice_target_after: must be at most 1.0; found 1.5 in row 1.",
    ),
    "text for a number of images": results(
        reshaped("networks.parquet", lambda frame: frame.assign(n_images="many")),
        "results/networks.parquet: column n_images must be whole (int64), found str: {any}.",
    ),
    "negative number of images": results(
        changed("networks.parquet", n_images=-4),
        "results/networks.parquet: column n_images: must be at least 1; found -4 in row 1.",
    ),
    "unknown parent": results(
        changed("networks.parquet", pretrained_id="000000000000"),
        "results/networks.parquet: column pretrained_id: 000000000000 in row 1 is not in networks.parquet. Start "
        "the workflow again (its rule `collect` makes the tables), or name another results folder.",
    ),
    "domain that no table has": results(
        changed("networks.parquet", source_domain="../../etc"),
        "results/networks.parquet: column source_domain: ../../etc in row 1 is not in domains.csv. Start the "
        "workflow again (its rule `collect` makes the tables), or name another results folder.",
    ),
    "series that is a path": results(
        changed("networks.parquet", series="../../x"),
        "results/networks.parquet: column series: '../../x' in row 1 is no name; allowed: lowercase letters, digits "
        "and underscores, beginning with a letter. Start the workflow again (its rule `collect` makes the tables), or "
        "name another results folder.",
    ),
    "domain that is a formula": results(
        changed("domains.csv", domain="=1+1"),
        "results/domains.csv: column domain: '=1+1' in row 1 is no name; allowed: lowercase letters, digits and "
        "underscores, beginning with a letter. Start the workflow again (its rule `collect` makes the tables), or name "
        "another results folder.",
    ),
    "evaluation of an unknown network": results(
        changed("evaluations.parquet", network_id="000000000000"),
        "results/evaluations.parquet: column network_id: 000000000000 in row 1 is not in networks.parquet. Start "
        "the workflow again (its rule `collect` makes the tables), or name another results folder.",
    ),
    "negative dose in a table": results(
        changed("domains.csv", dose_e_per_A2=-30),
        "results/domains.csv: column dose_e_per_A2: must be at least 0; found -30.0 in row 1.",
    ),
    "filter without networks": results(
        lambda folder: None,
        "results: filter images: no network has 5; there are: 4, 8",
        "--where",
        "images=5",
        "--out",
        "part",
    ),
    "pair of unknown domains": results(
        lambda folder: None,
        "results: no domain 'nowhere'; there are: defocus_m30nm, defocus_p10nm",
        "--pair",
        "defocus_p10nm,nowhere",
        "--out",
        "part",
    ),
    "table for the folder of images": results(
        lambda folder: None,
        "--images: found no image file (*.h5) of a domain of this study in results/domains.csv",
        "--images",
        "results/domains.csv",
    ),
    "image file that is a table": results(
        lambda folder: shutil.copy(folder / "networks.parquet", folder / "networks.h5"),
        "results/networks.h5: this image file is damaged or cut off, or is something else ({any}). Delete it and "
        "start the workflow again to have it made anew.",
        "--images",
        "results",
    ),
    "import of a table without losses": table(
        "source,target,los\nA,B,0.1\n",
        "table.csv: no column holds a loss; allowed: loss beside evaluation_domain, or loss:DOMAIN for each domain, "
        "with or "
        "without validation_ or test_ before it; found 'source', 'target', 'los'; did you mean 'los'?",
    ),
    "import of a table without domains": table(
        "from,to,loss\nA,B,0.1\n",
        "table.csv: neither column source_domain nor column target_domain is there, so that nothing says what the "
        "networks "
        "were trained on; found 'from', 'to', 'loss'",
    ),
    "import of a loss that is a word": table(
        "source;target;loss\nA;B;0,1\nA;C;low\n",
        "table.csv: column loss: found 'low' in row 2; allowed: a number, or nothing",
    ),
    "import of the same settings twice": table(
        "source,target,loss\nA,B,0.1\nA,B,0.2\n",
        "table.csv: column target: found 'B' in row 1, 2; these rows have the same settings; give them a column "
        "replicate "
        "or network_id that tells them apart",
    ),
    "import of an unknown stage": table(
        "source,target,stage,loss\nA,B,mixtur,0.1\n",
        "table.csv: column stage: found 'mixtur' in row 1; allowed: pretrain, transfer, mixture, scratch, or "
        "nothing; did "
        "you mean 'mixture'?",
    ),
    "import of an empty file": table(b"", "table.csv: this table is empty. Its first line must name its columns."),
    "import of a folder": table(
        None, "table.csv: this is a folder; give a file. Give a table as CSV (UTF-8) or Parquet."
    ),
    "import of another encoding": table(
        "source,target,loss\n\u00e9,B,0.1\n".encode("latin-1"),
        "table.csv: this holds bytes that are not UTF-8 text (the first after 19 bytes); is it the right file? If "
        "so, save "
        "it as UTF-8. Give a table as CSV (UTF-8) or Parquet.",
    ),
    "import over what is there": table(
        "source,target,loss\nA,B,0.1\n",
        "table.csv: this exists already. Give --out a folder that does not exist yet.",
        "--out",
        "table.csv",
    ),
    "import of rows that are too short": table(
        "source,target,loss\nA,B\n",
        "table.csv: row 1 has 2 cells, but there are 3 columns. Put texts with a separator in them between quotation "
        "marks.",
    ),
}
