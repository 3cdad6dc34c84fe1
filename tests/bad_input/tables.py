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
    "no run table": run(None, "training.parquet: {any}no such table{any}Delete it"),
    "pickle for a run table": run(
        pickle.dumps(ROW),
        "training.parquet: {any}no Parquet file{any}Delete it",
    ),
    "run table without a column": run(
        [{k: v for k, v in ROW.items() if k != "train_loss"}],
        "training.parquet: {any}column train_loss{any}Delete it",
    ),
    "text for a loss": run(
        [{**ROW, "train_loss": "low"}],
        "training.parquet: {any}wrong type{any}Delete it",
    ),
    "network that is not planned": run(
        [{**ROW, "network_id": "=1+1"}],
        "training.parquet: {any}column network_id, =1+1{any}Delete it",
    ),
    "epoch twice": run(
        [ROW, ROW],
        "training.parquet: {any}column network_id, a{any}Delete it",
    ),
    "no table of evaluations": results(
        removed("evaluations.parquet"),
        "results/evaluations.parquet: {any}no such table{any}Start the workflow",
    ),
    "networks cut off": results(
        cut("networks.parquet"),
        "results/networks.parquet: {any}no Parquet file{any}Start the workflow",
    ),
    "pickle for networks": results(
        content("networks.parquet", pickle.dumps(ROW)),
        "results/networks.parquet: {any}no Parquet file{any}Start the workflow",
    ),
    "no table of domains": results(
        removed("domains.csv"),
        "results/domains.csv: {any}no such table{any}Start the workflow",
    ),
    "binary for domains": results(
        content("domains.csv", bytes(range(256))),
        "results/domains.csv: {any}of another kind{any}Start the workflow",
    ),
    "semicolons between the columns of domains": results(
        lambda folder: (folder / "domains.csv").write_text((folder / "domains.csv").read_text().replace(",", ";")),
        "results/domains.csv: {any}semicolons{any}commas",
    ),
    "empty domains": results(
        content("domains.csv", b""),
        "results/domains.csv: {any}of another kind{any}Start the workflow",
    ),
    "column missing": results(
        reshaped("networks.parquet", lambda frame: frame.drop(columns="freeze")),
        "results/networks.parquet: column freeze is missing",
    ),
    "column too many": results(
        reshaped("networks.parquet", lambda frame: frame.assign(plans="yes")),
        "results/networks.parquet: {any}'plans'{any}'plan'",
    ),
    "network twice": results(
        reshaped("networks.parquet", lambda frame: pd.concat([frame, frame[:1]])),
        "results/networks.parquet: column network_id: {any}more than once",
    ),
    "unknown status": results(
        changed("networks.parquet", status="done"),
        "results/networks.parquet: column status: {any}ok{any}'done' in row 1",
    ),
    "Dice above one": results(
        changed("networks.parquet", dice_target_after=1.5),
        "results/networks.parquet: column dice_target_after: {any}at most 1.0{any}1.5 in row 1",
    ),
    "text for a number of images": results(
        reshaped("networks.parquet", lambda frame: frame.assign(n_images="many")),
        "results/networks.parquet: column n_images{any}int64{any}str",
    ),
    "negative number of images": results(
        changed("networks.parquet", n_images=-4),
        "results/networks.parquet: column n_images: {any}at least 1{any}-4 in row 1",
    ),
    "unknown parent": results(
        changed("networks.parquet", pretrained_id="000000000000"),
        "results/networks.parquet: {any}column pretrained_id{any}000000000000{any}1{any}Start the workflow",
    ),
    "domain that no table has": results(
        changed("networks.parquet", source_domain="../../etc"),
        "results/networks.parquet: column source_domain: {any}../../etc in row 1",
    ),
    "series that is a path": results(
        changed("networks.parquet", series="../../x"),
        "results/networks.parquet: column series: {any}'../../x' in row 1{any}lowercase{any}Start the workflow",
    ),
    "domain that is a formula": results(
        changed("domains.csv", domain="=1+1"),
        "results/domains.csv: column domain: {any}'=1+1' in row 1{any}lowercase{any}Start the workflow",
    ),
    "evaluation of an unknown network": results(
        changed("evaluations.parquet", network_id="000000000000"),
        "results/evaluations.parquet: {any}column network_id{any}000000000000{any}1{any}Start the workflow",
    ),
    "negative dose in a table": results(
        changed("domains.csv", dose_e_per_A2=-30),
        "results/domains.csv: column dose_e_per_A2: {any}at least 0{any}-30.0 in row 1",
    ),
    "filter without networks": results(
        lambda folder: None,
        "results: {any}images{any}5{any}4, 8",
        "--where",
        "images=5",
        "--out",
        "part",
    ),
    "filter by another word for a value": results(
        lambda folder: None,
        "results: {any}freeze{any}nothing{any}none",
        "--where",
        "freeze=nothing",
        "--out",
        "part",
    ),
    "pair of unknown domains": results(
        lambda folder: None,
        "results: {any}'nowhere'{any}defocus_m30nm",
        "--pair",
        "defocus_p10nm,nowhere",
        "--out",
        "part",
    ),
    "table for the folder of images": results(
        lambda folder: None,
        "--images: {any}*.h5{any}results/domains.csv",
        "--images",
        "results/domains.csv",
    ),
    "image file that is a table": results(
        lambda folder: shutil.copy(folder / "networks.parquet", folder / "networks.h5"),
        "results/networks.h5: {any}is something else{any}Delete it",
        "--images",
        "results",
    ),
    "import of a table without losses": table(
        "source,target,los\nA,B,0.1\n",
        "table.csv: {any}loss:DOMAIN{any}'los'",
    ),
    "import of a table without domains": table(
        "from,to,loss\nA,B,0.1\n",
        "table.csv: {any}column source_domain{any}column target_domain",
    ),
    "import of a loss that is a word": table(
        "source;target;loss\nA;B;0,1\nA;C;low\n",
        "table.csv: column loss: {any}'low' in row 2{any}a number",
    ),
    "import of the same settings twice": table(
        "source,target,loss\nA,B,0.1\nA,B,0.2\n",
        "table.csv: column target: {any}'B' in row 1, 2{any}replicate",
    ),
    "import of an unknown stage": table(
        "source,target,stage,loss\nA,B,mixtur,0.1\n",
        "table.csv: {any}column stage{any}'mixtur'{any}1{any}pretrain{any}'mixture'",
    ),
    "import of an empty file": table(b"", "table.csv: {any}empty"),
    "import of a folder": table(None, "table.csv: {any}is a folder{any}UTF-8"),
    "import of another encoding": table(
        "source,target,loss\n\u00e9,B,0.1\n".encode("latin-1"),
        "table.csv: {any}UTF-8{any}19 bytes",
    ),
    "import over what is there": table(
        "source,target,loss\nA,B,0.1\n",
        "table.csv: {any}exists already{any}--out",
        "--out",
        "table.csv",
    ),
    "import of rows that are too short": table(
        "source,target,loss\nA,B\n",
        "table.csv: row 1{any}2 cells{any}3 columns",
    ),
}
