"""Nothing in the project reads a format that can hold code, or gives text to a shell or to the interpreter."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    *sorted((ROOT / "src").rglob("*.py")),
    *sorted((ROOT / "workflow").rglob("*.py")),
    *sorted((ROOT / "benchmarks").rglob("*.py")),
]
MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "code", "runpy", "jsonpickle"}
# Last part of a called name -> the keyword arguments without which it is refused (None: always refused).
CALLS: dict[str, dict[str, object] | None] = {
    "eval": None,
    "exec": None,
    "compile": None,
    "__import__": None,
    "os.system": None,
    "os.popen": None,
    "subprocess.getoutput": None,
    "torch.load": None,
    "torch.save": None,
    "read_pickle": None,
    "to_pickle": None,
    "read_hdf": None,
    "yaml.load": None,
    "yaml.load_all": None,
    "yaml.unsafe_load": None,
    "yaml.full_load": None,
    "np.load": {"allow_pickle": False},
    "numpy.load": {"allow_pickle": False},
    "np.fromfile": None,
}


def unsafe(source: str) -> list[str]:
    """What in a source could run what it reads: line and name."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            found += [f"{node.lineno}: {name}" for name in names if name.split(".")[0] in MODULES]
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        given = {key.arg: getattr(key.value, "value", None) for key in node.keywords}
        for call, needed in CALLS.items():
            same = name == call or (call in ("read_pickle", "to_pickle", "read_hdf") and name.endswith(f".{call}"))
            if same and (needed is None or any(given.get(key) != value for key, value in needed.items())):
                found.append(f"{node.lineno}: {name}")
        if given.get("shell") or given.get("allow_pickle") or given.get("weights_only") is False:
            found.append(f"{node.lineno}: {name}")
    return found


def test_no_source_can_run_what_it_reads() -> None:
    assert len(SOURCES) > 100
    assert {str(path.relative_to(ROOT)): unsafe(path.read_text()) for path in SOURCES if unsafe(path.read_text())} == {}


def test_no_rule_has_a_shell() -> None:
    for path in [ROOT / "Snakefile", *sorted((ROOT / "workflow" / "rules").glob("*.smk"))]:
        # Directives stand at the beginning of a line.
        assert not re.search(r"^\s*(shell|run):|shell\(|os\.system|eval\(", path.read_text(), re.MULTILINE), path


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "import torch\ntorch.load('x')",
        "np.load(path, allow_pickle=True)",
        "np.load(path)",
        "pandas.read_pickle(path)",
        "yaml.load(text, Loader=yaml.FullLoader)",
        "eval(text)",
        "subprocess.run(text, shell=True)",
        "os.system(text)",
    ],
)
def test_the_search_finds_what_it_looks_for(source: str) -> None:
    assert unsafe(source)


def test_models_that_are_put_into_evaluation_mode_are_not_meant() -> None:
    assert unsafe("model.eval()\nre.compile(text)\nnp.load(path, allow_pickle=False)\nyaml.safe_load(text)") == []
