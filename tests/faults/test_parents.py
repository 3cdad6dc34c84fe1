"""A pretrained network that was lost and came back with other weights takes those with it that it completes."""

from __future__ import annotations

from hrtem_transfer.inspection.verification import verify
from hrtem_transfer.jobs import network_store
from hrtem_transfer.study import Layout
from tests.faults.stages import quiet, train
from tests.faults.test_processes import identities


def test_networks_that_another_parent_would_complete_are_found_and_trained_again_and_no_others(
    finished: Layout,
) -> None:
    networks = finished.sweep.networks
    parent = next(key for key, record in networks.items() if record.stage == "pretrain")
    children = {key for key, one in networks.items() if one.pretrained_id == parent and one.freeze != "none"}
    assert len(children) == 2
    before = identities(finished)
    record, tensors = network_store.read_network(finished.store, parent)
    # As another processor would compute it: the last digit of one weight.
    name = next(name for name, tensor in tensors.items() if tensor.is_floating_point())
    tensors[name].view(-1)[0] *= 1 + 2**-23
    network_store.write_network(finished.store, record, tensors)
    found = verify(finished, quiet, at_rest=True).findings
    assert {one.path.stem for one in found} == children
    assert all(f"is completed by {parent}, which has other weights now" in one.reason for one in found)
    train(finished)
    changed = {
        name.removesuffix(".safetensors") for name, value in identities(finished).items() if value != before[name]
    }
    assert changed == {parent, *children}
    assert verify(finished, quiet, at_rest=True).findings == []
