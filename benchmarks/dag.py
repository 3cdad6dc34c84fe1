"""What inspecting the study costs: CPU seconds and memory of ``snakemake -n`` against a trivial Snakefile.

    python benchmarks/dag.py

The trivial workflow has the same number of jobs in the same number of layers, one wildcard and no input functions: what
Snakemake itself takes. The dressed one is the trivial one with a script, a parameter, a log and a message for every
rule, as ours have: what Snakemake takes for these. Two cases: the study as configured, and with `together: []` and
`networks_per_evaluation: 1` (one training and one evaluation job per network). The ratio is to the trivial workflow.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAPER = ROOT / "config" / "paper.yaml"
TRIVIAL = """
N = {jobs} // 4
rule all:
    input: expand("layer4/{{i}}", i=range(N))
rule first:
    output: "layer1/{{i}}"
{dress}rule second:
    input: "layer1/{{i}}"
    output: "layer2/{{i}}"
{dress}rule third:
    input: "layer2/{{i}}"
    output: "layer3/{{i}}"
{dress}rule fourth:
    input: "layer3/{{i}}"
    output: "layer4/{{i}}"
{dress}"""
DRESS = """    log: "log/{i}"
    params: number=lambda wildcards: wildcards.i
    message: "Number {params.number}"
    script: "nothing.py"
"""


def dry_run(snakefile: Path, folder: Path, *arguments: str) -> tuple[float, float, str]:
    """(CPU seconds, peak MB, output) of a quiet dry run in an empty folder."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(snakefile), "--directory", str(folder)]
    command += ["--dry-run", "--quiet", "rules", *arguments]
    output = folder / "output.txt"
    with output.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
    text = output.read_text()
    if status:
        raise SystemExit(f"{' '.join(command)} failed:\n{text}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def parse_seconds() -> float:
    """CPU seconds to import what the Snakefile imports and to read, check and expand the study, in a fresh process."""
    code = (
        "import time, sys; began = time.process_time()\n"
        "from hrtem_transfer.study import Layout, read_sweep\n"
        "from hrtem_transfer.jobs.sweep_lock import claim\n"
        "Layout.below('results', read_sweep(sys.argv[1]))\n"
        "print(time.process_time() - began)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(PAPER)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def written(snakefile: Path, jobs: int, dress: str = "") -> Path:
    """A trivial workflow of that many jobs; ``dress`` is added to each of its rules."""
    snakefile.write_text(TRIVIAL.format(jobs=jobs, dress=dress))
    return snakefile


def main() -> None:
    """Measure and print."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    began = time.strftime("%Y-%m-%d")
    print(f"{began}: read, check and expand the study: {min(parse_seconds() for _ in range(3)):.2f} CPU s")
    ratios = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        apart = folder / "apart.yaml"
        text = re.sub(r"together: \[.*\]", "together: []", PAPER.read_text())
        apart.write_text(re.sub(r"networks_per_evaluation: \d+", "networks_per_evaluation: 1", text))
        print(f"{'':16}{'jobs':>7}{'CPU s':>8}{'MB':>7}{'trivial s':>11}{'MB':>7}{'dressed s':>11}{'ratio':>7}")
        for title, config in (("as configured", PAPER), ("together: []", apart)):
            here = folder / title.replace(": ", "_")
            here.mkdir()
            ours, ours_mb, text = dry_run(ROOT / "Snakefile", here, "--configfile", str(config))
            jobs = int(re.findall(r"^total +(\d+)$", text, re.MULTILINE)[-1])
            (here / "nothing.py").touch()
            trivial, trivial_mb, _ = dry_run(written(here / "trivial.smk", jobs), here)
            dressed, _, _ = dry_run(written(here / "dressed.smk", jobs, DRESS), here)
            ratios.append(ours / trivial)
            row = f"{jobs:>7}{ours:>8.1f}{ours_mb:>7.0f}{trivial:>11.1f}{trivial_mb:>7.0f}{dressed:>11.1f}"
            print(f"{title:16}{row}{ratios[-1]:>7.2f}", flush=True)
    print(f"ratio: {ratios[-1]:.2f}")


if __name__ == "__main__":
    main()
