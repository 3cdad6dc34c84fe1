"""Labelled micrographs of one domain, simulated in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from hrtem_transfer.compute.torch_settings import settled
from hrtem_transfer.micrographs.images import Images, Sample
from hrtem_transfer.simulation.render import image_set, label, microscope_of, pixel_size_A, render
from hrtem_transfer.simulation.simulate import simulate as simulate_structure
from hrtem_transfer.study.config.keywords import checked_count, checked_device, checked_word
from hrtem_transfer.study.config.problems import ConfigError, shown
from hrtem_transfer.study.config.schema import SPLITS
from hrtem_transfer.study.recipes import DomainRecipe


class HasRecipe(Protocol):
    """A domain of a study, or a :class:`hrtem_transfer.Domain`."""

    @property
    def recipe(self) -> DomainRecipe:
        """What determines the domain's images."""


def simulate(
    domain: HasRecipe,
    *,
    images: Mapping[str, int],
    device: str = "auto",
    threads: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Sample:
    """Simulate labelled micrographs of a domain.

    Image i of a split depends on the domain, the split and i only: it is the one that the workflow renders, and asking
    for more images leaves the first ones as they are.

    Args:
        domain: a :class:`hrtem_transfer.Domain`, or one of a study, ``load_study("demo").domains["defocus_m10nm"]``.
        images: how many images of each split (train, validation, test).
        device: auto, cpu, cuda or cuda:<number>.
        threads: threads on the CPU.
        progress: receives a line per image, for example ``print``.

    Raises:
        ConfigError: this is not a domain, or a keyword's value is not possible.
        ValueError: a specimen cannot be built, or the machine lacks the GPU; the message says what to change.
    """
    recipe = getattr(domain, "recipe", None)
    if not isinstance(recipe, DomainRecipe):
        raise ConfigError(
            f"domain: found {shown(domain)}; allowed: a Domain, or one of a study, "
            'load_study("demo").domains["defocus_m10nm"]'
        )
    if not isinstance(images, Mapping) or not images:
        raise ConfigError(f'images: found {shown(images)}; allowed: numbers by split, {{"train": 32, "validation": 8}}')
    for split, count in images.items():
        checked_word("images", split, SPLITS)
        checked_count(f"images[{split!r}]", count)
    found: dict[str, Images] = {}
    with settled(checked_device(device), checked_count("threads", threads)) as where:
        microscope = None
        for split, count in images.items():
            made, labels, defocus_nm = [], [], []
            for index in range(count):
                structure = simulate_structure(recipe.structure_set, split, index, where)[1].as_kept()
                microscope = microscope or microscope_of(recipe, structure, where)
                image, defocus = render(recipe, split, structure, microscope)
                made.append(image)
                labels.append(label(recipe, structure))
                defocus_nm.append(defocus)
                if progress is not None:
                    progress(f"{recipe.name} {split}: image {index + 1} of {count}")
            one = image_set(made, labels, defocus_nm, recipe.image_px)
            found[split] = Images(
                counts=one.counts,
                labels=one.labels,
                defocus_nm=one.defocus_nm,
                pixel_size_A=pixel_size_A(recipe),
                domain=recipe.name,
                recipe=recipe.model_dump(),
            )
    return Sample(found)
