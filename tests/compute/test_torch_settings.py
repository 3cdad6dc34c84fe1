import pytest
import torch

from hrtem_transfer.compute import torch_settings


def test_settings_hold_inside_and_are_as_before_outside():
    before = (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.allow_tf32)
    with torch_settings.settled("cpu", 1) as device:
        assert device == torch.device("cpu")
        assert torch.get_num_threads() == 1
        assert torch.are_deterministic_algorithms_enabled()
        assert not torch.backends.cudnn.allow_tf32
    after = (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.allow_tf32)
    assert after == before


def test_settings_are_as_before_after_an_error():
    with pytest.raises(ZeroDivisionError), torch_settings.settled("cpu", 1):
        raise ZeroDivisionError
    assert not torch.are_deterministic_algorithms_enabled()


@pytest.mark.parametrize("name", ["tpu", "cuda:x", "meta"])
def test_an_unknown_device_is_refused(name):
    with pytest.raises(ValueError, match=r"is not a device\. Allowed: auto, cpu, cuda"):
        torch_settings.pick_device(name)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_is_refused():
    assert torch_settings.pick_device("auto") == torch.device("cpu")
    with pytest.raises(ValueError, match=r"'cuda:1' was asked for, PyTorch finds 0 GPUs"):
        torch_settings.pick_device("cuda:1")


def test_arithmetic_is_float32_on_the_cpu_unless_asked_for_otherwise():
    cpu = torch.device("cpu")
    assert torch_settings.autocast_dtype("auto", cpu) is None
    assert torch_settings.autocast_dtype("float32", cpu) is None
    assert torch_settings.autocast_dtype("bfloat16", cpu) == torch.bfloat16


def test_a_processor_is_described_by_its_model_name(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: A  Processor 9\nprocessor\t: 1\nmodel name\t: Another\n")
    assert torch_settings._processor(cpuinfo) == "A Processor 9"
    assert torch_settings._processor(tmp_path / "nothing") != ""
    assert torch_settings.describe(torch.device("cpu")) == torch_settings._processor()
