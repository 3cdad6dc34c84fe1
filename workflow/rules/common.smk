# Lookups by id. Rules hold no knowledge: what an id means stands in SWEEP, where a file lies in FILES.
ROOT = FILES.root.as_posix()
TRAINING_TABLES = [FILES.training(run).as_posix() for run in SWEEP.runs.values()]
EVALUATION_TABLES = [FILES.evaluation(run).as_posix() for run in SWEEP.runs.values()]
DOMAIN_OF_KEY = {FILES.image_key(plan): plan for plan in SWEEP.domains.values()}
WORK = {"device": SWEEP.study.work.device, "threads": SWEEP.study.work.threads}


def images_of(domain_ids):
    """Image files of domains."""
    return [FILES.images(domain).as_posix() for domain in domain_ids]


# Asked for as such, so that one that was removed because it is damaged is made again although all tables are there.
KEPT_FILES = images_of(SWEEP.domains)
if SWEEP.study.keep.exit_waves:
    KEPT_FILES += [FILES.shard(shard).as_posix() for shard in SWEEP.shards]


def recipes_of(run):
    """The recipes of a run's networks as plain data, by id."""
    return {record.network_id: record.recipe.model_dump() for record in run.networks}


def title(run):
    """A run in the paper's words."""
    pairs = dict.fromkeys((record.source_domain, record.target_domain) for record in run.networks)
    (source, target), more = next(iter(pairs)), len(pairs) - 1
    joint = " with " if run.stage == "mixture" else " to "
    where = f"{source}{joint}{target}" if target else source
    if more:
        where += f" and {more} more {'pair' if target else 'domain'}{'s' if more > 1 else ''}"
    count = len(run.networks)
    return f"{where}, {count} network{'s' if count > 1 else ''} (series {run.series})"
