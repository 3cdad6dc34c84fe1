"""The configuration's shape: every key, its type, its limits and its meaning.

The models are the only description of the configuration: the reader checks files against them and
``config/README.md`` is written from their descriptions. Units are part of the keys. Every model is
closed (an unknown key is an error) and immutable.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from hrtem_transfer.study.config.freeze_modes import FREEZE_MODES
from hrtem_transfer.study.config.imaging import DomainFamily, Imaging
from hrtem_transfer.study.config.types import (
    DEVICE_PATTERN,
    Closed,
    Count,
    CrystalName,
    Name,
    NotNegative,
    Positive,
    Range,
    WholeRange,
)

SPLITS = ("train", "validation", "test")

if TYPE_CHECKING:
    Freeze = str
else:
    Freeze = Literal[tuple(FREEZE_MODES)]
LearningRate = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
EnergyKeV = Annotated[float, Field(ge=20, le=1500, allow_inf_nan=False)]


class Revision(Closed):
    """Whole numbers that a person raises when code changed in a way that must re-make results."""

    scattering: int = Field(1, ge=1, description="raise it to make exit waves, and all that follows, again")
    rendering: int = Field(1, ge=1, description="raise it to render micrographs, and make all that follows, again")
    network: int = Field(1, ge=1, description="raise it to train all networks, and evaluate them, again")
    score: int = Field(1, ge=1, description="raise it to evaluate all networks again")


class Keep(Closed):
    """What stays on disk after it has served."""

    exit_waves: bool = Field(
        True, description="keep exit waves: a new imaging condition then needs no scattering calculation"
    )
    weights: bool = Field(
        True, description="keep the weights of transferred and mixture networks after their evaluation"
    )


class Crystal(Closed):
    """A crystal that is not among the presets, given by a CIF file."""

    cif: str = Field(min_length=1, description="path of a CIF file, relative to the configuration file")


class Substrate(Closed):
    """The amorphous support film."""

    element: str = Field("C", description="chemical symbol")
    density_g_per_cm3: Positive = Field(2.2, le=25, description="mass density")
    thickness_nm: Range = Field(description="thickness, drawn uniformly per structure")
    minimum_distance_A: Positive = Field(1.4, le=5, description="least distance between two atoms")


class Scattering(Closed):
    """Electron scattering: from atoms to exit waves."""

    engine: Literal["torch", "abtem"] = Field(
        "torch", description="who runs the multislice: ours (torch; CPU or GPU) or abTEM, the reference"
    )
    energy_keV: EnergyKeV = Field(description="beam energy")
    cell_nm: Positive = Field(le=100, description="edge of the square, laterally periodic cell")
    sampling_A: Positive = Field(le=1, description="pixel size of the multislice calculation")
    exit_wave_sampling_A: Positive = Field(le=2, description="pixel size at which exit waves are kept and imaged")
    slice_thickness_A: Positive = Field(ge=0.1, le=5, description="thickness of the slices of the potential")
    frozen_phonons: Count = Field(description="thermal snapshots per structure, summed incoherently")


class Simulation(Scattering):
    """Electron scattering, from atoms to exit waves, and the size of the images."""

    image_px: Count = Field(
        description="edge of the square images, cut from the middle of the cell, in pixels (scatters nothing again)"
    )


class Thermal(Closed):
    """Thermal motion of the atoms: independent, isotropic, Gaussian displacements in each snapshot."""

    model: Literal["uniform", "debye_waller"] = Field(
        "uniform",
        description="uniform: one displacement for all elements; debye_waller: by element, at 293 K",
    )
    displacement_A: NotNegative = Field(
        0.1, le=1, description="root mean square displacement along each axis of every atom (model uniform)"
    )
    debye_waller_B_A2: dict[str, Annotated[float, Field(ge=0, le=20, allow_inf_nan=False)]] = Field(
        default_factory=dict,
        description="factors B = 8 pi^2 <u^2> by element, in place of the table's, or for elements that it lacks "
        "(model debye_waller)",
    )


class Labels(Closed):
    """Ground truth: where the phase of the particles' vacuum exit wave exceeds a threshold."""

    phase_threshold_rad: Positive = Field(math.pi / 16, le=math.pi, description="phase above which a pixel is particle")
    order: Literal["smooth_then_threshold", "threshold_then_smooth"] = Field(
        "threshold_then_smooth", description="what comes first, the Gaussian smoothing or the threshold"
    )
    cut: float = Field(
        0.07,
        gt=0,
        lt=1,
        description="level of the smoothed mask above which a pixel is particle (order threshold_then_smooth only)",
    )
    smooth_A: Positive = Field(1.6, le=100, description="standard deviation of the Gaussian kernel")
    smooth_A_by_crystal: dict[str, Positive] = Field(
        default_factory=dict, description="the same for single crystals, by name"
    )


