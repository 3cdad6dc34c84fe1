import importlib.util
import sys
from collections import Counter
from pathlib import Path

import pytest
import torch

from hrtem_transfer.learning import unet
from hrtem_transfer.study.config.schema import Network
from hrtem_transfer.study.reading import read_sweep

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def case():
    spec = importlib.util.spec_from_file_location("gpu_case", ROOT / "benchmarks" / "gpu_case.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def paper():
    return read_sweep(ROOT / "config" / "paper.yaml")


def test_the_projected_sweep_is_the_papers(case, paper):
    transfers, scratch = Counter(), Counter()
    for record in paper.networks.values():
        images = sum(share.images for share in record.recipe.shares)
        if record.stage == "transfer":
            transfers[record.freeze, images] += 1
        else:
            scratch[images] += 1
    expected = {(part, images): n for part in ("none", "encoder", "decoder") for images, n in case.TRANSFERS.items()}
    assert transfers == expected
    assert scratch == case.FROM_SCRATCH


def test_the_projected_evaluation_is_the_papers(case, paper):
    counts = {domain: plan.structures.counts for domain, plan in paper.domains.items()}
    images = sum(
        len(run.networks) * sum(counts[one]["validation"] + counts[one]["test"] for one in run.evaluation_domains)
        for run in paper.runs.values()
    )
    assert images == case.EVALUATED


def test_the_least_traffic_is_that_of_the_papers_layers(case):
    model, found = unet.build(Network(encoder="resnet18"), 0), Counter()
    for name, module in model.named_modules():
        if not list(module.children()) and not isinstance(module, torch.nn.Identity):
            part = "encoder" if name.startswith("encoder") else "decoder"

            def count(_, inputs, output, part=part):
                found[part] += 2 * (inputs[0].numel() + output.numel())

            module.register_forward_hook(count)
    with torch.no_grad():
        model(torch.zeros(1, 1, 64, 64))
    scale = (512 / 64) ** 2
    encoder, decoder = (scale * found[part] for part in ("encoder", "decoder"))
    assert case.least_traffic_bytes("none") == pytest.approx(3 * (encoder + decoder), rel=0.01)
    assert case.least_traffic_bytes("encoder") == pytest.approx(encoder + 3 * decoder, rel=0.01)


def test_hours_follow_from_speeds(case):
    speeds = {"none": 2000.0, "encoder": 3000.0, "decoder": 2500.0}
    training, evaluation = case.sweep_hours(speeds, 6000.0, 2000.0)
    faster, same = case.sweep_hours({part: 2 * speed for part, speed in speeds.items()}, 12000.0, 2000.0)
    assert faster == pytest.approx(training / 2)
    assert same == evaluation
    assert 20 < training < 40
