import base64
import zlib

import numpy as np
import pandas as pd
import pytest

from hrtem_transfer.report.page.payload import _score_block, payload
from hrtem_transfer.results import Tables, load


def unpacked(scale, text):
    """What the page's engine does, in numpy."""
    planes = np.frombuffer(zlib.decompress(base64.b64decode(text), -15), dtype=np.uint8)
    size = 8 if scale is None else 5
    columns = planes.reshape(size, -1).astype(np.uint64)
    if scale is None:
        return np.ascontiguousarray(columns.T.astype(np.uint8)).view(np.float64).ravel()
    codes = sum(columns[rank] << np.uint64(8 * rank) for rank in range(size))
    values = scale[0] + codes.astype(float) * scale[1]
    return np.where(codes == 2**40 - 1, np.nan, values)


@pytest.mark.parametrize(
    "values",
    [
        np.array([0.93, np.nan, 0.9300001, 0.0, 1.0]),
        np.array([1e-9, 3.0, np.nan]),
        np.array([-1e-17, 0.2, 0.3]),
        np.array([0.5, 0.5]),
        np.array([np.nan, np.nan]),
        np.array([np.inf, 0.1]),
        np.random.default_rng(1).lognormal(-3, 1, 2000),
    ],
)
def test_scores_come_back(values):
    scale, text = _score_block(values)
    again = unpacked(scale, text)
    np.testing.assert_allclose(again, values, rtol=1e-7, atol=0)
    assert (np.isnan(again) == np.isnan(values)).all()


def test_large_ranges_keep_all_bits():
    values = np.array([1e-12, 5.0])
    scale, text = _score_block(values)
    assert scale is None
    assert (unpacked(scale, text) == values).all()


def test_every_evaluation_is_in_its_place(corner_results):
    tables = load(corner_results)
    known = payload(tables)
    layout_of = np.frombuffer(
        zlib.decompress(base64.b64decode(known.meta["columns"]["layout"]), -15), dtype=np.uint8
    ).reshape(4, -1).T.copy().view(np.int32).ravel()  # fmt: skip
    names = [domain["id"] for domain in known.meta["domains"]]
    for split in ("test", "validation"):
        rows = tables.evaluations[tables.evaluations["split"] == split]
        exact = rows.set_index(["network_id", "evaluation_domain"])["particle_f1"]
        key = f"{split}:particle_f1"
        values = unpacked(known.meta["scores"][key], known.blocks[key])
        order = [
            (network, names[domain])
            for network, layout in zip(tables.networks["network_id"], layout_of, strict=True)
            for domain in known.meta["layouts"][layout]
        ]
        np.testing.assert_allclose(values, exact.reindex(pd.MultiIndex.from_tuples(order)), rtol=1e-7)
        assert len(values) == len(exact)


def test_iou_is_left_out_only_where_it_follows_from_dice(corner_results):
    tables = load(corner_results)
    assert payload(tables).meta["iou_from_dice"]
    assert "test:iou" not in payload(tables).blocks
    other = tables.evaluations.assign(iou=tables.evaluations["iou"] * 0.9)
    kept = payload(Tables(tables.networks, other, tables.histories, tables.domains))
    assert not kept.meta["iou_from_dice"]
    assert "test:iou" in kept.blocks


def test_spread_leaves_out_zero_defocus(corner_results):
    known = payload(load(corner_results)).meta
    defocus = next(one for one in known["series"] if one["name"] == "defocus")
    assert [known["domains"][domain]["id"] for domain in defocus["spread"]] == ["defocus_m10nm", "defocus_p10nm"]
    dose = next(one for one in known["series"] if one["name"] == "dose")
    assert sorted(dose["spread"]) == sorted(dose["domains"])
