import math

import numpy as np
import pandas as pd
import pytest

from hrtem_transfer.results.measures import generalisation, loss_matrix, spread, spread_domains

DOMAINS = pd.DataFrame(
    {
        "domain": ["d_m10", "d_0", "d_p10", "ag", "cu"],
        "defocus_nm": [-10.0, 0.0, 10.0, 0.0, 0.0],
    }
)


def evaluations(*rows):
    return pd.DataFrame(rows, columns=["network_id", "evaluation_domain", "split", "loss"])


def test_zero_defocus_is_left_out_where_domains_differ_in_defocus():
    assert spread_domains(DOMAINS, ["d_m10", "d_0", "d_p10"]) == ["d_m10", "d_p10"]


def test_zero_defocus_stays_where_all_domains_have_it():
    assert spread_domains(DOMAINS, ["ag", "cu"]) == ["ag", "cu"]


def test_domains_of_unknown_defocus_stay():
    unknown = DOMAINS.assign(defocus_nm=[-10.0, 0.0, 10.0, np.nan, np.nan])
    assert spread_domains(unknown, ["d_m10", "d_0", "ag"]) == ["d_m10", "ag"]
    assert spread_domains(unknown.assign(defocus_nm=np.nan), ["d_m10", "d_0"]) == ["d_m10", "d_0"]


def test_a_network_from_scratch_was_trained_on_its_target():
    networks = pd.DataFrame(
        {"network_id": ["s"], "stage": ["scratch"], "status": ["ok"], "source_domain": [None], "target_domain": ["cu"]}
    )
    rows = [("s", "cu", "train", 0.04), ("s", "cu", "validation", 0.1), ("s", "ag", "validation", 0.5)]
    found = generalisation(networks, evaluations(*rows), "validation").set_index("evaluation_domain")
    assert found["trained_domain"].tolist() == ["cu", "cu"]
    assert found.loc["cu", "g_id"] == pytest.approx(0.06)
    assert found.loc["ag", "g_ood"] == pytest.approx(0.4)
    assert len(generalisation(networks, evaluations(*rows), "test")) == 0


def test_unknown_domain_is_named():
    with pytest.raises(ValueError, match="nowhere"):
        spread_domains(DOMAINS, ["ag", "nowhere"])


def test_spread_is_the_population_standard_deviation():
    matrix = pd.DataFrame({"a": [0.1, 0.2], "b": [0.3, 0.2], "c": [0.8, np.nan]}, index=["n1", "n2"])
    found = spread(matrix)
    mean = (0.1 + 0.3 + 0.8) / 3
    by_hand = math.sqrt(((0.1 - mean) ** 2 + (0.3 - mean) ** 2 + (0.8 - mean) ** 2) / 3)
    assert found.loc["n1", "mean"] == pytest.approx(0.4)
    assert found.loc["n1", "std"] == pytest.approx(by_hand)
    assert found.loc["n2"].isna().all()


def test_loss_matrix_reads_one_split_and_leaves_gaps():
    rows = evaluations(
        ("n1", "ag", "test", 0.1), ("n1", "ag", "validation", 9.0), ("n1", "cu", "test", 0.2), ("n2", "cu", "test", 0.3)
    )
    matrix = loss_matrix(rows, ["cu", "ag"])
    assert list(matrix.columns) == ["cu", "ag"]
    assert matrix.loc["n1"].tolist() == [0.2, 0.1]
    assert matrix.loc["n2", "cu"] == 0.3
    assert np.isnan(matrix.loc["n2", "ag"])


def test_generalisation_by_hand():
    networks = pd.DataFrame(
        {
            "network_id": ["p", "t", "m", "broken"],
            "stage": ["pretrain", "transfer", "mixture", "transfer"],
            "status": ["ok", "ok", "ok", "failed"],
            "source_domain": ["ag", "ag", "ag", "ag"],
            "target_domain": [None, "cu", "cu", "cu"],
        }
    )
    rows = []
    for network, trained, losses in (
        ("p", {"ag": 0.05}, {"ag": 0.08, "cu": 0.30}),
        ("t", {"cu": 0.06}, {"ag": 0.20, "cu": 0.10}),
        ("m", {"ag": 0.04, "cu": 0.07}, {"ag": 0.09, "cu": 0.12}),
    ):
        rows += [(network, domain, "train", loss) for domain, loss in trained.items()]
        rows += [(network, domain, "test", loss) for domain, loss in losses.items()]
    found = generalisation(networks, evaluations(*rows)).set_index(
        ["network_id", "trained_domain", "evaluation_domain"]
    )
    assert found.loc[("p", "ag", "ag"), "g_id"] == pytest.approx(0.03)
    assert found.loc[("p", "ag", "cu"), "g_ood"] == pytest.approx(0.22)
    assert found.loc[("t", "cu", "cu"), "g_id"] == pytest.approx(0.04)
    assert found.loc[("t", "cu", "ag"), "g_ood"] == pytest.approx(0.10)
    assert found.loc[("m", "ag", "ag"), "g_id"] == pytest.approx(0.05)
    assert found.loc[("m", "cu", "ag"), "g_ood"] == pytest.approx(-0.03)
    assert np.isnan(found.loc[("t", "cu", "cu"), "g_ood"])
    assert np.isnan(found.loc[("t", "cu", "ag"), "g_id"])
    assert "broken" not in found.index.get_level_values(0)
