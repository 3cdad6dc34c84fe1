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
    return next(iter(read_sweep(ROOT / "tests" / "study" / "study.yaml").networks))


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


NETWORK = f"results/demo/networks/{ID}.safetensors"
COSTS = "results/demo/unit_costs.json"

CASES: dict[str, Case] = {
    "misspelled command": call(
        "usage: hrtem-transfer{any}'plam'{any}plan",
        "plam",
    ),
    "argument too many": call(
        "usage: hrtem-transfer{any}unrecognized arguments: b",
        "plan",
        "a",
        "b",
    ),
    "configuration for a results folder": call(
        "study.yaml: {any}file{any}results folder{any}hrtem-transfer plan --config study.yaml",
        "plan",
        "study.yaml",
    ),
    "unknown option": call(
        "usage: hrtem-transfer{any}unrecognized arguments: --confg",
        "plan",
        "--confg",
    ),
    "option without a value": call(
        "usage: hrtem-transfer plan{any}--config{any}one argument",
        "plan",
        "--config",
    ),
    "no configuration": call("stud.yml: {any}does not exist{any}'study.yaml'", "plan", "--config", "stud.yml"),
    "no folder of a configuration": call(
        "config/paper.yaml: {any}does not exist{any}'config'",
        "plan",
        "--config",
        "config/paper.yaml",
    ),
    "folder for a configuration": call(".: {any}folder{any}file", "plan", "--config", "."),
    "device for a configuration": call("/dev/zero: {any}device{any}regular file", "plan", "--config", "/dev/zero"),
    "pipe for a configuration": call(
        "pipe: {any}pipe{any}regular file",
        "status",
        "--config",
        "pipe",
        change=lambda f: os.mkfifo(f / "pipe"),
    ),
    "configuration with a zero byte in its name": call("a�b: {any}name of a file", "plan", "--config", "a\0b"),
    "image for a configuration": call(
        "i.png: {any}UTF-8",
        "show",
        "a",
        "--config",
        "i.png",
        change=file("i.png", b"\x89PNG\r\n\x1a\n"),
    ),
    "file for the results": about(
        "status",
        "results folder{any}--results{any}'r'{any}a file{any}a folder",
        file("r"),
        "--results",
        "r",
    ),
    "file above the results": about(
        "plan",
        "results folder{any}--results{any}'r/s'{any}r is a file{any}a folder",
        file("r"),
        "--results",
        "r/s",
    ),
    "results with a wildcard": about(
        "plan",
        "results folder{any}--results{any}'{run}'{any}U+007B",
        lambda folder: None,
        "--results",
        "{run}",
    ),
    "results with a line break": about(
        "plan",
        "results folder{any}--results{any}'a\ufffdb'{any}U+000A",
        lambda folder: None,
        "--results",
        "a\nb",
    ),
    "results without a name": about(
        "plan",
        "results folder{any}--results{any}found ''",
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
    "beginning of several networks": about("show", "network '0': {any}more digits", lambda folder: None, "0"),
    "empty network to show": about(
        "show",
        "results/demo/networks/{id}.safetensors: {any}damaged{any}Delete it",
        file(NETWORK),
        ID,
    ),
    "folder for a network to show": about(
        "show",
        "results/demo/networks/{id}.safetensors: {any}damaged{any}irectory{any}Delete it",
        lambda f: directory(NETWORK.replace(ID, network_id()))(f),
        ID,
    ),
    "endless header": about(
        "show",
        "results/demo/networks/{id}.safetensors: {any}header is too long{any}Delete it",
        file(NETWORK, b"\xff" * 100),
        ID,
    ),
    "header nested without end": about(
        "show",
        "results/demo/networks/{id}.safetensors: {any}damaged{any}Delete it",
        file(NETWORK, (9999).to_bytes(8, "little") + b"[" * 9999),
        ID,
    ),
    "header of another program": about(
        "show",
        "results/demo/networks/{id}.safetensors: {any}'__metadata__'{any}Delete it",
        file(NETWORK, (2).to_bytes(8, "little") + b"{}"),
        ID,
    ),
    "costs that are no mapping": about(
        "plan",
        "results/demo/unit_costs.json: {any}damaged{any}Delete it",
        file(COSTS, "[]"),
    ),
    "costs that are texts": about(
        "plan",
        "results/demo/unit_costs.json: {any}damaged{any}Delete it",
        file(COSTS, json.dumps(dict.fromkeys("ab", "1"))),
    ),
    "folder for costs": about(
        "plan",
        "results/demo/unit_costs.json: {any}irectory{any}Delete it",
        directory(COSTS),
    ),
    "no results to report": call(
        "nowhere: there is no such folder.",
        "report",
        "nowhere",
    ),
    "file to report": call(
        "study.yaml: {any}file{any}results folder",
        "report",
        "study.yaml",
    ),
    "filter without a value": call(
        "--where: {any}'images'{any}series",
        "report",
        ".",
        "--where",
        "images",
    ),
    "filter of an unknown name": call(
        "--where: {any}'colour=red'{any}series",
        "report",
        ".",
        "--where",
        "colour=red",
    ),
    "filter with a text for a number": call(
        "--where images: found 'many'; its values are numbers", "report", ".", "--where", "images=many"
    ),
    "pair of one": call("--pair: {any}'defocus_p10nm'{any}SOURCE,TARGET", "report", ".", "--pair", "defocus_p10nm"),
    "unknown reduction": call(
        "usage: hrtem-transfer report{any}--reduction{any}'sum'{any}median",
        "report",
        ".",
        "--reduction",
        "sum",
    ),
    "folder without results": call(
        ".: {any}plan.json{any}networks.parquet{any}snakemake",
        "report",
        ".",
    ),
    "nothing to compare with": call(
        "usage: hrtem-transfer compare{any}error: {any}B",
        "compare",
        "study.yaml",
    ),
    "configuration to compare": call(
        "study.yaml: {any}of another kind",
        "compare",
        "study.yaml",
        "study.yaml",
    ),
    "differences that are no number": call(
        "usage: hrtem-transfer compare{any}--most{any}'few'",
        "compare",
        ".",
        ".",
        "--most",
        "few",
    ),
    "nothing to verify": about(
        "verify",
        "results/demo: {any}nothing to verify{any}snakemake",
        lambda folder: None,
    ),
}
