import math

import pytest
import torch

from hrtem_transfer.learning import losses


def logits_and_labels() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    logits = 4 * torch.randn(3, 2, 16, 16, generator=generator)
    return logits, torch.randint(0, 2, (3, 16, 16), generator=generator).to(torch.uint8)


def test_plain_loss_equals_that_of_torch():
    logits, labels = logits_and_labels()
    ours = losses.cross_entropy(losses.margins(logits, labels)).mean()
    assert ours.item() == pytest.approx(torch.nn.functional.cross_entropy(logits, labels.long()).item(), rel=1e-6)


def test_the_papers_loss_is_the_cross_entropy_of_softmax_outputs_above_its_least_value():
    logits, labels = logits_and_labels()
    twice = torch.nn.functional.cross_entropy(logits.double().softmax(1), labels.long(), reduction="none")
    ours = losses.excess_cross_entropy_of_softmax(losses.margins(logits, labels))
    torch.testing.assert_close(ours.double(), twice - losses.LEAST_SOFTMAX_LOSS, rtol=1e-5, atol=1e-7)


def test_the_papers_loss_is_softplus_of_minus_tanh_of_half_the_margin():
    z = torch.linspace(-30, 30, 601, dtype=torch.float64)
    expected = torch.nn.functional.softplus(-torch.tanh(z / 2)) - math.log(1 + math.exp(-1))
    torch.testing.assert_close(losses.excess_cross_entropy_of_softmax(z), expected, rtol=0, atol=1e-15)


def test_a_perfect_predictor_has_loss_zero_and_the_worst_one_has_loss_one():
    z = torch.tensor([120.0, -120.0])
    best, worst = losses.excess_cross_entropy_of_softmax(z).tolist()
    # log(1 + e) - log(1 + 1/e) = 1: an all-background predictor's loss is the share of the foreground.
    assert best == 0
    assert worst == pytest.approx(1, abs=1e-6)
    assert pytest.approx(0.31326, abs=1e-5) == losses.LEAST_SOFTMAX_LOSS


def test_losses_near_their_least_value_keep_their_digits():
    z = torch.tensor(25.0)
    exact = 2 * math.exp(-25) / (math.e + 1)
    assert losses.excess_cross_entropy_of_softmax(z).item() == pytest.approx(exact, rel=1e-5)


@pytest.mark.parametrize("name", sorted(losses.LOSSES))
def test_gradients_are_those_of_finite_differences(name):
    z = torch.linspace(-6, 6, 25, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(losses.LOSSES[name], (z,))
