import numpy as np
import pandas as pd
import pytest

from hrtem_transfer.report.figures.rows import domain_bars, epoch_seconds, histogram_rows, mixture_curves

DOMAINS = pd.DataFrame(
    {
        "domain": ["a", "b"],
        "structure_set": "cdse",
        "crystal": "CdSe",
        "set_family": "cdse",
        "family": "defocus",
        "defocus_nm": [-5.0, 5.0],
        "dose_e_per_A2": 400.0,
    }
)
NETWORKS = pd.DataFrame(
    [
        ("pa", "pretrain", None, "a", None, 512, None),
        ("pb", "pretrain", None, "b", None, 512, None),
        ("t1", "transfer", "pa", "a", "b", 512, None),
        ("t2", "transfer", "pa", "a", "b", 512, None),
        ("t3", "transfer", "pb", "b", "a", 128, None),
        ("m1", "mixture", None, "a", "b", 384, 128),
        ("m2", "mixture", None, "b", "a", 384, 128),
        ("s1", "scratch", None, None, "b", 128, None),
    ],
    columns=["network_id", "stage", "pretrained_id", "source_domain", "target_domain", "n_images", "n_images_second"],
).assign(status="ok", freeze="none")
LOSSES = {"pa": (0.1, 0.6), "pb": (0.7, 0.2), "t1": (0.3, 0.2), "t2": (0.5, 0.4), "t3": (0.25, 0.35),
          "m1": (0.15, 0.25), "m2": (0.28, 0.18), "s1": (0.9, 0.45)}  # fmt: skip
EVALUATIONS = pd.DataFrame(
    [
        (network, domain, "test", loss)
        for network, pair in LOSSES.items()
        for domain, loss in zip("ab", pair, strict=True)
    ],
    columns=["network_id", "evaluation_domain", "split", "loss"],
)


def test_mixture_and_transfer_stand_at_their_shares():
    curves = mixture_curves(NETWORKS, EVALUATIONS, DOMAINS, ("a", "b"), reduction="mean")
    found = curves.set_index(["on", "method", "share"])["value"]
    assert found["a", "mixture", 0.25] == pytest.approx(0.15)
    assert found["a", "mixture", 0.75] == pytest.approx(0.28)
    assert found["b", "transfer, first to second", 0.5] == pytest.approx(0.3)
    assert found["b", "transfer, second to first", 0.8] == pytest.approx(0.35)
    assert found["a", "one domain only", 0.0] == pytest.approx(0.1)
    assert found["a", "one domain only", 1.0] == pytest.approx(0.7)
    assert found["b", "from scratch", 1.0] == pytest.approx(0.45)
    assert len(found) == 14


def test_the_domains_of_a_mixture_have_no_order():
    one = mixture_curves(NETWORKS, EVALUATIONS, DOMAINS, ("a", "b"), reduction="mean")
    other = mixture_curves(NETWORKS, EVALUATIONS, DOMAINS, ("b", "a"), reduction="mean")
    mixed = [
        rows[rows["method"] == "mixture"].sort_values(["on", "share"])
        for rows in (one, other.assign(share=1 - other["share"]))
    ]
    assert (
        mixed[0][["on", "share", "value"]].to_numpy().tolist() == mixed[1][["on", "share", "value"]].to_numpy().tolist()
    )


def test_bars_are_the_parents_before_and_the_networks_after():
    moved = NETWORKS[NETWORKS["network_id"].isin(["t1", "t2"])]
    scratch = NETWORKS[NETWORKS["stage"] == "scratch"]
    bars = domain_bars(EVALUATIONS, moved, DOMAINS, scratch=scratch, reduction="max").set_index(["domain", "which"])[
        "value"
    ]
    assert bars["a", "before"] == 0.1
    assert bars["b", "before"] == 0.6
    assert bars["a", "after"] == 0.5
    assert bars["b", "after"] == 0.4
    assert bars["b", "from scratch"] == 0.45


def test_histograms_count_every_network_once():
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"loss": rng.lognormal(size=500), "freeze": rng.choice(["none", "encoder"], 500)})
    found = histogram_rows(rows, ["freeze"], "loss", words=lambda key: {"none": "nothing"}.get(key[0], key[0]))
    for freeze, label in (("none", "nothing"), ("encoder", "encoder")):
        group = found[found["group"] == freeze]
        assert (group["label"] == label).all()
        assert group["share"].sum() == pytest.approx(1)
        assert group["networks"].iloc[0] == (rows["freeze"] == freeze).sum()
        assert group["median"].iloc[0] == rows.loc[rows["freeze"] == freeze, "loss"].median()
    assert len(histogram_rows(rows.assign(loss=np.nan), ["freeze"], "loss")) == 0


def test_networks_from_scratch_are_groups_of_their_own_and_numbers_are_in_order():
    rows = pd.DataFrame({"loss": [0.1, 0.2, 0.3, 0.4], "n_images": [64, 8, 128, 8],
                         "stage": ["transfer", "transfer", "transfer", "scratch"]})  # fmt: skip
    found = histogram_rows(rows, ["n_images"], "loss").drop_duplicates("gi")
    assert found["label"].tolist() == ["8", "64", "128", "8, from scratch"]
    assert found["median"].tolist() == [0.2, 0.1, 0.3, 0.4]


def test_seconds_are_scaled_to_equal_numbers_of_images():
    networks = NETWORKS.assign(freeze=["none", "none", "none", "encoder", "encoder", "none", "none", "none"])
    histories = pd.DataFrame(
        {"network_id": ["t1", "t1", "t2", "t3", "pa"], "images_per_second": [100.0, 200.0, 400.0, np.nan, 1.0]}
    )
    found = epoch_seconds(networks, histories, images=800).set_index("y")
    assert found.loc["all weights trainable", "middle"] == pytest.approx(6.0)
    assert found.loc["encoder frozen", "middle"] == pytest.approx(2.0)
    assert found.loc["all weights trainable", "epochs"] == 2
