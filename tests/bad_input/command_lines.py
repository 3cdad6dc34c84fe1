"""Calls of ``hrtem-transfer`` that are wrong, or name what is not there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from hrtem_transfer.study import read_sweep
from tests.bad_input.harness import ROOT, STUDY, Case, command

ID = "{id}"
Change = Callable[[Path], object]


@cache
def network_id() -> str:
    return next(iter(read_sweep(ROOT / "tests" / "sweep" / "study.yaml").networks))


def call(message: str, *arguments: str, change: Change = lambda folder: None) -> Case:
    """``hrtem-transfer`` with these arguments, beside a good ``study.yaml``; ``ID`` is one of its networks."""

    def prepare(folder: Path) -> None:
        (folder / "study.yaml").write_text(STUDY)
        change(folder)

    given = [argument.replace(ID, network_id()) for argument in arguments]
    return Case(prepare, command(*given), message.replace(ID, network_id()))


def about(name: str, message: str, change: Change, *arguments: str) -> Case:
    """A command about the good study, whose results are as ``change`` makes them."""
    return call(message, name, *arguments, "--config", "study.yaml", change=change)


def file(name: str, content: bytes | str = b"") -> Change:
    def write(folder: Path) -> None:
        path = folder / name.replace(ID, network_id())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return write


def directory(name: str) -> Change:
    return lambda folder: (folder / name).mkdir(parents=True)


NO_FOLDER = "results folder (--config results=FOLDER of snakemake, --results FOLDER of hrtem-transfer):"
NETWORK = f"results/demo/networks/{ID}.safetensors"
COSTS = "results/demo/unit_costs.json"

CASES: dict[str, Case] = {
    "misspelled command": call(
        "usage: hrtem-transfer [-h] [--version] command ...\n"
        "hrtem-transfer: error: argument command: invalid choice: 'plam' (choose from {any})",
        "plam",
    ),
    "argument too many": call(
        "usage: hrtem-transfer [-h] [--version] command ...\nhrtem-transfer: error: unrecognized arguments: b",
        "plan",
        "a",
        "b",
    ),
    "configuration for a results folder": call(
        f"{NO_FOLDER} found 'study.yaml', but study.yaml is a file; allowed: a folder, or a name that is free",
        "plan",
        "study.yaml",
    ),
    "unknown option": call(
        "usage: hrtem-transfer [-h] [--version] command ...\nhrtem-transfer: error: unrecognized arguments: --confg",
        "plan",
        "--confg",
    ),
    "option without a value": call(
        "usage: hrtem-transfer plan {any}\nhrtem-transfer plan: error: argument --config: expected one argument",
        "plan",
        "--config",
    ),
    "no configuration": call(
        "stud.yml: this configuration does not exist; did you mean 'study.yaml'?", "plan", "--config", "stud.yml"
    ),
    "no folder of a configuration": call(
        "config/paper.yaml: this configuration does not exist; nor does the folder 'config'",
        "plan",
        "--config",
        "config/paper.yaml",
    ),
    "folder for a configuration": call(".: this configuration is a folder; give a file", "plan", "--config", "."),
    "device for a configuration": call(
        "/dev/zero: this configuration is a pipe or a device; give a regular file", "plan", "--config", "/dev/zero"
    ),
    "pipe for a configuration": call(
        "pipe: this configuration is a pipe or a device; give a regular file",
        "status",
        "--config",
        "pipe",
        change=lambda f: os.mkfifo(f / "pipe"),
    ),
    "configuration with a zero byte in its name": call(
        "a\N{REPLACEMENT CHARACTER}b: this configuration is no name that a file can have", "plan", "--config", "a\0b"
    ),
    "image for a configuration": call(
        "i.png: this configuration holds bytes that are not UTF-8 text (the first after 0 bytes); is it the right "
        "file? If so, save it as UTF-8",
        "show",
        "a",
        "--config",
        "i.png",
        change=file("i.png", b"\x89PNG\r\n\x1a\n"),
    ),
    "file for the results": about(
        "status",
        "results folder (--config results=FOLDER of snakemake, --results FOLDER of hrtem-transfer): found 'r', "
        "but r is a file; allowed: a folder, or a name that is free",
        file("r"),
        "--results",
        "r",
    ),
    "file above the results": about(
        "plan",
        "results folder (--config results=FOLDER of snakemake, --results FOLDER of hrtem-transfer): found 'r/s', "
        "but r is a file; allowed: a folder, or a name that is free",
        file("r"),
        "--results",
        "r/s",
    ),
    "results with a wildcard": about(
        "plan",
        "results folder (--config results=FOLDER of snakemake, --results FOLDER of hrtem-transfer): found "
        "'{run}', with the character U+007B; allowed: printable characters but braces; take another name",
        lambda folder: None,
        "--results",
        "{run}",
    ),
    "results with a line break": about(
        "plan",
        "results folder (--config results=FOLDER of snakemake, --results FOLDER of hrtem-transfer): found "
        "'a\ufffdb', with the character U+000A; allowed: printable characters but braces; take another name",
        lambda folder: None,
        "--results",
        "a\nb",
    ),
    "results without a name": about(
        "plan",
        "results folder (--config results=FOLDER of snakemake, --results FOLDER of hrtem-transfer): found ''; "
        "allowed: the path of a folder",
        lambda folder: None,
        "--results",
        "",
    ),
    "network that is not in the sweep": about(
        "show",
        "network 'xyz': no sweep here has it. Allowed: the ids in column network_id of networks.csv (83 of "
        "results/demo).",
        lambda folder: None,
        "xyz",
    ),
    "network that is a path": about(
        "show",
        "network '../../etc/passwd': no sweep here has it. Allowed: the ids in column network_id of networks.csv (83 "
        "of results/demo).",
        lambda folder: None,
        "../../etc/passwd",
    ),
    "network without a name": about(
        "show",
        "network '': no sweep here has it. Allowed: the ids in column network_id of networks.csv (83 of results/demo).",
        lambda folder: None,
        "",
    ),
    "beginning of several networks": about(
        "show", "network '0': {any} ids begin so ({any}); give more digits", lambda folder: None, "0"
    ),
    "empty network to show": about(
        "show",
        "results/demo/networks/{id}.safetensors: this trained network is damaged ({any})). Delete it to have it "
        "trained anew.",
        file(NETWORK),
        ID,
    ),
    "folder for a network to show": about(
        "show",
        "results/demo/networks/{id}.safetensors: this trained network is damaged ([Errno 21] Is a directory: "
        "'results/demo/networks/{id}.safetensors'). Delete it to have it trained anew.",
        lambda f: directory(NETWORK.replace(ID, network_id()))(f),
        ID,
    ),
    "endless header": about(
        "show",
        "results/demo/networks/{id}.safetensors: this trained network is damaged (its header is too long). Delete "
        "it to have it trained anew.",
        file(NETWORK, b"\xff" * 100),
        ID,
    ),
    "header nested without end": about(
        "show",
        "results/demo/networks/{id}.safetensors: this trained network is damaged ({any}). Delete it to have it "
        "trained anew.",
        file(NETWORK, (9999).to_bytes(8, "little") + b"[" * 9999),
        ID,
    ),
    "header of another program": about(
        "show",
        "results/demo/networks/{id}.safetensors: this trained network is damaged (it lacks '__metadata__'). "
        "Delete it to have it trained anew.",
        file(NETWORK, (2).to_bytes(8, "little") + b"{}"),
        ID,
    ),
    "costs that are no mapping": about(
        "plan",
        "results/demo/unit_costs.json: damaged (its keys are not those of unit costs). Delete it and calibrate again.",
        file(COSTS, "[]"),
    ),
    "costs that are texts": about(
        "plan",
        "results/demo/unit_costs.json: damaged (its keys are not those of unit costs). Delete it and calibrate again.",
        file(COSTS, json.dumps(dict.fromkeys("ab", "1"))),
    ),
    "folder for costs": about(
        "plan",
        "results/demo/unit_costs.json: damaged ([Errno 21] Is a directory: 'results/demo/unit_costs.json'). "
        "Delete it and calibrate again.",
        directory(COSTS),
    ),
    "no results to report": call(
        "nowhere: there is no such folder.",
        "report",
        "nowhere",
    ),
    "file to report": call(
        f"{NO_FOLDER} found 'study.yaml', but study.yaml is a file; allowed: a folder, or a name that is free",
        "report",
        "study.yaml",
    ),
    "filter without a value": call(
        "--where: found 'images'; give NAME=VALUE[,VALUE...] with a name of series, {any}, replicate",
        "report",
        ".",
        "--where",
        "images",
    ),
    "filter of an unknown name": call(
        "--where: found 'colour=red'; give NAME=VALUE[,VALUE...] with a name of series, {any}, replicate",
        "report",
        ".",
        "--where",
        "colour=red",
    ),
    "filter with a text for a number": call(
        "--where images: found 'many'; its values are numbers", "report", ".", "--where", "images=many"
    ),
    "pair of one": call(
        "--pair: found 'defocus_p10nm'; give two domains: SOURCE,TARGET", "report", ".", "--pair", "defocus_p10nm"
    ),
    "unknown reduction": call(
        "usage: hrtem-transfer report {any}\n{any}\n{any}\n{any}\n"
        "hrtem-transfer report: error: argument --reduction: invalid choice: 'sum' (choose from {any})",
        "report",
        ".",
        "--reduction",
        "sum",
    ),
    "folder without results": call(
        ".: this folder holds neither a plan (plan.json) nor tables (networks.parquet). Nothing was run here yet: "
        "{any}",
        "report",
        ".",
    ),
    "nothing to compare with": call(
        "usage: hrtem-transfer compare [-h] [--most MOST] a b\n"
        "hrtem-transfer compare: error: the following arguments are required: b",
        "compare",
        "study.yaml",
    ),
    "configuration to compare": call(
        "study.yaml: this table is damaged or of another kind ({any}); give a results folder, or a table networks "
        "as Parquet or CSV (`hrtem-transfer import` takes other tables)",
        "compare",
        "study.yaml",
        "study.yaml",
    ),
    "differences that are no number": call(
        "usage: hrtem-transfer compare [-h] [--most MOST] a b\n"
        "hrtem-transfer compare: error: argument --most: invalid int value: 'few'",
        "compare",
        ".",
        ".",
        "--most",
        "few",
    ),
    "nothing to verify": about(
        "verify",
        "results/demo: there is no such folder, and nothing to verify. Start the workflow first.",
        lambda folder: None,
    ),
}
