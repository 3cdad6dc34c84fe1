"""A network's settings in the words of the paper."""

from __future__ import annotations

from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.study.recipes import NetworkRecipe
from hrtem_transfer.study.records import NetworkRecord

_LOSS = {
    "cross_entropy_of_softmax": "cross entropy of the softmax outputs (the paper's loss)",
    "cross_entropy": "cross entropy",
}


def images_in_words(recipe: NetworkRecipe) -> str:
    """Which images it was trained on: ``128 images of dose_030``."""
    parts = [
        f"{share.images} images of {share.domain}{' (its last ones)' if share.from_end else ''}"
        for share in recipe.shares
    ]
    return " and ".join(parts)


def network_in_words(record: NetworkRecord) -> str:
    """One line: stage, data, frozen part, learning rates, replicate."""
    images = images_in_words(record.recipe)
    what = {
        "pretrain": f"pretrained on {images}",
        "mixture": f"trained on a mixture of {images}",
        "scratch": f"trained from scratch on {images}",
        "transfer": f"transferred from {record.source_domain} to {images}, {FREEZE_MODES[record.freeze].words}",
    }[record.stage]
    rates = [rate for rate in (record.pretrain_learning_rate, record.transfer_learning_rate) if rate is not None]
    return f"{what}, learning rate {' then '.join(f'{rate:g}' for rate in rates)}, replicate {record.replicate}"


def settings_in_words(record: NetworkRecord) -> list[tuple[str, str]]:
    """(name, value) of everything that determines a network, as a methods section would say it."""
    recipe = record.recipe
    network, training = recipe.network, recipe.training
    augmentation = "8-fold dihedral augmentation" if training.augmentation == "dihedral" else "no augmentation"
    held_out = " and ".join(f"{share.validation_images} of {share.domain}" for share in recipe.shares)
    return [
        ("series", record.series),
        ("stage", record.stage),
        ("network", f"{network.architecture}, encoder {network.encoder}, depth {network.encoder_depth}, decoder "
                    f"{', '.join(map(str, network.decoder_channels))}"),
        *([] if recipe.parent else [("starts from", "random weights")]),
        ("trained on", images_in_words(recipe)),
        ("epoch chosen on", f"{held_out} (validation split)"),
        ("frozen", FREEZE_MODES[record.freeze].words),
        ("loss", _LOSS[training.loss]),
        ("optimiser", f"Adam, learning rate {recipe.learning_rate:g}, x {training.learning_rate_decay:g} per epoch"),
        ("length", f"{training.epochs} epochs, batches of {training.batch_size}, {augmentation}"),
        ("precision", training.precision),
        ("replicate", str(record.replicate)),
        ("seed", str(record.seed)),
        ("seed of the study", str(recipe.seed)),
    ]  # fmt: skip
