"""Make the sample edition in data/sample: run `python data/make_sample.py` after any change here and commit the result.

Two tables. *Postcodes*: the eight example postcodes of the Aimhigher database guide with the figures its example report
prints, and about two thousand fictional ones in area XX, which Royal Mail has never assigned (no postcode area begins
with Q, V or X). *Schools*: forty fictional schools whose figures are computed from rolls drawn from those postcodes, so
that postcodes and schools agree. The seed is fixed; nothing fictional is taken from a real place or school.

Sources of the real figures: region, local authority, IMD 2010 rank, POLAR2 and NS-SEC, FSM and GCSE shares: the guide's
example postcode report. IMD 2019 rank: MHCLG, English indices of deprivation 2019, File 1. TUNDRA quintiles: OfS, TUNDRA
MSOA and LSOA, March 2021. TF7 5UG and TF3 2HR are live in the NSPL of November 2021; of the others only the listing is known.
"""

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from wpxl.domain.postcode import UNIT_LETTERS  # noqa: E402
from wpxl.store.write import Draft, install  # noqa: E402

SEED = 20111
MADE = datetime(2026, 1, 1, tzinfo=UTC)

GUIDE = """
postcode  ended local_authority      imd_rank_2010 ypr ahe nssec fsm   gcse imd_rank_2019 tundra_lsoa tundra_msoa
TF7-5UG   0     Telford-and-Wrekin   6259          1   1   53.21 47.51 24.6 5203          1           1
TF3-2HR   0     Telford-and-Wrekin   960           1   1   53.71 36.29 17.5 980           1           1
WS10-8PQ  -     Walsall              1980          1   1   60    31.53 24.2 1304          1           2
WS2-9XE   -     Walsall              3536          3   1   48.35 35.86 32.9 3606          3           3
B32-3UH   -     Birmingham           8895          1   1   40.12 39.03 36.5 5802          3           3
B32-3PB   -     Birmingham           14713         1   1   39.67 31.74 42.5 13845         3           2
B9-5EF    -     Birmingham           1107          2   2   43.62 46.98 37.3 1234          4           4
B8-3BF    -     Birmingham           2450          2   1   51.33 43.06 35.4 1870          4           4
"""
IMD_AREAS = {2010: 32_482, 2019: 32_844}
AUTHORITIES = ["Exampleton", "Sampleshire", "Fictionby", "Mockingham"]
SCHOOL_NAMES = [
    "Ash",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elder",
    "Fir",
    "Gorse",
    "Hazel",
    "Ivy",
    "Juniper",
    "Larch",
    "Maple",
    "Nettle",
    "Oak",
    "Pine",
    "Quince",
    "Rowan",
    "Sorrel",
    "Teasel",
]


