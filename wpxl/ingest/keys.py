"""What a user's own table is found by: postcodes, area codes, URNs or HEAT IDs, judged from the column's values.

An area code says what kind of area it is (E01 … a small area), and not of which census year: that is taken from the
column's heading where it says so, else by comparing with the codes of the installed tables.

>>> normal("postcode", " tf75ug "), normal("heat_id", "#052923"), normal("lsoa_2011", "E02000001")
('TF7 5UG', '#052923', None)
"""

from __future__ import annotations

import re

from .. import store
from ..domain import postcode
from ..domain.names import simple
from ..errors import refuse

YEARS = ("2001", "2011", "2021")
_FORMS = {
    "oa": r"[EWS]00[0-9]{6}",
    "lsoa": r"[EWS]01[0-9]{6}",
    "msoa": r"[EWS]02[0-9]{6}",
    "ward_code": r"(E05|W05|S13|N08)[0-9]{6}",
    "local_authority_code": r"(E0[6-9]|W06|S12|N09)[0-9]{6}",
    "region_code": r"E12[0-9]{6}",
    "cas_ward": r"[0-9]{2}[A-Z]{2}[0-9A-Z]{2}",
    "urn": r"[1-9][0-9]{5}",
    "heat_id": r"#?[0-9]{3,8}",
    "local_authority": r".*[A-Za-z].*",  # the two that are found by name
    "region": r".*[A-Za-z].*",
}
_FITS = {family: re.compile(form, re.DOTALL).fullmatch for family, form in _FORMS.items()}
_JUDGED = ("oa", "lsoa", "msoa", "ward_code", "local_authority_code", "region_code", "cas_ward", "urn")
SHOWN = {
    "postcode": "postcode", "oa": "output area", "lsoa": "LSOA", "msoa": "MSOA", "ward_code": "ward code",
    "cas_ward": "CAS ward code", "local_authority_code": "local authority code", "region_code": "region code", "urn": "URN",
    "heat_id": "HEAT ID", "local_authority": "local authority", "region": "region",
}  # fmt: skip
_DATED = ("oa", "lsoa", "msoa")
_WORDS = {
    "postcode": "postcode", "postcodes": "postcode", "pcds": "postcode", "ward": "ward_code", "wardcode": "ward_code",
    "casward": "cas_ward", "la": "local_authority", "lad": "local_authority", "localauthority": "local_authority",
    "lacode": "local_authority_code", "localauthoritycode": "local_authority_code", "region": "region",
    "regioncode": "region_code", "urn": "urn", "heat": "heat_id", "heatid": "heat_id", "oa": "oa", "lsoa": "lsoa", "msoa": "msoa",
    **{f"{area}{year}": f"{area}_{year}" for area in _DATED for year in YEARS},
}  # fmt: skip
WORDS = (
    "postcode",
    *(f"{area}_{year}" for area in _DATED for year in YEARS),
    "ward",
    "cas_ward",
    "la",
    "region",
    "urn",
    "heat_id",
)
ENOUGH = 0.5  # share of the values that must be of a kind
SAME_YEAR = 0.99  # share of a column's area codes that a year's installed table must have


def shown(kind: str) -> str:
    """A kind of key as a person would say it: LSOA 2011."""
    family = _family(kind)
    return f"{SHOWN[family]} {kind[-4:]}" if family != kind else SHOWN[family]


def normal(kind: str, text: str) -> str | None:
    """A key as the tables hold it; None where the text is no such key. Leading zeros and '#' stay."""
    if kind == "postcode":
        bare = postcode.clean(text)
        return postcode.spaced(bare) if bare and postcode.parse(bare) else None
    text = text.strip()
    if kind not in ("local_authority", "region"):
        text = text.upper()
    return text if _FITS[_family(kind)](text) else None


def judge(name: str, header: str, texts: list[str], by: str = "") -> str:
    """What kind of key a column holds, from the user's word for it or from its values. `name` is the file's, for messages.

    Raises a Fault where the word is unknown, or the values do not settle it and the user has to say.
    """
    given = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    if not given:
        raise refuse(f"{name}: the column '{header}' is empty, so no row can be found by it.")
    if by:
        kind = _WORDS.get(simple(by))
        if kind is None:
            raise refuse(f"'{by}' is no key that wpxl knows: give --by one of {', '.join(WORDS)}.")
        if kind in ("local_authority", "region") and _share(f"{kind}_code", given) >= ENOUGH:
            kind = f"{kind}_code"
    else:
        kind = _from_values(name, header, given)
    return _dated(name, header, kind, given) if kind in _DATED else kind


def _family(kind: str) -> str:
    return kind[:-5] if kind[-4:] in YEARS else kind


def _share(kind: str, given: list[str]) -> float:
    return sum(normal(kind, text) is not None for text in given) / len(given)


def _from_values(name: str, header: str, given: list[str]) -> str:
    if _share("postcode", given) >= ENOUGH:
        return "postcode"
    heat = "heat" in simple(header) or all(text.startswith("#") for text in given)
    if heat and _share("heat_id", given) >= ENOUGH:
        return "heat_id"
    best = max(_JUDGED, key=lambda kind: _share(kind, given))
    if _share(best, given) >= ENOUGH:
        return best
    raise refuse(
        f"{name}: it is not clear what the column '{header}' holds ('{given[0][:30]}' and so on). "
        f"Say so with --by and one of {', '.join(WORDS)}."
    )


def _dated(name: str, header: str, area: str, given: list[str]) -> str:
    """An area of a census year. Codes that are in two years' tables alike stand for unchanged areas, but not all will be."""
    said = re.search(r"(?<![0-9])(?:20)?(01|11|21)(?![0-9])", header)
    if said and re.search(r"oa|output area", header, re.IGNORECASE):
        return f"{area}_20{said.group(1)}"
    codes = {code for text in given if (code := normal(area, text))}
    share = {}
    for year in YEARS:
        known = _installed_codes(f"{area}_{year}")
        if known and codes:
            share[year] = len(codes & known) / len(codes)
    fits = [year for year in share if share[year] >= SAME_YEAR]
    if len(fits) == 1:
        return f"{area}_{fits[0]}"
    options = " or ".join(f"--by {area}_{year}" for year in (fits or YEARS))
    seen = "fit more than one year" if fits else "do not say their year"
    raise refuse(f"{name}: the {SHOWN[area]} codes in '{header}' {seen}: give {options}.")


def _installed_codes(kind: str) -> set[str]:
    """The codes of a kind that the installed tables have: as their key, or as what a postcode belongs to."""
    import pyarrow.parquet as pq

    known: set[str] = set()
    for table in store.installed().all:
        if table.key != kind and kind not in table.columns:
            continue
        file = pq.ParquetFile(table.files()[-1])
        if kind in file.schema_arrow.names:
            known.update(code for code in file.read(columns=[kind]).column(0).unique().to_pylist() if code)
    return known
