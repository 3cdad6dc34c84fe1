"""A network's settings in the words of the paper."""

from __future__ import annotations

from hrtem_transfer.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.sweep.recipes import NetworkRecipe
from hrtem_transfer.sweep.records import NetworkRecord

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
    recipe = record.recipe
    if record.stage == "pretrain":
        what = f"pretrained on {images_in_words(recipe)}"
    elif record.stage == "mixture":
        what = f"trained on a mixture of {images_in_words(recipe)}"
    else:
        frozen = FREEZE_MODES[record.freeze].words
        what = f"transferred from {record.source_domain} to {images_in_words(recipe)}, {frozen}"
    rate = f"learning rate {record.pretrain_learning_rate:g}"
    if record.transfer_learning_rate is not None:
        rate += f" then {record.transfer_learning_rate:g}"
    return f"{what}, {rate}, replicate {record.replicate}"


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
