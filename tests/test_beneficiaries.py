"""HEAT IDs of schools: found where the list is clear, listed for a person where it is not, and never guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import plain

import wpxl
from wpxl.errors import Fault
from wpxl.imports import beneficiaries as b
from wpxl.imports.shape import Column, Listing
from wpxl.ingest import own

FIELDS = ("heat_id", "organisation", "urn", "Postcode", "local_authority")
LIST = [
    ("#000101", "St Mary's School", "123401", "WS2 9XE", "Walsall"),
    ("#000102", "St Mary's School", "123402", "B9 5EF", "Birmingham City Council"),
    ("#000103", "St Mary's School", "123403", "B8 3BF", "Birmingham"),
    ("#000104", "Ash College", "123404", "TF7 5UG", "Telford and Wrekin"),
    ("#000105", "Elm Academy (Infants)", "123405", None, None),
    ("#000106", "Oak School", "123406", None, None),
    ("#000107", "Oak Sixth Form", "123406", None, None),  # two accounts of one URN
]  # fmt: skip


def listing(rows: list[tuple[Any, ...]], fields: tuple[str, ...] = FIELDS, first_row: int = 2) -> Listing:
    columns = [Column(f, f if f.islower() else None, [row[at] for row in rows]) for at, f in enumerate(fields)]
    return Listing("Schools", first_row, tuple(columns))


EXPORTED = listing(LIST)


def one(name: Any = None, urn: Any = None, code: Any = None, authority: Any = None, heat: Any = None) -> b.Match:
    return b.find(listing([(heat, name, urn, code, authority)]), EXPORTED)[0]


@pytest.mark.parametrize(
    ("asked", "wanted", "how"),
    [
        ({"heat": "#000104"}, "#000104", b.GIVEN),
        ({"name": "Ash College (#000104)"}, "#000104", b.GIVEN),
        ({"heat": "#052923"}, "#052923", b.UNKNOWN),
        ({"name": "Anything", "urn": 123402.0}, "#000102", b.URN),
        ({"name": "URN 123402"}, "#000102", b.URN),
        ({"name": "Saint Marys Sch.", "code": "b95ef"}, "#000102", b.POSTCODE),
        ({"name": "ST MARY'S SCHOOL", "authority": "Walsall Council"}, "#000101", b.AUTHORITY),
        ({"name": "Ash College"}, "#000104", b.NAME),
        ({"name": "Ash College", "authority": "Telford & Wrekin"}, "#000104", b.AUTHORITY),
        ({"name": "Elm Academy (Infants)", "code": "B8 3BF", "authority": "Walsall"}, "#000105", b.NAME),  # the list says neither
        ({"name": "Ash College", "urn": "999999"}, "#000104", b.NAME),
        ({"name": "various"}, "#052923", b.UNKNOWN),
        ({"name": "Not known (997)"}, "#052923", b.UNKNOWN),
        ({"name": "Unknown Institution [Open] - E (#052923)"}, "#052923", b.UNKNOWN),
    ],
)  # fmt: skip
def test_what_is_clear_is_found(asked: dict[str, Any], wanted: str, how: str) -> None:
    assert one(**asked)[1:] == (wanted, how, (), "")


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"name": "St Mary's School"}, ["#000101", "#000102", "#000103"]),
        ({"name": "St Mary's School", "authority": "Birmingham"}, ["#000102", "#000103"]),
        ({"name": "St Mary's School", "code": "XX1 1AA"}, ["#000101", "#000102", "#000103"]),
        ({"name": "Ash College", "code": "WS2 9XE"}, ["#000104"]),  # of that name, elsewhere
        ({"name": "Ash College", "authority": "Walsall"}, ["#000104"]),
        ({"name": "Ash College", "code": "WS2 9XE", "authority": "Telford and Wrekin"}, ["#000104"]),  # two facts disagree
        ({"urn": "123406"}, ["#000106", "#000107"]),
        ({"heat": 104}, ["#000104"]),  # lost its mark and zeros
        ({"heat": "#104"}, ["#000104"]),
        ({"heat": "#000999", "name": "Ash College"}, []),
        ({"name": "Beech School"}, []),
        ({"code": "WS2 9XE"}, []),  # a postcode is no school
    ],
)  # fmt: skip
def test_what_is_not_is_for_a_person(asked: dict[str, Any], ids: list[str]) -> None:
    got = one(**asked)
    assert got.heat_id is None and got.why and [entry.heat_id for entry in got.choices] == ids


def test_a_blank_row_asks_nothing() -> None:
    assert one()[1:] == (None, "", (), "")


def test_rows_for_a_template_keep_their_order_and_what_stands_there() -> None:
    asked = listing(
        [(None, "Ash College", None, None, None), ("#000101", "x", None, None, None), (104, "y", None, None, None),
         (None, "St Mary's School", None, None, None), (None, None, None, None, None)], first_row=5,
    )  # fmt: skip
    matches = b.find(asked, EXPORTED)
    made = b.filled(asked, matches)
    assert made.columns[0].cells == ["#000104", "#000101", 104, None, None] and asked.columns[0].cells[0] is None
    shown = b.choices(asked, matches)
    assert [(row[0], row[1], row[3]) for row in shown] == [
        (7, "y", "#000104"), (8, "St Mary's School", "#000101"), (8, "St Mary's School", "#000102"),
        (8, "St Mary's School", "#000103"),
    ]  # fmt: skip
    assert all(len(row) == len(b.HEADINGS) for row in shown) and shown[1][-1] == "WS2 9XE"
    without = listing([("Ash College",)], ("organisation",))
    assert b.filled(without, b.find(without, EXPORTED)).columns[1] == Column("HEAT ID", "heat_id", ["#000104"])


def test_the_installed_list_is_asked_where_no_sheet_is_given(folder: Path) -> None:
    path = folder / "list.csv"
    text = ["HEAT ID,Name,URN,Local authority,Postcode"]
    text += [
        ",".join(f'"{cell or ""}"' for cell in row) for row in ((h, n, u, la, code) for h, n, u, code, la in LIST[:5])
    ]
    path.write_text("\n".join(text), "utf-8")
    own.add(path, own.Choices("HEAT ID"))
    asked = listing(
        [(None, "St Mary's School", None, "WS2 9XE", None), (None, "St Mary's School", None, None, "Birmingham")]
    )
    by_code, by_place = b.find(asked)
    assert by_code.heat_id == "#000101" and [entry.heat_id for entry in by_place.choices] == ["#000102", "#000103"]
    cells = [["St Mary's School, WS2 9XE"], ["St Mary's School, Walsall"]]
    assert plain(wpxl.call("WP_HEAT_ID", cells)) == [["#000101"], ["#000101"]]


def test_of_schools_of_one_name_the_open_one_is_meant() -> None:
    known = b._Known(
        [
            b.Entry("#1", "Ash", "1", "", "", True),
            b.Entry("#2", "Ash", "2", "", ""),
            b.Entry("#3", "Elm", "3", "", "", True),
        ]
    )
    assert [known.find("", "", name, "", "")[0] for name in ("Ash", "Elm")] == ["#2", "#3"]


def test_without_any_list_of_ids_it_is_said(home: Path) -> None:
    with pytest.raises(Fault, match="HEAT ID"):
        b.find(listing([(None, "Ash", None, None, None)]), listing([(None, "Ash", None, None, None)]))


def test_junk_names_no_school() -> None:
    junk = [object(), [], True, 1e300, float("nan"), Fault("#N/A", "?"), "=1+1", "#"]
    assert all(match.heat_id is None for match in b.find(listing([(cell,) * 5 for cell in junk]), EXPORTED))