class Structures(Closed):
    """How many specimens of a structure set are simulated, by split."""

    train: Count = Field(description="for training")
    validation: Count = Field(description="for choosing the epoch that is kept")
    test: Count = Field(description="never seen before the final evaluation")


class StructureSet(Closed):
    """A recipe for specimens: round particles of one crystal on the substrate."""

    crystal: str | list[str] = Field(description="name of a crystal, or a list: one set for each")
    radius_nm: Range = Field(description="radius of the particles, drawn uniformly")
    particles: WholeRange = Field(description="particles per cell, drawn uniformly")
    gap_nm: NotNegative = Field(1.0, description="least distance between two particles' surfaces")
    stacking_faults: WholeRange = Field(
        default_factory=lambda: WholeRange(min=0, max=0),
        description="basal stacking faults per particle, drawn uniformly (wurtzite only)",
    )
    structures: Structures = Field(description="how many specimens, by split")


class Network(Closed):
    """The segmentation network, built by segmentation_models_pytorch without pretrained weights."""

    architecture: Literal["Unet"] = Field("Unet", description="network family")
    encoder: str = Field(description="any encoder name of segmentation_models_pytorch")
    encoder_depth: int = Field(5, ge=3, le=5, description="number of halvings in the encoder")
    decoder_channels: list[Annotated[int, Field(ge=1, le=4096)]] = Field(
        default_factory=lambda: [256, 128, 64, 32, 16], description="channels of the decoder, one per halving"
    )


class Training(Closed):
    """What all stages of training share."""

    loss: Literal["cross_entropy_of_softmax", "cross_entropy"] = Field(
        description="the paper's loss (softmax applied twice, least value log(1 + 1/e)) or the plain cross entropy"
    )
    epochs: Count = Field(description="epochs per stage")
    batch_size: Count = Field(description="images per step")
    learning_rate_decay: float = Field(gt=0, le=1, description="factor on the learning rate after each epoch")
    augmentation: Literal["dihedral", "none"] = Field(
        "dihedral", description="dihedral: all 8 rotations and reflections of each image in every epoch"
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="auto: bfloat16 arithmetic where the GPU has it, float32 elsewhere"
    )


class Pretrain(Closed):
    """First stage: training from random weights on a source domain."""

    sources: Literal["every"] | list[str] = Field(description="source domains, or `every` domain of the series")
    images: Count | list[Count] = Field(description="images before augmentation")
    learning_rate: LearningRate | list[LearningRate] = Field(description="of the first epoch")
    epochs: Count | None = Field(None, description="overrides training.epochs")


class Transfer(Closed):
    """Second stage: training of a pretrained network on a target domain."""

    targets: Literal["every_other"] | list[str] = Field(description="target domains, or `every_other` of the series")
    images: Count | list[Count] = Field(description="images before augmentation")
    learning_rate: LearningRate | list[LearningRate] = Field(description="of the first epoch")
    freeze: Freeze | list[Freeze] = Field(description="the part whose weights and statistics stay as they are")
    epochs: Count | None = Field(None, description="overrides training.epochs")
    scratch: bool = Field(
        False,
        description="train from random weights too, with the same images and epochs and with every learning rate of "
        "both stages: the baseline of each transfer",
    )


class Mixture(Closed):
    """Baseline: one training on images of two domains at once."""

    pairs_with: Literal["every"] | list[str] = Field(
        description="all unordered pairs of domains of the series with at least one of these"
    )
    images: list[Annotated[list[Count], Field(min_length=2, max_length=2)]] = Field(
        min_length=1, description="pairs [images of the first domain, images of the second]"
    )
    learning_rate: LearningRate | list[LearningRate] = Field(description="of the first epoch")
    epochs: Count | None = Field(None, description="overrides training.epochs")


