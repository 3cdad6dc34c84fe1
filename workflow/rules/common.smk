# Lookups by id. Rules hold no knowledge: what an id means stands in SWEEP, where a file lies in FILES.
ROOT = FILES.root.as_posix()
IMAGES = {domain: FILES.images(domain).as_posix() for domain in SWEEP.domains}
DOMAINS = {FILES.image_key(plan): plan for plan in SWEEP.domains.values()}
SHARDS = {domain: [path.as_posix() for path in FILES.shards(domain)] for domain in SWEEP.domains}
TRAINING_TABLES = {run_id: FILES.training(run).as_posix() for run_id, run in SWEEP.runs.items()}
EVALUATION_TABLES = [FILES.evaluation(evaluation).as_posix() for evaluation in SWEEP.evaluations.values()]
WORK = {"device": SWEEP.study.work.device, "threads": SWEEP.study.work.threads}
# Asked for as such, so that one that was removed because it is damaged is made again although all tables are there.
KEPT_FILES = list(IMAGES.values())
if SWEEP.study.keep.exit_waves:
    KEPT_FILES += [FILES.shard(shard).as_posix() for shard in SWEEP.shards]
