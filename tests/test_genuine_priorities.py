"""Schools decided on genuine tables: genuine postcodes dealt out to genuine URNs by neighbourhood, and the whole sum done again."""

from __future__ import annotations

import random
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import plain

import wpxl
from wpxl import ingest
from wpxl.ingest import rolls

pytestmark = pytest.mark.genuine
SCHOOLS, EACH = 500, 120
THRESHOLDS = {"imd": 61, "fsm": 17, "nssec": 47, "tundra": 58}  # of current-school


def deal(homes: Any, urns: list[str]) -> Any:
    """A school stands somewhere in the list of postcodes, which runs area by area, and its learners live near it."""
    import pandas as pd

    chance = random.Random(2026)
    people = []
    for urn in urns:
        middle = chance.randrange(len(homes))
        for _ in range(EACH):
            at = min(max(int(chance.gauss(middle, 250)), 0), len(homes) - 1)
            people.append((urn, homes[at]))
    return pd.DataFrame(people, columns=["URN", "Home postcode"])


def again(data: Path, learners: Any, urns: list[str]) -> dict[str, str]:
    """Each school's priority by joins over the published files, and how near its shares come to a threshold."""
    import pandas as pd

    postcodes = pd.read_parquet(
        data / "postcodes/national_nspl_aug2020_pcds_lat_long_lsoa11.parquet", columns=["pcds", "lsoa11cd"]
    )
    imd = pd.read_excel(next((data / "imd").glob("File_1_-_IMD2019*")), sheet_name="IMD2019", engine="calamine")
    imd = pd.DataFrame({"lsoa11cd": imd.iloc[:, 0], "decile": imd.iloc[:, -1]})
    sheets = pd.read_excel(next((data / "participation").glob("*.xlsx")), sheet_name=None, engine="calamine")
    tundra = next(s for s in sheets.values() if len(s) > 30_000)
    tundra = pd.DataFrame(
        {"lsoa11cd": tundra.iloc[:, 0], "quintile": pd.to_numeric(tundra.iloc[:, -1], errors="coerce")}
    )
    change = pd.read_csv(next((data / "lookups").glob("LSOA_(2011)_to_LSOA_(2021)*")), encoding="utf-8-sig")
    change = change[["LSOA11CD", "LSOA21CD"]].drop_duplicates()
    change = change[~change.LSOA11CD.duplicated(keep=False)].rename(columns={"LSOA11CD": "lsoa11cd"})
    with (
        zipfile.ZipFile(data / "census/census2021-ts062.zip") as archive,
        archive.open("census2021-ts062-lsoa.csv") as file,
    ):
        census = pd.read_csv(file)
    share = census.iloc[:, 7:12].sum(axis=1) / census.iloc[:, 3] * 100  # L8 to L14.2: classes 4 to 8
    nssec = pd.DataFrame({"LSOA21CD": census["geography code"], "share": share})

    joined = learners.merge(postcodes, "left", left_on="Home postcode", right_on="pcds")
    for table in (imd, tundra, change):
        joined = joined.merge(table, "left", on="lsoa11cd")
    joined = joined.merge(nssec, "left", on="LSOA21CD")
    grouped = joined.groupby("URN")
    shares = pd.DataFrame(
        {
            "imd": grouped.decile.apply(lambda d: (d <= 4).mean() * 100),
            "nssec": grouped.share.mean(),
            "tundra": grouped.quintile.apply(lambda q: (q.dropna() <= 2).mean() * 100),
        }
    )
    shares.loc[grouped.share.count() * 2 <= EACH, "nssec"] = None
    shares.loc[grouped.quintile.count() * 2 <= EACH, "tundra"] = None
    fsm = pd.read_csv(data / "schools/census_fsm/england_census_jan2019.csv.gz", dtype=str, encoding="utf-8-sig")
    fsm = fsm.dropna(subset="URN").drop_duplicates("URN").set_index("URN")
    eligible, on_roll = (pd.to_numeric(fsm[c], errors="coerce") for c in ("NUMFSM", "NOR"))
    shares["fsm"] = (eligible / on_roll * 100).reindex(shares.index)

    out = {}
    for urn in urns:
        row = shares.loc[urn]
        if any(abs(row[name] - limit) < 0.06 for name, limit in THRESHOLDS.items()):
            continue  # the tables keep shares to a decimal or two, and this one stands on the line
        met = {name: None if pd.isna(row[name]) else bool(row[name] >= limit) for name, limit in THRESHOLDS.items()}
        out[urn] = decide([met["imd"], met["fsm"]], [met["nssec"], met["tundra"], None])
    return out


def decide(basket_a: list[bool | None], basket_b: list[bool | None]) -> str:
    """High, Medium, Low, #N/A where an unknown share could change it, #REF! where adult HE could: it has no table."""
    a, b = (True if True in basket else None if None in basket else False for basket in (basket_a, basket_b))
    if a and b:
        return "High"
    if (a is True and b is False) or (b is True and a is False):
        return "Medium"
    return "Low" if a is False and b is False else "#N/A" if b is True else "#REF!"


def test_genuine_schools_are_decided_as_pandas_decides_them(open_data: Path, home: Path, tmp_path: Path) -> None:
    import pandas as pd

    names = (
        "postcodes/national*", "imd/File_1_-_IMD2019*", "participation/*.xlsx", "census/*.zip",
        "lookups/LSOA_(2011)_to_LSOA_(2021)*", "schools/census_fsm/england*", "schools/ks4/england*",
    )  # fmt: skip
    added = ingest.add([path for name in names for path in sorted(open_data.glob(name))])
    assert all(outcome.done == "added" for outcome in added), added
    table = pd.read_parquet(
        open_data / "postcodes/national_nspl_aug2020_pcds_lat_long_lsoa11.parquet", columns=["pcds", "lsoa11cd"]
    )
    homes = table.pcds[table.lsoa11cd.str.startswith("E01")].tolist()
    schools = pd.read_csv(
        open_data / "schools/census_fsm/england_census_jan2019.csv.gz", dtype=str, encoding="utf-8-sig"
    )
    urns = schools.URN[schools.SCHOOLTYPE == "State-funded secondary"].sample(SCHOOLS, random_state=5).tolist()
    learners = deal(homes, urns)
    learners.to_csv(tmp_path / "roll.csv", index=False)
    rolls.add(tmp_path / "roll.csv")

    # Adult HE is not to be had openly: a table of one's own stands in for it, so that Low and Medium can be settled.
    got = dict(
        zip(
            urns,
            (row[0] for row in plain(wpxl.call("WP_PRIORITY", [[u] for u in urns], "current-school"))),
            strict=True,
        )
    )
    expected = again(open_data, learners, urns)
    assert len(expected) > SCHOOLS * 0.9
    assert {urn: got[urn] for urn in expected} == expected
    ahe = tmp_path / "adult_he.csv"
    ahe.write_text("URN,AHE Q1+2 %,SEN %\n" + "".join(f"{urn},10,3\n" for urn in urns))
    assert [o.done for o in ingest.add([ahe])] == ["added"]
    answers = Counter(row[0] for row in plain(wpxl.call("WP_PRIORITY", [[u] for u in urns], "current-school")))
    assert min(answers["High"], answers["Medium"], answers["Low"]) > 10, answers
    said = wpxl.why("WP_PRIORITY", [[u] for u in urns], "current-school")
    assert all(len(sentence) <= 255 and sentence.startswith(urn) for urn, sentence in zip(urns, said, strict=True))