class Series(Closed):
    """A block of the sweep."""

    domains: str | list[str] = Field(description="domain family, or domains, on which its networks are evaluated")
    pretrain: Pretrain | None = Field(None, description="first stage; goes with transfer")
    transfer: Transfer | None = Field(None, description="second stage; goes with pretrain")
    mixture: Mixture | None = Field(None, description="the mixture baseline, instead of pretrain and transfer")
    replicates: Count = Field(description="independent random starts")
    together: list[
        Literal["pretrain_learning_rate", "source", "target", "images", "freeze", "learning_rate", "replicate"]
    ] = Field(description="axes that vary inside one run (one job); [] = one network per job")
    networks: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        description="the number of networks that it must expand to (without pretrained ones, with those from scratch); "
        "none: it is only reported",
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Series:
        if (self.mixture is None) == (self.pretrain is None and self.transfer is None):
            found = "neither" if self.mixture is None else "both"
            raise ValueError(f"{found}; allowed: either `pretrain` with `transfer`, or `mixture`")
        if self.mixture is None and (self.pretrain is None or self.transfer is None):
            there, absent = ("pretrain", "transfer") if self.pretrain else ("transfer", "pretrain")
            raise ValueError(f"`{there}` without `{absent}`; allowed: both; add `{absent}`")
        return self


class Work(Closed):
    """How the work is cut into jobs. Changes no result."""

    structures_per_job: Count = Field(16, description="structures in one simulation job")
    networks_per_evaluation: Count = Field(
        128, description="networks in one evaluation job, at most; a run is never divided, so 1 = one run per job"
    )
    threads: Count = Field(1, description="threads per job on the CPU")
    device: str = Field("auto", pattern=DEVICE_PATTERN, description="auto: a GPU when there is one")


class Costs(Closed):
    """What a unit of work costs, for `hrtem-transfer plan`. Changes no result; a calibration gives what is left out."""

    device: str | None = Field(None, max_length=200, description="what the device_ values below are for, in words")
    core_seconds_per_structure: Positive | None = Field(None, description="exit waves and label of one structure")
    core_seconds_per_image: Positive | None = Field(None, description="rendering of one micrograph")
    device_seconds_per_training_image: Positive | None = Field(
        None, description="one image in one epoch of training, all weights trainable, on the device that trains"
    )
    device_seconds_per_evaluation_image: Positive | None = Field(None, description="one image in an evaluation")
    seconds_per_job: Positive | None = Field(None, description="start of a job")
    bytes_per_structure: Positive | None = Field(None, description="exit waves and label of one structure on disk")
    bytes_per_image: Positive | None = Field(None, description="one micrograph and its label on disk")
    bytes_per_network: Positive | None = Field(None, description="all weights of one network on disk")


class Study(Closed):
    """The whole study."""

    sweep: Name = Field(description="name of the sweep: results go to results/<sweep>")
    seed: int = Field(ge=0, lt=2**63, description="seed of all random numbers of the study")
    revision: Revision = Field(default_factory=lambda: Revision(), description="see below")
    keep: Keep = Field(default_factory=lambda: Keep(), description="see below")
    work: Work = Field(default_factory=lambda: Work(), description="see below")
    costs: Costs = Field(default_factory=lambda: Costs(), description="see below")
    crystals: dict[CrystalName, Crystal] = Field(
        default_factory=dict, description="crystals beyond the presets, by name"
    )
    simulation: Simulation = Field(description="see below")
    substrate: Substrate | None = Field(None, description="see below; none: particles in vacuum")
    thermal: Thermal = Field(default_factory=lambda: Thermal(), description="see below")
    imaging: Imaging = Field(description="see below")
    labels: Labels = Field(default_factory=lambda: Labels(), description="see below")
    structure_sets: dict[Name, StructureSet] = Field(min_length=1, description="recipes of specimens, by name")
    domains: dict[Name, DomainFamily] = Field(min_length=1, description="families of image domains, by name")
    network: Network = Field(description="see below")
    training: Training = Field(description="see below")
    pretraining: Literal["shared", "independent"] = Field(
        "shared",
        description="shared: one pretrained network serves all that agree on source, images, rate and replicate; "
        "independent: each transferred network has its own",
    )
    series: dict[Name, Series] = Field(min_length=1, description="blocks of the sweep, by name")
