"""Where everything of a sweep lies below its results folder. The only place that knows.

Names hold the digest of the recipe behind the file: other settings make other files, and nothing is
overwritten or mistaken for something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hrtem_transfer.study.domains import DomainPlan
from hrtem_transfer.study.expansion import Sweep
from hrtem_transfer.study.recipes import digest
from hrtem_transfer.study.records import Evaluation, Run
from hrtem_transfer.study.results_folder import results_folder

PLAN = "plan.json"
NETWORKS = "networks.parquet"


@dataclass(frozen=True)
class Layout:
    """The files of one sweep below ``root`` (usually ``results/<sweep>``)."""

    sweep: Sweep
    root: Path

    @classmethod
    def below(cls, results: str | Path, sweep: Sweep) -> Layout:
        """The layout of a sweep in its folder of ``results``; ConfigError when that can be no folder."""
        return cls(sweep, results_folder(results) / sweep.study.sweep)

    @property
    def store(self) -> Path:
        """The folder with one file per network."""
        return self.root / "networks"

    def network(self, network_id: str) -> Path:
        """One network of the store."""
        return self.store / f"{network_id}.safetensors"

    def shard(self, shard_id: str) -> Path:
        """Exit waves of one shard."""
        return self.root / "exit_waves" / f"{shard_id}.h5"

    def shards(self, domain_id: str) -> list[Path]:
        """Exit waves of the structure set that a domain shows, by split, then index."""
        wanted = self.sweep.domains[domain_id].structures
        return [self.shard(key) for key, shard in self.sweep.shards.items() if shard.structures is wanted]

    def image_key(self, plan: DomainPlan) -> str:
        """Name of a domain's image file without ending; it changes with the recipe and the number of images."""
        return f"{plan.domain_id}-{digest([plan.digest, plan.structures.counts], 8)}"

    def images(self, domain_id: str) -> Path:
        """Images of one domain."""
        return self.root / "images" / f"{self.image_key(self.sweep.domains[domain_id])}.h5"

    def gallery(self, domain_ids: Sequence[str]) -> Path:
        """A list of the image files of several domains; it is there when all of them are."""
        key = digest(sorted(self.image_key(self.sweep.domains[domain]) for domain in domain_ids), 8)
        return self.root / "images" / f"gallery-{key}.txt"

    def run(self, run: Run) -> Path:
        """Folder of a run's tables."""
        return self.root / "runs" / run.stage / run.run_id

    def training(self, run: Run) -> Path:
        """Table of a run's losses by network and epoch."""
        return self.run(run) / "training.parquet"

    def lock(self, run: Run) -> Path:
        """Held by the process that works on a run."""
        return self.run(run) / ".lock"

    def evaluation(self, evaluation: Evaluation) -> Path:
        """Table of results by network, domain and split of the runs of one evaluation."""
        return self.root / "evaluations" / f"{evaluation.evaluation_id}.parquet"

    def alone(self, network_id: str) -> Path:
        """Table of results of one network that was asked for alone."""
        return self.root / "alone" / f"{network_id}.parquet"

    @property
    def scores(self) -> Path:
        """The folder with the results of each network that was evaluated, one file per network."""
        return self.root / "scores"

    @property
    def plan(self) -> Path:
        """The frozen plan."""
        return self.root / PLAN

    @property
    def tables(self) -> dict[str, Path]:
        """What is gathered from all runs: the tables, and their summary in words."""
        names = {
            "networks": NETWORKS,
            "networks_csv": "networks.csv",
            "evaluations": "evaluations.parquet",
            "evaluations_csv": "evaluations.csv.gz",
            "histories": "histories.parquet",
            "domains": "domains.csv",
            "summary": "summary.txt",
        }
        return {key: self.root / name for key, name in names.items()}

    @property
    def tables_listing(self) -> Path:
        """Checksums of the tables of this plan; those of another plan have another name."""
        return self.root / f"tables-{self.sweep.digest}.sha256"

    @property
    def report_listing(self) -> Path:
        """Checksums of figures, page and effects of this plan."""
        return self.root / f"report-{self.sweep.digest}.sha256"

    def other_listings(self) -> list[Path]:
        """Checksums of tables and reports of other plans, which lie where those of this one will."""
        found = [*self.root.glob("tables-*.sha256"), *self.root.glob("report-*.sha256")]
        return sorted(path for path in found if path not in (self.tables_listing, self.report_listing))

    def domain_rows(self) -> list[dict[str, Any]]:
        """The table of domains, with the image file of each."""
        return [
            {**plan.row(), "image_file": self.images(domain_id).as_posix()}
            for domain_id, plan in self.sweep.domains.items()
        ]
