# Lookups by id. Rules hold no knowledge: what an id means stands in SWEEP, where a file lies in FILES.
ROOT = FILES.root.as_posix()
TRAINING_TABLES = [FILES.training(run).as_posix() for run in SWEEP.runs.values()]
EVALUATION_TABLES = [FILES.evaluation(run).as_posix() for run in SWEEP.runs.values()]
DOMAIN_OF_KEY = {FILES.image_key(plan): plan for plan in SWEEP.domains.values()}
WORK = {"device": SWEEP.study.work.device, "threads": SWEEP.study.work.threads}


def images_of(domain_ids):
    """Image files of domains."""
    return [FILES.images(domain).as_posix() for domain in domain_ids]


def recipes_of(run):
    """The recipes of a run's networks as plain data, by id."""
    return {record.network_id: record.recipe.model_dump() for record in run.networks}


def title(run):
    """A run in the paper's words."""
    first, count = run.networks[0], len(run.networks)
    networks = "1 network" if count == 1 else f"{count} networks"
    pairs = dict.fromkeys((record.source_domain, record.target_domain) for record in run.networks)
    where = f"{first.source_domain} to {first.target_domain}" if first.target_domain else first.source_domain
    if run.stage == "mixture":
        where = f"{first.source_domain} with {first.target_domain}"
    more = f" and {len(pairs) - 1} more" if len(pairs) > 1 else ""
    return f"{where}{more}, {networks} (series {run.series})"
