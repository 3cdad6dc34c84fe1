from dataclasses import replace

import pytest
import torch

from hrtem_transfer.jobs import network_headers, network_store
from hrtem_transfer.storage.files import DataError

TENSORS = {
    "encoder.w": torch.arange(24, dtype=torch.float32).reshape(2, 3, 2, 2),
    "decoder.w": torch.ones(3, dtype=torch.bfloat16),
    "decoder.n": torch.tensor(7),
}


@pytest.fixture
def network(learning):
    return lambda network_id="n1", **other: learning.stored_network(network_id, **other)


def test_what_is_written_is_read_again(network, tmp_path):
    written = network_store.write_network(tmp_path, network(), TENSORS)
    read, tensors = network_store.read_network(tmp_path, "n1")
    assert read == written
    assert read.weights_digest == network_store.digest_of_tensors(TENSORS)
    assert tensors.keys() == TENSORS.keys()
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)
    assert [path.name for path in tmp_path.iterdir()] == ["n1.safetensors"]


def test_the_record_can_be_read_without_torch(network, tmp_path):
    network_store.write_network(tmp_path, network(), TENSORS)
    header = network_headers.read_header(network_store.network_file(tmp_path, "n1"))
    assert (header["status"], header["seed"]) == ("ok", 2**62 + 1)


def test_the_digest_sees_names_types_shapes_and_values_but_not_the_memory_layout():
    base = network_store.digest_of_tensors(TENSORS)
    weight = TENSORS["encoder.w"]
    other_layout = weight.to(memory_format=torch.channels_last)
    assert base == network_store.digest_of_tensors({**TENSORS, "encoder.w": other_layout})
    changed = weight.clone()
    changed[0, 0, 0, 0] += 1e-7
    others = [
        {**TENSORS, "encoder.w": changed},
        {**TENSORS, "encoder.w": weight.reshape(3, 2, 2, 2)},
        {**TENSORS, "encoder.w": weight.double()},
        {"encoder.w": weight, "decoder.w": TENSORS["decoder.w"], "decoder.m": TENSORS["decoder.n"]},
    ]
    assert base not in {network_store.digest_of_tensors(other) for other in others}


def test_a_flipped_bit_is_noticed_and_the_file_named_or_changes_nothing(network, tmp_path):
    network_store.write_network(tmp_path, network(), {"encoder.w": TENSORS["encoder.w"]})
    path = network_store.network_file(tmp_path, "n1")
    whole = path.read_bytes()
    expected, tensors = network_store.read_network(tmp_path, "n1")
    unnoticed = 0
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0x10]) + whole[position + 1 :])
        found = read_or_message(tmp_path)
        if isinstance(found, str):
            assert str(path) in found
        else:
            unnoticed += 1
            assert found[0] == expected
            assert torch.equal(found[1]["encoder.w"], tensors["encoder.w"])
    assert unnoticed < 0.02 * len(whole)


def read_or_message(store):
    try:
        return network_store.read_network(store, "n1")
    except DataError as error:
        return str(error)


@pytest.mark.parametrize("kept", [0, 5, 100, 0.5, 0.999])
def test_a_file_that_was_cut_off_is_named(network, tmp_path, kept):
    network_store.write_network(tmp_path, network(), TENSORS)
    path = network_store.network_file(tmp_path, "n1")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole)) if kept < 1 else kept])
    with pytest.raises(DataError, match=r"n1\.safetensors.*Delete it and start the workflow again"):
        network_store.read_network(tmp_path, "n1")


def test_a_missing_file_is_named(tmp_path):
    assert not network_store.holds(tmp_path, "n1")
    with pytest.raises(DataError, match=r"n1\.safetensors: there is no such trained network"):
        network_store.read_network(tmp_path, "n1")


def test_a_network_under_anothers_name_is_refused(network, tmp_path):
    network_store.write_network(tmp_path, network(), TENSORS)
    network_store.network_file(tmp_path, "n1").rename(network_store.network_file(tmp_path, "n2"))
    with pytest.raises(DataError, match=r"n2\.safetensors: this file holds network n1"):
        network_store.read_network(tmp_path, "n2")


def test_dropped_weights_leave_the_record_and_the_results(network, tmp_path):
    written = network_store.write_network(tmp_path, network(), TENSORS)
    network_store.drop_weights(tmp_path, written, {"key": [{"dice": 0.5}]})
    read, tensors = network_store.read_network(tmp_path, "n1")
    assert not tensors
    assert read == replace(written, weights_kept=False, evaluations={"key": [{"dice": 0.5}]})
    with pytest.raises(DataError, match="dropped after its evaluation"):
        network_store.read_whole(tmp_path, "n1")


def test_a_transferred_network_is_completed_by_its_parent(network, tmp_path):
    network_store.write_network(tmp_path, network("parent"), TENSORS)
    recipe = {"stage": "transfer", "parent": "parent", "freeze": "encoder"}
    network_store.write_network(tmp_path, network("child", recipe=recipe), {"decoder.w": torch.zeros(3)})
    whole = network_store.read_whole(tmp_path, "child")
    assert whole.keys() == TENSORS.keys()
    assert torch.equal(whole["encoder.w"], TENSORS["encoder.w"])
    assert torch.equal(whole["decoder.w"], torch.zeros(3))


def test_a_failed_network_has_a_reason_and_no_weights(network, tmp_path):
    network_store.write_network(tmp_path, network(status="failed", reason="loss", best_epoch=None), {})
    read, tensors = network_store.read_network(tmp_path, "n1")
    assert (read.status, read.reason, read.weights_digest, tensors) == ("failed", "loss", None, {})
    with pytest.raises(DataError, match="it failed: loss"):
        network_store.read_whole(tmp_path, "n1")


def test_a_failure_for_want_of_memory_is_told_from_others(network):
    for reason in ("out of memory with 4 images at a time (DefaultCPUAllocator)", "its parent p failed: out of memory"):
        assert network(status="failed", reason=reason).ran_out_of_memory
    assert not network(status="failed", reason="the training loss is nan").ran_out_of_memory
    assert not network().ran_out_of_memory