def bands(rank: np.ndarray, areas: int, count: int) -> np.ndarray:
    return -(-rank * count // areas)


def imd(rank: np.ndarray, year: int) -> dict[str, np.ndarray]:
    n = IMD_AREAS[year]
    return {
        f"imd_rank_{year}": rank.astype(np.int32),
        f"imd_decile_{year}": bands(rank, n, 10).astype(np.int8),
        f"imd_quintile_{year}": bands(rank, n, 5).astype(np.int8),
    }


def guide() -> dict[str, list]:
    head, *lines = [line.split() for line in GUIDE.strip().splitlines()]
    columns = {name: [row[i].replace("-", " ").strip() for row in lines] for i, name in enumerate(head)}
    numbers = {
        n: np.array([float(v) for v in columns[n]]) for n in head if n not in ("postcode", "ended", "local_authority")
    }
    out: dict[str, list] = {
        "postcode": columns["postcode"],
        "ended": [0 if v else None for v in columns["ended"]],
        "large_user": [False] * len(lines),
        "country": ["England"] * len(lines),
        "region": ["West Midlands"] * len(lines),
        "local_authority": columns["local_authority"],
        "polar2_ypr_quintile": numbers["ypr"].astype(int).tolist(),
        "polar2_ahe_quintile": numbers["ahe"].astype(int).tolist(),
        "nssec_4_7_pct_2001": numbers["nssec"].tolist(),
        "fsm_pct_2010": numbers["fsm"].tolist(),
        "gcse_5ac_em_pct_2010": numbers["gcse"].tolist(),
        "tundra_lsoa_quintile": numbers["tundra_lsoa"].astype(int).tolist(),
        "tundra_msoa_quintile": numbers["tundra_msoa"].astype(int).tolist(),
    }
    for year in IMD_AREAS:
        out |= {name: values.tolist() for name, values in imd(numbers[f"imd_rank_{year}"].astype(int), year).items()}
    return out


def fictional(rng: np.random.Generator) -> dict[str, list]:
    """Neighbourhoods with one hidden level of advantage each, from which every measure follows with its own noise."""
    areas, per_area = 120, 17
    advantage = np.sort(rng.normal(-0.25, 1.0, areas)) * 0.6 + rng.normal(0, 0.8, areas)
    neighbourhood = np.repeat(np.arange(areas), per_area)
    outcode = neighbourhood * 12 // areas + 1
    postcodes = []
    for area in range(areas):
        digit = area % 10
        units = np.append(rng.choice(np.arange(1, len(UNIT_LETTERS) ** 2), per_area - 1, replace=False), 0)
        first = area * 12 // areas + 1
        postcodes += [f"XX{first} {digit}{UNIT_LETTERS[u // 20]}{UNIT_LETTERS[u % 20]}" for u in np.sort(units)]

    def share(level: np.ndarray) -> np.ndarray:  # a rank between 0 and 1 for a normal level
        from math import erf, sqrt

        return np.array([(1 + erf(x / sqrt(2))) / 2 for x in level])

    def noisy(weight: float) -> np.ndarray:
        return weight * advantage + np.sqrt(1 - weight**2) * rng.normal(0, 1, areas)

    def quintile(level: np.ndarray) -> np.ndarray:
        return np.minimum(5, (share(level) * 5).astype(int) + 1)

    deprived = noisy(0.95)
    measures: dict[str, np.ndarray] = {}
    for year, n in IMD_AREAS.items():
        level = deprived + rng.normal(0, 0.08, areas)
        measures |= imd(np.clip((share(level) * n).astype(int) + 1, 1, n), year)
    for name, weight in (
        ("polar2_ypr_quintile", 0.8), ("polar2_ahe_quintile", 0.85), ("tundra_lsoa_quintile", 0.6), ("tundra_msoa_quintile", 0.65),
        ("polar4_quintile", 0.75), ("adult_he_2011_quintile", 0.85),
    ):  # fmt: skip
        measures[name] = quintile(noisy(weight))
    routine = np.clip(46 - 11 * noisy(0.9) + rng.normal(0, 2, areas), 8, 82)
    measures["nssec_4_7_pct_2001"] = routine.round(2)
    measures["nssec_4_7_pct_2021"] = np.clip(routine - 3 + rng.normal(0, 2, areas), 5, 80).round(2)
    never_worked = np.clip(7 - 4 * deprived + rng.normal(0, 1.5, areas), 0.4, 30)
    measures["nssec_4_8_pct_2021"] = np.clip(measures["nssec_4_7_pct_2021"] + never_worked, 0, 97).round(2)
    measures["fsm_pct_2010"] = np.clip(21 - 12 * deprived + rng.normal(0, 3, areas), 0.8, 70).round(2)
    measures["gcse_5ac_em_pct_2010"] = np.clip(50 + 14 * noisy(0.85) + rng.normal(0, 3, areas), 12, 95).round(1)

    ended = np.zeros(len(postcodes), int)
    gone = rng.random(len(postcodes)) < 0.05
    ended[gone] = rng.integers(1998, 2024, gone.sum()) * 100 + rng.integers(1, 13, gone.sum())
    authority = np.array(AUTHORITIES)[(outcode - 1) // 3]
    return {
        "postcode": postcodes,
        "ended": ended.tolist(),
        "large_user": (rng.random(len(postcodes)) < 0.02).tolist(),
        "country": ["England"] * len(postcodes),
        "region": ["Sample region"] * len(postcodes),
        "local_authority": authority.tolist(),
        **{name: values[neighbourhood].tolist() for name, values in measures.items()},
    }


# Kind of school: word in the name, type, type group and phase as Get Information about Schools has them, ages, sixth form.
KINDS = [
    ("School", "Academy converter", "Academies", "Secondary", 11, 16, False),
    ("Academy", "Academy sponsor led", "Academies", "Secondary", 11, 18, True),
    ("High School", "Community school", "Local authority maintained schools", "Secondary", 11, 18, True),
    ("College", "Further education", "Colleges", "16 plus", 16, 99, True),
]
INDEPENDENT = ("Hall", "Other independent school", "Independent schools", "Not applicable", 11, 18, True)
SPECIAL = ("Special School", "Community special school", "Special schools", "Not applicable", 4, 19, False)
ODD_ONES = {4: INDEPENDENT, 6: SPECIAL}  # by number
NAMESAKE = 39  # bears the first one's name, as real schools do in different places
UNKNOWN_FSM = 9  # its other figures leave its priority open
CLOSED, TOOK_OVER, CLOSED_ON = 12, 13, "2019-08-31"


def schools(rng: np.random.Generator, homes: dict[str, list]) -> dict[str, list]:
    """Each school stands at a postcode and draws its learners from postcodes near it in the list."""
    table = {name: np.array(values) for name, values in homes.items() if name not in ("postcode", "country", "region")}
    n, out = len(homes["postcode"]), {}
    rows = []
    for number in range(40):
        at = int(rng.integers(0, n))
        college = number % 4 == 3 and number != NAMESAKE
        learners = int(rng.integers(450, 1600))
        roll = np.clip(at + rng.normal(0, 90 + 110 * college, learners).astype(int), 0, n - 1)
        word, kind, group, phase, low, high, sixth = ODD_ONES.get(number, KINDS[3 if college else number % 3])
        authority = str(table["local_authority"][at])

        def pct(values: np.ndarray) -> float:
            return round(float(values.mean() * 100), 1)

        nssec = table["nssec_4_7_pct_2001"][roll]
        figures = {
            "school_imd_40_pct_2010": pct(table["imd_rank_2010"][roll] <= 13_000),
            "school_imd_40_pct_2019": pct(table["imd_decile_2019"][roll] <= 4),
            "school_nssec_4_7_pct_2001": round(float(nssec.mean()), 1),
            "school_nssec_4_8_pct_2001": round(float(np.minimum(nssec + 3.5, 100).mean()), 1),
            "school_polar2_ypr_q1_pct": pct(table["polar2_ypr_quintile"][roll] == 1),
            "school_polar2_ypr_q1_2_pct": pct(table["polar2_ypr_quintile"][roll] <= 2),
            "school_polar2_ahe_q1_pct": pct(table["polar2_ahe_quintile"][roll] == 1),
            "school_polar2_ahe_q1_2_pct": pct(table["polar2_ahe_quintile"][roll] <= 2),
            "school_tundra_lsoa_q1_2_pct": pct(table["tundra_lsoa_quintile"][roll] <= 2),
            "school_polar4_q1_2_pct": pct(table["polar4_quintile"][roll] <= 2),
            "school_fsm_pct": None if college else round(float(table["fsm_pct_2010"][roll].mean()) * 0.65, 1),
            "school_sen_statement_pct": round(float(np.clip(rng.normal(3.2, 1.2), 0.3, 9)), 1),
            "school_ks4_5ac_em_pct": None if college else round(float(table["gcse_5ac_em_pct_2010"][roll].mean()), 1),
        }
        reasons = dict.fromkeys(figures)
        if college:
            reasons |= {"school_fsm_pct": "free school meals are not recorded for colleges",
                        "school_ks4_5ac_em_pct": "a college has no learners at the end of key stage 4"}  # fmt: skip
        if ODD_ONES.get(number) is INDEPENDENT:
            figures, reasons = (
                dict.fromkeys(figures, value) for value in (None, "no figures are published for independent schools")
            )
        if number == UNKNOWN_FSM:
            figures["school_fsm_pct"], reasons["school_fsm_pct"] = None, "the figure is suppressed in the source (SUPP)"
        urn = 900001 + number
        rows.append({
            "urn": str(urn),
            "school_name": f"{SCHOOL_NAMES[number % NAMESAKE % 19]} {word} (fictional)",
            "school_local_authority": authority,
            "school_local_authority_code": f"99{AUTHORITIES.index(authority)}",
            "school_region": "Sample region",
            "school_postcode": homes["postcode"][at],
            "school_type": kind,
            "school_type_group": group,
            "school_phase": phase,
            "school_status": "Closed" if number == CLOSED else "Open",
            "school_closed": CLOSED_ON if number == CLOSED else None,
            "school_low_age": low,
            "school_high_age": high,
            "school_gender": "Mixed",
            "school_admissions": "Not applicable" if college else "Non-selective",
            "school_sixth_form": "Has a sixth form" if sixth else "Does not have a sixth form",
            "laestab": f"99{AUTHORITIES.index(authority)}{4001 + number}",
            "ukprn": str(90_000_001 + number),
            "heat_id": f"#{urn}",
            "school_successor": str(900001 + TOOK_OVER) if number == CLOSED else None,
            "school_predecessor": str(900001 + CLOSED) if number == TOOK_OVER else None,
            "school_learners": learners,
            **figures,
            **{f"{name}_reason": reason for name, reason in reasons.items()},
        })  # fmt: skip
    for name in rows[0]:
        out[name] = [row[name] for row in rows]
    return out


def drafts() -> list[Draft]:
    rng = np.random.default_rng(SEED)
    invented = fictional(rng)
    real = guide()
    kinds = {"ended": pa.int32(), "large_user": pa.bool_()}
    columns = {}
    for name, values in invented.items():
        known = real.get(name, [None] * len(real["postcode"]))
        kind = kinds.get(name) or (pa.string() if isinstance(values[0], str) else None)
        columns[name] = pa.array(known + values, kind)
    source = [{"file": "data/make_sample.py", "sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}]
    said = {
        "publisher": "wpxl; the guide's own figures for its eight example postcodes",
        "licence": "MIT",
        "vintage": "sample",
    }
    postcodes = Draft(
        id="sample_postcodes", key="postcode", rows=pa.table(columns), gazetteer=True, sources=source, **said,
        title="Sample edition: the guide's eight postcodes, and fictional ones in area XX",
    )  # fmt: skip
    school_rows = pa.table({name: pa.array(values) for name, values in schools(rng, invented).items()})
    schools_ = Draft(
        id="sample_schools",
        key="urn",
        rows=school_rows,
        sources=source,
        title="Sample edition: fictional schools",
        **said,
    )
    return [postcodes, schools_]


def main(folder: Path = HERE / "sample") -> None:
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for draft in drafts():
        install(draft, folder, MADE)


if __name__ == "__main__":
    main()
