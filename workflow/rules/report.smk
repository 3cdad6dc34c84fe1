# Pictures.


rule figures:
    input:
        tables=rules.collect.output,
        images=images_of(SWEEP.domains),
    output:
        contact_sheet=f"{ROOT}/figures/contact_sheet.png",
    log:
        f"{ROOT}/logs/figures.log",
    localrule: True
    conda:
        "../../envs/conda.yaml"
    message:
        "Figures of sweep {SWEEP.study.sweep}"
    script:
        "../scripts/figures.py"
