"""The whole workflow after damage and on a full disk: the same command makes again what is missing, and only that."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hrtem_transfer.inspection.verification import verify
from hrtem_transfer.study import Layout
from tests.faults.processes import ended, start
from tests.faults.stages import SMALL, quiet, small
from tests.faults.test_full_disk import fill
from tests.faults.test_processes import identities
from tests.faults.test_verify import command, damaged_and_what_goes_too
from tests.workflow.conftest import Workflow
from tests.workflow.numbers import differences


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_what_repair_removed_is_made_again_and_no_other_network_is_trained(undamaged: Layout, tmp_path: Path) -> None:
    workflow = Workflow(tmp_path, SMALL)
    files = small(tmp_path / "results")
    shutil.copytree(undamaged.root, files.root)
    damaged, _ = damaged_and_what_goes_too(files)
    before = identities(files)
    # In a process of its own, as the lock of the sweep is held for the rest of it.
    assert ended(start(lambda: sys.exit(command(files, "--repair")))) == 0
    workflow.run()
    after = identities(files)
    lost = {path.name for path in damaged if path.parent == files.store}
    assert {name for name in before if after[name] != before[name]} == lost
    assert verify(files, quiet, at_rest=True).findings == []
    assert differences(files.root, undamaged.root) == []
    assert "Nothing to be done" in workflow.run("--dry-run")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("leave_bytes", [300_000, 1_000_000, 2_500_000])
def test_a_disk_that_fills_up_during_the_workflow(
    leave_bytes: int, undamaged: Layout, little_disk: Callable[[str], Path]
) -> None:
    disk = little_disk("size=64m")
    workflow, files = Workflow(disk, SMALL), small(disk / "results")
    filler = fill(disk, leave_bytes)
    process = workflow.start("--nocolor")
    said, _ = process.communicate(timeout=500)
    assert process.returncode != 0
    found = verify(files, quiet, at_rest=True).findings
    assert found == []
    kept = identities(files) if files.store.exists() else {}
    named = re.search(r"^.*The file needs .* MB; .* are free\. Make space.*$", said, re.MULTILINE)
    # Snakemake stops in its own words when there is no room for its notes.
    named = named or re.search(r"^.*No space left on device.*$", said, re.MULTILINE)
    print(f"FULL | {leave_bytes} | {len(kept)} networks kept | {named.group() if named else said[-300:]}")
    assert named, said
    os.unlink(filler)
    workflow.run()
    assert {name: identities(files)[name] for name in kept} == kept
    assert differences(files.root, undamaged.root) == []
