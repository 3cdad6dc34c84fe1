import subprocess
import sys
from pathlib import Path

import pytest
import torch

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "gpu.py"


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


def test_the_benchmark_runs_in_small_on_a_cpu_and_prints_all_its_parts():
    done = run(str(BENCHMARK), "--smoke")
    assert done.returncode == 0, done.stderr
    for expected in (
        "plain: float32",
        "+ channels last",
        "+ bfloat16",
        "frozen: encoder, cached features",
        "evaluation with all scores",
        "projected GPU-hours",
    ):
        assert expected in done.stdout


def test_it_needs_nothing_that_a_gpu_machine_may_lack():
    code = (
        "import runpy, sys\n"
        "for name in ('pydantic', 'h5py', 'hdf5plugin', 'pandas', 'pyarrow', 'abtem', 'ase', 'snakemake'):\n"
        "    sys.modules[name] = None\n"
        f"sys.path.insert(0, {str(BENCHMARK.parent)!r})\n"
        f"runpy.run_path({str(BENCHMARK)!r}, run_name='imported')\n"
        "print('imported')"
    )
    done = run("-c", code)
    assert done.stdout == "imported\n", done.stderr


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_without_a_gpu_it_says_so():
    done = run(str(BENCHMARK))
    assert done.returncode == 1
    assert "finds no GPU here. Give --smoke" in done.stderr
