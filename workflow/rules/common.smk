# Lookups by id. Rules hold no knowledge: what an id means stands in SWEEP, where a file lies in FILES.
from hrtem_transfer.inspection.words import network_in_words
from hrtem_transfer.study.evaluations import alone, sources

ROOT = FILES.root.as_posix()
IMAGES = {domain: FILES.images(domain).as_posix() for domain in SWEEP.domains}
DOMAINS = {FILES.image_key(plan): plan for plan in SWEEP.domains.values()}
SHARDS = {domain: [path.as_posix() for path in FILES.shards(domain)] for domain in SWEEP.domains}
GALLERIES = {domains: FILES.gallery(domains) for domains in {one.images for one in SWEEP.evaluations.values()}}
SHOWN = {path.stem: [IMAGES[domain] for domain in domains] for domains, path in GALLERIES.items()}
TRAINING_TABLES = {run_id: FILES.training(run).as_posix() for run_id, run in SWEEP.runs.items()}
EVALUATION_TABLES = [FILES.evaluation(evaluation).as_posix() for evaluation in SWEEP.evaluations.values()]
RUN_OF_NETWORK = {record.network_id: run for run in SWEEP.runs.values() for record in run.networks}
WORK = {
    "device": SWEEP.study.work.device,
    "threads": SWEEP.study.work.threads,
    "images": IMAGES,
    "store": FILES.store.as_posix(),
    "scores": FILES.scores.as_posix(),
    "keep_weights": SWEEP.study.keep.weights,
    "revision": SWEEP.study.revision.score,
}
# Asked for as such, so that one that was removed because it is damaged is made again although all tables are there.
KEPT_FILES = list(IMAGES.values())
if SWEEP.study.keep.exit_waves:
    KEPT_FILES += [FILES.shard(shard).as_posix() for shard in SWEEP.shards]


def needed_by_run(run):
    """The images that a run trains on, and the runs that it starts from."""
    return {
        "images": [IMAGES[domain] for domain in run.domains],
        "parents": [TRAINING_TABLES[parent] for parent in run.parents],
    }


def needed_by_evaluation(evaluation):
    """The runs that are evaluated, and the images that are shown."""
    return {
        "training": [TRAINING_TABLES[run.run_id] for run in evaluation.runs],
        "shown": GALLERIES[evaluation.images],
    }


def evaluation_alone(network):
    """The evaluation of one network and nothing else."""
    return alone(RUN_OF_NETWORK[network], SWEEP.networks[network])


def parent_alone(record):
    """The pretrained network behind a transferred one, as a file of its own."""
    return [f"{ROOT}/alone/{record.pretrained_id}.parquet"] if record.pretrained_id else []


def part(wanted):
    """Everything of the runs that are wanted: their tables, and the images that these were made from."""
    evaluations = [one for one in SWEEP.evaluations.values() if any(wanted(run) for run in one.runs)]
    tables = [TRAINING_TABLES[run.run_id] for one in evaluations for run in one.runs]
    images = dict.fromkeys(IMAGES[domain] for one in evaluations for domain in one.images)
    return [*images, *tables, *(FILES.evaluation(one).as_posix() for one in evaluations)]
