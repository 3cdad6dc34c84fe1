import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "training.py"


@pytest.mark.slow
def test_the_benchmark_runs_in_small_and_ends_with_its_ratio():
    done = subprocess.run([sys.executable, str(BENCHMARK), "--quick"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"ratio: \d+\.\d\d", done.stdout.splitlines()[-1])
    assert "What bounds it" in done.stdout
