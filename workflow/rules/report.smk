# Figures, the explorer, the effects of each choice.


rule report:
    input:
        **rules.collect.output,
        images=list(IMAGES.values()),
    output:
        contact_sheet=f"{ROOT}/figures/contact_sheet.png",
        heatmaps=[
            f"{ROOT}/figures/transfer_{name}.{ending}"
            for name, series in SWEEP.study.series.items()
            if series.transfer
            for ending in ("png", "svg")
        ],
        explorer=f"{ROOT}/explorer.html",
        effects=[f"{ROOT}/effects.csv", f"{ROOT}/recommended.csv"],
        checksums=f"{ROOT}/report.sha256",
    log:
        f"{ROOT}/logs/report.log",
    localrule: True
    conda:
        "../../envs/conda.yaml"
    params:
        domains=FILES.domain_rows(),
        pixel_size_A=SWEEP.study.simulation.exit_wave_sampling_A,
        sweep=SWEEP.study.sweep,
    message:
        "Figures and explorer of sweep {SWEEP.study.sweep}"
    script:
        "../scripts/report.py"
