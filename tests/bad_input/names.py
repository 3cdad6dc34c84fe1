"""Names in the configuration: forbidden ones, and names of what is not there."""

from __future__ import annotations

from tests.bad_input.harness import Case, changed

# What stands in the study, what is put there, and the problems that are listed.
CASES: dict[str, Case] = {
    "sweep that is a path": changed(
        "sweep: demo",
        "sweep: ../demo",
        [
            "line 3: sweep: {any}'../demo'{any}lowercase",
        ],
    ),
    "sweep that is a shell command": changed(
        "sweep: demo",
        "sweep: demo; rm -rf ~",
        [
            "line 3: sweep: {any}'demo; rm -rf ~'{any}lowercase",
        ],
    ),
    "sweep with a line break": changed(
        "sweep: demo",
        'sweep: "demo\\n"',
        [
            "line 3: sweep: {any}'demo�'{any}lowercase",
        ],
    ),
    "sweep with a capital letter": changed(
        "sweep: demo",
        "sweep: Demo",
        [
            "line 3: sweep: {any}'Demo'{any}lowercase",
        ],
    ),
    "name too long for files": changed(
        "sweep: demo",
        "sweep: a23456789_123456789_123456789_123456789_1",
        [
            "line 3: sweep: {any}'a23456789_123456789_123456789_123456789_1'{any}lowercase",
        ],
    ),
    "sweep that is a formula": changed(
        "sweep: demo",
        "sweep: '=HYPERLINK(\"http://x\")'",
        [
            "line 3: sweep: {any}'=HYPERLINK(\"http://x\")'{any}lowercase",
        ],
    ),
    "domain with markup": changed(
        "  dose:\n    structures",
        "  <script>:\n    structures",
        [
            "line 56: {any}'<script>'{any}lowercase",
        ],
    ),
    "series that is a path": changed(
        "  defocus:\n    domains",
        "  ../../x:\n    domains",
        [
            "line 82: {any}'../../x'{any}lowercase",
        ],
    ),
    "crystal whose name is a path": changed(
        "substrate:\n",
        "crystals: {../../x: {cif: x.cif}}\nsubstrate:\n",
        [
            "line 19: {any}'../../x'{any}letters",
        ],
    ),
    "crystal with a preset's name": changed(
        "substrate:\n",
        "crystals: {Ag: {cif: study.yaml}}\nsubstrate:\n",
        [
            "line 19: crystals.Ag: {any}'Ag'{any}another name",
        ],
    ),
    "unknown crystal": changed(
        "crystal: CdSe",
        "crystal: CdTe",
        [
            "line 38: structure_sets.cdse.crystal: {any}'CdTe'{any}ZnS{any}'CdSe'",
        ],
    ),
    "crystal in small letters": changed(
        "crystal: CdSe",
        "crystal: cdse",
        [
            "line 38: structure_sets.cdse.crystal: {any}'cdse'{any}ZnS{any}'CdSe'",
        ],
    ),
    "no crystal": changed(
        "crystal: CdSe",
        "crystal: []",
        [
            "line 38: structure_sets.cdse.crystal: {any}an empty list{any}at least one",
        ],
    ),
    "unknown crystal of a label": changed(
        "{Co3O4: 1.0}",
        "{Co3O5: 1.0}",
        [
            "line 34: labels.smooth_A_by_crystal.Co3O5: {any}'Co3O5'{any}ZnS{any}'Co3O4'",
        ],
    ),
    "unknown structure set": changed(
        "structures: small",
        "structures: smal",
        [
            "line 61: domains.structure.structures: {any}'smal'{any}cdse{any}'small'",
        ],
    ),
    "unknown domain family": changed(
        "domains: dose",
        "domains: doze",
        [
            "line 95: series.dose.domains: {any}'doze'{any}defocus{any}'dose'",
        ],
    ),
    "unknown source": changed(
        "pairs_with: [defocus_m10nm]",
        "pairs_with: [defocus_m12nm]",
        [
            "line 111: series.mixture.mixture.pairs_with[0]: {any}'defocus_m12nm'{any}'defocus_m10nm'",
        ],
    ),
    "source with a minus": changed(
        "sources: [defocus_m10nm, defocus_m40nm]",
        "sources: [defocus_-10nm, defocus_m40nm]",
        [
            "line 84: series.defocus.pretrain.sources[0]: {any}'defocus_-10nm'{any}defocus_m40nm{any}'defocus_m10nm'",
        ],
    ),
    "misspelled every": changed(
        "sources: every",
        "sources: evry",
        [
            "line 96: series.dose.pretrain.sources: {any}'evry'{any}every{any}'every'",
        ],
    ),
    "unknown freeze mode": changed(
        "freeze: [none, encoder, decoder]",
        "freeze: [none, enc]",
        [
            "line 89: series.defocus.transfer.freeze[1]: {any}'enc'{any}none{any}'encoder'",
        ],
    ),
    "unknown encoder": changed(
        "encoder: tu-test_resnet",
        "encoder: resnet19",
        [
            "line 67: network.encoder: {any}'resnet19'{any}segmentation_models_pytorch{any}'resnet18'",
        ],
    ),
    "unknown model of timm": changed(
        "encoder: tu-test_resnet",
        "encoder: tu-resnet19",
        [
            "line 67: network.encoder: {any}'tu-resnet19'{any}segmentation_models_pytorch{any}'tu-resnet18'",
        ],
    ),
    "crystal without a file": changed(
        "crystal: CdSe",
        "crystal: Au",
        ["line 38: structure_sets.cdse.crystal: {any}'Au'{any}CdSe{any}`crystals`{any}cif: "],
    ),
    "source with a sign": changed(
        "sources: [defocus_m10nm, defocus_m40nm]",
        "sources: [defocus_-10nm, defocus_m40nm]",
        ["line 84: series.defocus.pretrain.sources[0]: {any}'defocus_-10nm'{any}'defocus_m10nm'"],
    ),
    "encoder from the network": changed(
        "encoder: tu-test_resnet",
        "encoder: tu-hf-hub:timm/resnet18",
        [
            "line 67: network.encoder: {any}'tu-hf-hub:timm/resnet18'{any}tu-{any}'tu-resnet18'",
        ],
    ),
    "axis of runs that a stage has not": changed(
        "together: [images]",
        "together: [freeze]",
        [
            "line 115: series.mixture.together[0]: {any}'freeze'{any}source",
        ],
    ),
}
