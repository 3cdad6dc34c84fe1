# Pictures.


rule figures:
    input:
        **rules.collect.output,
        images=images_of(SWEEP.domains),
    output:
        contact_sheet=f"{ROOT}/figures/contact_sheet.png",
        heatmap=f"{ROOT}/figures/transfer_heatmap.png",
        heatmap_svg=f"{ROOT}/figures/transfer_heatmap.svg",
    log:
        f"{ROOT}/logs/figures.log",
    localrule: True
    conda:
        "../../envs/conda.yaml"
    params:
        domains=FILES.domain_rows(),
        pixel_size_A=SWEEP.study.simulation.exit_wave_sampling_A,
    message:
        "Figures of sweep {SWEEP.study.sweep}"
    script:
        "../scripts/figures.py"
