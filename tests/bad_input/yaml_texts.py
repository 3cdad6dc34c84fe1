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
        "study.yaml: {any}nothing{any}keys with values",
    ),
    "comments only": configuration(
        "# nothing\n",
        "study.yaml: {any}nothing{any}keys with values",
    ),
    "list at the top": configuration(
        "- sweep\n- seed\n",
        "study.yaml: {any}a list{any}keys with values",
    ),
    "text at the top": configuration(
        "sweep demo\n",
        "study.yaml: {any}a text{any}keys with values",
    ),
    "two documents": configuration(
        STUDY + "---\nseed: 8\n",
        "study.yaml: line 117",
    ),
    "tab": configuration(
        "sweep: demo\nimaging:\n\tfocal_spread_A: 10\n",
        "study.yaml: line 3{any}a tab{any}spaces for indentation",
    ),
    "list that does not end": configuration(
        "seed: [1, 2\n",
        "study.yaml: line 1",
    ),
    "text that does not end": configuration(
        "sweep: 'demo\n",
        "study.yaml: line 1: {any}quote",
    ),
    "quote that does not end, far above": configuration(
        STUDY.replace("seed: 7", "seed: '7", 1),
        "study.yaml: line 4: {any}quote",
    ),
    "quote that ends at another": configuration(
        STUDY.replace("seed: 7", "seed: '7", 1) + "# 'a comment'\nkeep: 'x'\n",
        "study.yaml: line 4: {any}quote",
    ),
    "double quote that does not end": configuration(
        STUDY.replace("sweep: demo", 'sweep: "demo', 1),
        "study.yaml: line 3: {any}quote",
    ),
    "list that does not end, far above": configuration(
        STUDY.replace("domains: dose", "domains: [dose", 1),
        "study.yaml: line 95{any}not valid YAML",
    ),
    "wrong indentation": configuration(
        "imaging:\n    a: 1\n  b: 2\n",
        "study.yaml: line 3",
    ),
    "colon in a text": configuration(
        "sweep: a: b\n",
        "study.yaml: line 1",
    ),
    "key twice": configuration(
        STUDY + "seed: 8\n",
        "study.yaml: 1 problem\n  line 4: seed: {any}line 4{any}line 117{any}each key once",
    ),
    "key twice in a section": configuration(
        STUDY.replace("epochs: 10", "epochs: 10\n  epochs: 20", 1),
        "study.yaml: 1 problem\n  line 73: training.epochs: {any}73{any}74{any}each key once",
    ),
    "leading zero": configuration(
        STUDY.replace("seed: 7", "seed: 010", 1),
        "study.yaml: 1 problem\n  line 4: seed: {any}010",
    ),
    "hexadecimal": configuration(
        STUDY.replace("seed: 7", "seed: 0x10", 1),
        "study.yaml: 1 problem\n  line 4: seed: {any}'0x10'{any}whole number",
    ),
    "number beyond all numbers": configuration(
        STUDY.replace("energy_keV: 300", "energy_keV: 1e999", 1),
        "study.yaml: 1 problem\n  line 11: simulation.energy_keV: {any}1e999{any}below 1.8e308",
    ),
    "number of 5000 digits": configuration(
        STUDY.replace("seed: 7", "seed: " + 5000 * "7", 1),
        "study.yaml: 1 problem\n  line 4: seed: {any}5000{any}at most 40",
    ),
    "object of Python": configuration(
        STUDY.replace("seed: 7", "seed: !!python/object/apply:os.system [touch made]", 1),
        "study.yaml: 1 problem\n  line 4: seed: {any}2002{any}plain values without",
    ),
    "tag of a program": configuration(
        STUDY.replace("seed: 7", "seed: !include /etc/passwd", 1),
        "study.yaml: 1 problem\n  line 4: seed: {any}'!include'{any}plain values without",
    ),
    "template that Snakemake would run": configuration(
        "__use_yte__: true\n__definitions__:\n  - open('made', 'w')\n" + STUDY,
        "study.yaml: 2 problems\n  line 1: __use_yte__: {any}unknown key{any}sweep\n"
        "  line 2: __definitions__: {any}an unknown key{any}sweep",
    ),
    "merge key": configuration(
        STUDY.replace("training:\n", "training:\n  <<: {epochs: 3}\n", 1),
        "study.yaml: 1 problem\n  line 71: training.<<: {any}a merge key{any}keys written out",
    ),
    "alias to nothing": configuration(
        STUDY.replace("seed: 7", "seed: *other", 1),
        "study.yaml: line 4",
    ),
    "alias that contains itself": configuration(
        "seed: &a [*a]\n",
        "study.yaml: line 1{any}20 deep{any}fewer levels",
    ),
    "aliases that multiply": configuration(
        LAUGHS,
        "study.yaml: {any}10000{any}fewer",
    ),
    "deep nesting": configuration(
        "seed: " + 500 * "[" + 500 * "]",
        "study.yaml: line 1{any}20 deep{any}fewer levels",
    ),
    "deeper nesting than Python can": configuration(
        50_000 * "[",
        "study.yaml: line 1{any}20 deep{any}fewer levels",
    ),
    "key that is a list": configuration(
        STUDY + "? [a, b]\n: 1\n",
        "study.yaml: 1 problem\n  line 3: (top level): {any}or a mapping{any}keys that are",
    ),
    "key that is a number": configuration(
        STUDY + "1: 2\n",
        "study.yaml: 1 problem\n  line 117: 1: {any}an unknown key{any}sweep",
    ),
    "key that is true": configuration(
        STUDY + "yes: 2\n",
        "study.yaml: 1 problem\n  line 117: yes: {any}an unknown key{any}sweep",
    ),
    "one list of fifteen thousand": configuration(
        "seed: [" + 15_000 * "1, " + "1]",
        "study.yaml: {any}10000{any}fewer",
    ),
    "large file": configuration(
        STUDY + 50_000 * "#",
        "study.yaml: {any}52689{any}50000",
    ),
    "not UTF-8": configuration(
        STUDY.encode() + b"# \xb5m",
        "study.yaml: {any}2691",
    ),
    "UTF-16": configuration(
        STUDY.encode("utf-16"),
        "study.yaml: {any}0",
    ),
    "binary": configuration(
        bytes(range(256)),
        "study.yaml: {any}128",
    ),
    "control character": configuration(
        STUDY.replace("demo", "de\x07mo", 1),
        "study.yaml: line 3{any}U+0007{any}plain text",
    ),
    "four thousand unknown keys": configuration(
        STUDY + "keep:\n" + "".join(f"  k{i}: 1\n" for i in range(4000)),
        "study.yaml: 20 problems\n  line 3: (top level): {any}3981 more\n"
        + "\n".join(f"  line {118 + i}: keep.k{i}: {{any}}unknown key{{any}}exit_waves" for i in range(19)),
    ),
}
