"""Traps of YAML: what is no YAML, what YAML allows and a configuration does not, and files that are something else."""

from __future__ import annotations

from tests.bad_input.harness import STUDY, Case, configuration

# Each list holds the one before ten times: ten lines that mean ten thousand million values.
LAUGHS = "\n".join(
    ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
)

# The file, and all that is said about it.
CASES: dict[str, Case] = {
    "empty file": configuration(
        "",
        "study.yaml: found nothing; allowed: keys with values; see config/paper.yaml",
    ),
    "comments only": configuration(
        "# nothing\n",
        "study.yaml: found nothing; allowed: keys with values; see config/paper.yaml",
    ),
    "list at the top": configuration(
        "- sweep\n- seed\n",
        "study.yaml: found a list; allowed: keys with values; see config/paper.yaml",
    ),
    "text at the top": configuration(
        "sweep demo\n",
        "study.yaml: found a text; allowed: keys with values; see config/paper.yaml",
    ),
    "two documents": configuration(
        STUDY + "---\nseed: 8\n",
        "study.yaml: line 117, column 1: this is not valid YAML: expected a single document in the stream, but "
        "found another document",
    ),
    "tab": configuration(
        "sweep: demo\nimaging:\n\tfocal_spread_A: 10\n",
        "study.yaml: line 3: found a tab; allowed: spaces for indentation; replace it",
    ),
    "list that does not end": configuration(
        "seed: [1, 2\n",
        "study.yaml: line 2, column 1: this is not valid YAML: while parsing a flow sequence, expected ',' or "
        "']', but got '<stream end>'",
    ),
    "text that does not end": configuration(
        "sweep: 'demo\n",
        "study.yaml: line 2, column 1: this is not valid YAML: while scanning a quoted scalar, found unexpected "
        "end of stream",
    ),
    "wrong indentation": configuration(
        "imaging:\n    a: 1\n  b: 2\n",
        "study.yaml: line 3, column 3: this is not valid YAML: while parsing a block mapping, expected <block "
        "end>, but found '<block mapping start>'",
    ),
    "colon in a text": configuration(
        "sweep: a: b\n",
        "study.yaml: line 1, column 9: this is not valid YAML: mapping values are not allowed here",
    ),
    "key twice": configuration(
        STUDY + "seed: 8\n",
        "study.yaml: 1 problem, nothing was started\n"
        "  line 4: seed: found the key twice (first on line 4, again on line 117); allowed: each key once; remove "
        "one of them",
    ),
    "key twice in a section": configuration(
        STUDY.replace("epochs: 10", "epochs: 10\n  epochs: 20", 1),
        "study.yaml: 1 problem, nothing was started\n"
        "  line 73: training.epochs: found the key twice (first on line 73, again on line 74); allowed: each key "
        "once; remove one of them",
    ),
    "leading zero": configuration(
        STUDY.replace("seed: 7", "seed: 010", 1),
        "study.yaml: 1 problem, nothing was started\n"
        "  line 4: seed: found 010, a number with a leading zero; write 10, or put it in quotes if text is meant",
    ),
    "hexadecimal": configuration(
        STUDY.replace("seed: 7", "seed: 0x10", 1),
        "study.yaml: 1 problem, nothing was started\n  line 4: seed: found '0x10' (text); allowed: a whole number",
    ),
    "number beyond all numbers": configuration(
        STUDY.replace("energy_keV: 300", "energy_keV: 1e999", 1),
        "study.yaml: 1 problem, nothing was started\n"
        "  line 11: simulation.energy_keV: found 1e999; allowed: numbers below 1.8e308",
    ),
    "number of 5000 digits": configuration(
        STUDY.replace("seed: 7", "seed: " + 5000 * "7", 1),
        "study.yaml: 1 problem, nothing was started\n"
        "  line 4: seed: found a number of 5000 digits; allowed: at most 40 digits",
    ),
    "object of Python": configuration(
        STUDY.replace("seed: 7", "seed: !!python/object/apply:os.system [touch made]", 1),
        "study.yaml: 1 problem, nothing was started\n"
        "  line 4: seed: found YAML tag 'tag:yaml.org,2002:python/object/apply:os.system'; allowed: plain values "
        "without tags",
    ),
    "tag of a program": configuration(
        STUDY.replace("seed: 7", "seed: !include /etc/passwd", 1),
        "study.yaml: 1 problem, nothing was started\n"
        "  line 4: seed: found YAML tag '!include'; allowed: plain values without tags",
    ),
    "template that Snakemake would run": configuration(
        "__use_yte__: true\n__definitions__:\n  - open('made', 'w')\n" + STUDY,
        "study.yaml: 2 problems, nothing was started\n"
        "  line 1: __use_yte__: found an unknown key; allowed: sweep, seed, revision, keep, work, costs, "
        "crystals, simulation, substrate, thermal, imaging, labels, structure_sets, domains, network, training, "
        "pretraining, series\n"
        "  line 2: __definitions__: found an unknown key; allowed: sweep, seed, revision, keep, work, costs, "
        "crystals, simulation, substrate, thermal, imaging, labels, structure_sets, domains, network, training, "
        "pretraining, series",
    ),
    "merge key": configuration(
        STUDY.replace("training:\n", "training:\n  <<: {epochs: 3}\n", 1),
        "study.yaml: 1 problem, nothing was started\n"
        "  line 71: training.<<: found a merge key; allowed: keys written out; copy the keys to where they are meant",
    ),
    "alias to nothing": configuration(
        STUDY.replace("seed: 7", "seed: *other", 1),
        "study.yaml: line 4, column 7: this is not valid YAML: found undefined alias 'other'",
    ),
    "alias that contains itself": configuration(
        "seed: &a [*a]\n",
        "study.yaml: line 1: found lists or mappings nested more than 20 deep (an alias that contains itself?); "
        "allowed: fewer levels",
    ),
    "aliases that multiply": configuration(
        LAUGHS,
        "study.yaml: found more than 10000 values (aliases that multiply?); allowed: fewer",
    ),
    "deep nesting": configuration(
        "seed: " + 500 * "[" + 500 * "]",
        "study.yaml: line 1: found lists or mappings nested more than 20 deep (an alias that contains itself?); "
        "allowed: fewer levels",
    ),
    "deeper nesting than Python can": configuration(
        50_000 * "[",
        "study.yaml: line 1: found lists or mappings nested more than 20 deep (an alias that contains itself?); "
        "allowed: fewer levels",
    ),
    "key that is a list": configuration(
        STUDY + "? [a, b]\n: 1\n",
        "study.yaml: 1 problem, nothing was started\n"
        "  line 3: (top level): found a key that is a list or a mapping; allowed: keys that are text",
    ),
    "key that is a number": configuration(
        STUDY + "1: 2\n",
        "study.yaml: 1 problem, nothing was started\n"
        "  line 117: 1: found an unknown key; allowed: sweep, seed, revision, keep, work, costs, crystals, "
        "simulation, substrate, thermal, imaging, labels, structure_sets, domains, network, training, pretraining, "
        "series",
    ),
    "key that is true": configuration(
        STUDY + "yes: 2\n",
        "study.yaml: 1 problem, nothing was started\n"
        "  line 117: yes: found an unknown key; allowed: sweep, seed, revision, keep, work, costs, crystals, "
        "simulation, substrate, thermal, imaging, labels, structure_sets, domains, network, training, pretraining, "
        "series",
    ),
    "one list of fifteen thousand": configuration(
        "seed: [" + 15_000 * "1, " + "1]",
        "study.yaml: found more than 10000 values (aliases that multiply?); allowed: fewer",
    ),
    "large file": configuration(
        STUDY + 50_000 * "#",
        "study.yaml: this configuration has 52689 bytes, at most 50000 are allowed; is it the right file?",
    ),
    "not UTF-8": configuration(
        STUDY.encode() + b"# \xb5m",
        "study.yaml: this configuration holds bytes that are not UTF-8 text (the first after 2691 bytes); is it "
        "the right file? If so, save it as UTF-8",
    ),
    "UTF-16": configuration(
        STUDY.encode("utf-16"),
        "study.yaml: this configuration holds bytes that are not UTF-8 text (the first after 0 bytes); is it the "
        "right file? If so, save it as UTF-8",
    ),
    "binary": configuration(
        bytes(range(256)),
        "study.yaml: this configuration holds bytes that are not UTF-8 text (the first after 128 bytes); is it "
        "the right file? If so, save it as UTF-8",
    ),
    "control character": configuration(
        STUDY.replace("demo", "de\x07mo", 1),
        "study.yaml: line 3: found the character U+0007; allowed: plain text; remove it",
    ),
    "four thousand unknown keys": configuration(
        STUDY + "keep:\n" + "".join(f"  k{i}: 1\n" for i in range(4000)),
        "study.yaml: 20 problems, nothing was started\n"
        "  line 3: (top level): found about 3981 more problems; put these right first\n"
        + "\n".join(
            f"  line {118 + i}: keep.k{i}: found an unknown key; allowed: exit_waves, weights" for i in range(19)
        ),
    ),
}
