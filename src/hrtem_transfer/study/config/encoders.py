"""Names of the encoders of segmentation_models_pytorch 0.6.0; a test compares them with the library.

The list stands here because importing the library costs seconds, and the configuration is read by every job.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

ENCODERS = frozenset(
    [
        "densenet121",
        "densenet161",
        "densenet169",
        "densenet201",
        "dpn107",
        "dpn131",
        "dpn68",
        "dpn68b",
        "dpn92",
        "dpn98",
        "efficientnet-b0",
        "efficientnet-b1",
        "efficientnet-b2",
        "efficientnet-b3",
        "efficientnet-b4",
        "efficientnet-b5",
        "efficientnet-b6",
        "efficientnet-b7",
        "inceptionresnetv2",
        "inceptionv4",
        "mit_b0",
        "mit_b1",
        "mit_b2",
        "mit_b3",
        "mit_b4",
        "mit_b5",
        "mobilenet_v2",
        "mobileone_s0",
        "mobileone_s1",
        "mobileone_s2",
        "mobileone_s3",
        "mobileone_s4",
        "resnet101",
        "resnet152",
        "resnet18",
        "resnet34",
        "resnet50",
        "resnext101_32x16d",
        "resnext101_32x32d",
        "resnext101_32x48d",
        "resnext101_32x4d",
        "resnext101_32x8d",
        "resnext50_32x4d",
        "se_resnet101",
        "se_resnet152",
        "se_resnet50",
        "se_resnext101_32x4d",
        "se_resnext50_32x4d",
        "senet154",
        "timm-efficientnet-b0",
        "timm-efficientnet-b1",
        "timm-efficientnet-b2",
        "timm-efficientnet-b3",
        "timm-efficientnet-b4",
        "timm-efficientnet-b5",
        "timm-efficientnet-b6",
        "timm-efficientnet-b7",
        "timm-efficientnet-b8",
        "timm-efficientnet-l2",
        "timm-skresnet18",
        "timm-skresnet34",
        "timm-skresnext50_32x4d",
        "timm-tf_efficientnet_lite0",
        "timm-tf_efficientnet_lite1",
        "timm-tf_efficientnet_lite2",
        "timm-tf_efficientnet_lite3",
        "timm-tf_efficientnet_lite4",
        "vgg11",
        "vgg11_bn",
        "vgg13",
        "vgg13_bn",
        "vgg16",
        "vgg16_bn",
        "vgg19",
        "vgg19_bn",
        "xception",
    ]
)


def timm_models() -> list[str]:
    """Names of the models of the installed timm, found in its source: importing it costs seconds."""
    specification = importlib.util.find_spec("timm")
    if specification is None or specification.origin is None:
        return []
    files = sorted((Path(specification.origin).parent / "models").glob("*.py"))
    definition = re.compile(r"^@register_model\ndef (\w+)\(", re.MULTILINE)
    return [name for file in files for name in definition.findall(file.read_text(encoding="utf-8"))]


def is_known(encoder: str) -> bool:
    """Whether a network with this encoder can be asked of segmentation_models_pytorch.

    What timm would take besides names of its models (addresses on a hub, local folders) is not.
    """
    if not encoder.startswith("tu-"):
        return encoder in ENCODERS
    # A tag of pretrained weights may follow the name; we use none.
    name = re.fullmatch(r"tu-(\w+)(\.\w+)?", encoder)
    return name is not None and name[1] in timm_models()
