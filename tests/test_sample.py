"""The sample edition: what the guide printed, plainly fictional otherwise, made by the committed generator."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pytest

import wpxl
from wpxl.store import shipped

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = shipped("data") / "sample"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sample", ROOT / "data" / "make_sample.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_is_what_the_generator_makes(generator: ModuleType, tmp_path: Path) -> None:
    generator.main(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in SAMPLE.iterdir())
    for path in SAMPLE.glob("*.parquet"):
        assert pq.ParquetFile(path).read().equals(pq.ParquetFile(tmp_path / path.name).read()), path.name
    for path in SAMPLE.glob("*.json"):
        assert json.loads(path.read_text("utf-8")) == json.loads((tmp_path / path.name).read_text("utf-8")), path.name


def test_is_small() -> None:
    assert sum(p.stat().st_size for p in SAMPLE.iterdir()) < 1_000_000


def test_the_fictional_cannot_be_taken_for_real() -> None:
    """No postcode area begins with Q, V or X (Royal Mail's programmers' guide), and every school says what it is."""
    postcodes = pq.ParquetFile(SAMPLE / "sample_postcodes.postcodes.parquet").read().column("postcode").to_pylist()
    fictional = [p for p in postcodes if p.startswith("XX")]
    assert len(postcodes) - len(fictional) == 8 and 1_900 < len(fictional) < 2_100
    assert len(set(postcodes)) == len(postcodes)
    schools = pq.ParquetFile(SAMPLE / "sample_schools.parquet").read().to_pylist()
    assert all("(fictional)" in s["school_name"] and s["urn"].startswith("9000") for s in schools)
    assert {s["school_postcode"] for s in schools} <= set(fictional)


def test_measures_agree_with_each_other() -> None:
    names = "imd_rank_2019, imd_decile_2019, imd_quintile_2019, nssec_4_7_pct_2021, nssec_4_8_pct_2021"
    postcodes = pq.ParquetFile(SAMPLE / "sample_postcodes.postcodes.parquet").read().column("postcode").to_pylist()
    for rank, decile, quintile, share, wider in wpxl.call(
        "WP_POSTCODE", [[p] for p in postcodes if p[0] == "X"], names
    ):
        assert 1 <= rank <= 32_844
        assert decile == next(d for d in range(1, 11) if rank <= 32_844 * d // 10)
        assert quintile == (decile + 1) // 2
        assert share <= wider <= 100


def test_every_answer_is_marked() -> None:
    assert wpxl.call("WP_DATA")[-1][0] == "SAMPLE DATA ONLY"
    assert {row[1] for row in wpxl.call("WP_DATA")[1:]} == {"sample"}
    assert {row[-1] for row in wpxl.call("WP_MEASURES")[1:]} == {"sample", "no"}
    assert "sample" in wpxl.why("WP_POSTCODE", "TF7 5UG", "IMD rank")[0]


def test_schools_are_of_every_priority_and_kind() -> None:
    """By the guide's school thresholds (Appendix 3), stated here again; and the odd ones that people meet."""
    schools = {s["urn"]: s for s in pq.ParquetFile(SAMPLE / "sample_schools.parquet").read().to_pylist()}
    a = {"school_imd_40_pct_2010": 61, "school_fsm_pct": 17}
    b = {"school_nssec_4_8_pct_2001": 47, "school_polar2_ahe_q1_2_pct": 67, "school_polar2_ypr_q1_2_pct": 58}

    def met(school: dict, basket: dict) -> bool:
        return any((school[measure] or 0) >= least for measure, least in basket.items())

    both = [met(s, a) + met(s, b) for s in schools.values()]
    assert all(both.count(times) >= 5 for times in (0, 1, 2)), both
    assert {s["school_type_group"] for s in schools.values()} >= {"Colleges", "Independent schools", "Special schools"}
    closed = next(s for s in schools.values() if s["school_status"] == "Closed")
    assert schools[closed["school_successor"]]["school_predecessor"] == closed["urn"] and closed["school_closed"]
    open_question = next(
        s for s in schools.values() if s["school_fsm_pct"] is None and "SUPP" in s["school_fsm_pct_reason"]
    )
    assert open_question["school_imd_40_pct_2010"] < 61 and met(open_question, b)
    unknown = next(s for s in schools.values() if s["school_type_group"] == "Independent schools")
    assert all(unknown[m] is None and unknown[f"{m}_reason"] for m in a | b)
