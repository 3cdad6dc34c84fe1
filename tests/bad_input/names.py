"""Names in the configuration: forbidden ones, and names of what is not there."""

from __future__ import annotations

from tests.bad_input.harness import Case, changed

# What stands in the study, what is put there, and the problems that are listed.
CASES: dict[str, Case] = {
    "sweep that is a path": changed(
        "sweep: demo",
        "sweep: ../demo",
        [
            "line 3: sweep: found '../demo'; allowed: names of lowercase letters, digits and underscores, "
            "beginning with a letter, at most 40 long",
        ],
    ),
    "sweep that is a shell command": changed(
        "sweep: demo",
        "sweep: demo; rm -rf ~",
        [
            "line 3: sweep: found 'demo; rm -rf ~'; allowed: names of lowercase letters, digits and underscores, "
            "beginning with a letter, at most 40 long",
        ],
    ),
    "sweep with a line break": changed(
        "sweep: demo",
        'sweep: "demo\\n"',
        [
            "line 3: sweep: found 'demo\ufffd'; allowed: names of lowercase letters, digits and underscores, "
            "beginning with a letter, at most 40 long",
        ],
    ),
    "sweep with a capital letter": changed(
        "sweep: demo",
        "sweep: Demo",
        [
            "line 3: sweep: found 'Demo'; allowed: names of lowercase letters, digits and underscores, beginning "
            "with a letter, at most 40 long",
        ],
    ),
    "name too long for files": changed(
        "sweep: demo",
        "sweep: a23456789_123456789_123456789_123456789_1",
        [
            "line 3: sweep: found 'a23456789_123456789_123456789_123456789_1'; allowed: names of lowercase "
            "letters, digits and underscores, beginning with a letter, at most 40 long",
        ],
    ),
    "sweep that is a formula": changed(
        "sweep: demo",
        "sweep: '=HYPERLINK(\"http://x\")'",
        [
            "line 3: sweep: found '=HYPERLINK(\"http://x\")'; allowed: names of lowercase letters, digits and "
            "underscores, beginning with a letter, at most 40 long",
        ],
    ),
    "domain with markup": changed(
        "  dose:\n    structures",
        "  <script>:\n    structures",
        [
            "line 56: domains.<script>: found '<script>'; allowed: names of lowercase letters, digits and "
            "underscores, beginning with a letter, at most 40 long",
        ],
    ),
    "series that is a path": changed(
        "  defocus:\n    domains",
        "  ../../x:\n    domains",
        [
            "line 82: series.../../x: found '../../x'; allowed: names of lowercase letters, digits and "
            "underscores, beginning with a letter, at most 40 long",
        ],
    ),
    "crystal whose name is a path": changed(
        "substrate:\n",
        "crystals: {../../x: {cif: x.cif}}\nsubstrate:\n",
        [
            "line 19: crystals.../../x: found '../../x'; allowed: names of letters, digits and underscores, "
            "beginning with a letter, at most 40 long",
        ],
    ),
    "crystal with a preset's name": changed(
        "substrate:\n",
        "crystals: {Ag: {cif: study.yaml}}\nsubstrate:\n",
        [
            "line 19: crystals.Ag: found the name of a preset, 'Ag'; allowed: another name",
        ],
    ),
    "unknown crystal": changed(
        "crystal: CdSe",
        "crystal: CdTe",
        [
            "line 38: structure_sets.cdse.crystal: found unknown crystal 'CdTe'; allowed: ZnS, CdSe, Cu, Ag, C, "
            "Si, Fe3O4, Co3O4, Fe; did you mean 'CdSe'?",
        ],
    ),
    "crystal in small letters": changed(
        "crystal: CdSe",
        "crystal: cdse",
        [
            "line 38: structure_sets.cdse.crystal: found unknown crystal 'cdse'; allowed: ZnS, CdSe, Cu, Ag, C, "
            "Si, Fe3O4, Co3O4, Fe; did you mean 'CdSe'?",
        ],
    ),
    "no crystal": changed(
        "crystal: CdSe",
        "crystal: []",
        [
            "line 38: structure_sets.cdse.crystal: found an empty list; allowed: at least one value",
        ],
    ),
    "unknown crystal of a label": changed(
        "{Co3O4: 1.0}",
        "{Co3O5: 1.0}",
        [
            "line 34: labels.smooth_A_by_crystal.Co3O5: found unknown crystal 'Co3O5'; allowed: ZnS, CdSe, Cu, "
            "Ag, C, Si, Fe3O4, Co3O4, Fe; did you mean 'Co3O4'?",
        ],
    ),
    "unknown structure set": changed(
        "structures: small",
        "structures: smal",
        [
            "line 61: domains.structure.structures: found unknown structure set 'smal'; allowed: cdse, small, "
            "cdse_small, ag_small, co3o4_small; did you mean 'small' or 'ag_small'?",
        ],
    ),
    "unknown domain family": changed(
        "domains: dose",
        "domains: doze",
        [
            "line 95: series.dose.domains: found unknown domain or domain family 'doze'; allowed: defocus, dose, "
            "structure, defocus_m40nm, defocus_m10nm, defocus_p20nm, dose_030, dose_400, structure_cdse_small, "
            "structure_ag_small, structure_co3o4_small; did you mean 'dose'?",
        ],
    ),
    "unknown source": changed(
        "pairs_with: [defocus_m10nm]",
        "pairs_with: [defocus_m12nm]",
        [
            "line 111: series.mixture.mixture.pairs_with[0]: found unknown domain of this series 'defocus_m12nm'; "
            "allowed: defocus_m40nm, defocus_m10nm, defocus_p20nm; did you mean 'defocus_m10nm' or "
            "'defocus_p20nm' or 'defocus_m40nm'?",
        ],
    ),
    "source with a minus": changed(
        "sources: [defocus_m10nm, defocus_m40nm]",
        "sources: [defocus_-10nm, defocus_m40nm]",
        [
            "line 84: series.defocus.pretrain.sources[0]: found unknown domain of this series 'defocus_-10nm'; "
            "allowed: defocus_m40nm, defocus_m10nm, defocus_p20nm; did you mean 'defocus_m10nm'?",
        ],
    ),
    "misspelled every": changed(
        "sources: every",
        "sources: evry",
        [
            "line 96: series.dose.pretrain.sources: found 'evry'; allowed: every, or a list; did you mean 'every'?",
        ],
    ),
    "unknown freeze mode": changed(
        "freeze: [none, encoder, decoder]",
        "freeze: [none, enc]",
        [
            "line 89: series.defocus.transfer.freeze[1]: found 'enc'; allowed: none, encoder, decoder; did you "
            "mean 'encoder'?",
        ],
    ),
    "unknown encoder": changed(
        "encoder: tu-test_resnet",
        "encoder: resnet19",
        [
            "line 67: network.encoder: found unknown encoder 'resnet19'; allowed: an encoder of "
            "segmentation_models_pytorch, or tu-<name of a model of timm>; did you mean 'resnet18' or 'resnet152' "
            "or 'resnet101'?",
        ],
    ),
    "unknown model of timm": changed(
        "encoder: tu-test_resnet",
        "encoder: tu-resnet19",
        [
            "line 67: network.encoder: found unknown encoder 'tu-resnet19'; allowed: an encoder of "
            "segmentation_models_pytorch, or tu-<name of a model of timm>; did you mean 'tu-resnet18' or "
            "'tu-resnet61q' or 'tu-resnet51q'?",
        ],
    ),
    "encoder from the network": changed(
        "encoder: tu-test_resnet",
        "encoder: tu-hf-hub:timm/resnet18",
        [
            "line 67: network.encoder: found unknown encoder 'tu-hf-hub:timm/resnet18'; allowed: an encoder of "
            "segmentation_models_pytorch, or tu-<name of a model of timm>; did you mean 'tu-resnet18' or "
            "'tu-resnet18d' or 'tu-skresnet18'?",
        ],
    ),
    "axis of runs that a stage has not": changed(
        "together: [images]",
        "together: [freeze]",
        [
            "line 115: series.mixture.together[0]: found 'freeze'; allowed: source, target, images, "
            "learning_rate, replicate",
        ],
    ),
}
