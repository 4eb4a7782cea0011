"""Occupations in cells: the NS-SEC class of a parent's job, and the titles near what was typed."""

from __future__ import annotations

from typing import Any

from .. import occupations as known
from ..catalogue import ONE, TABLE, WHOLE, Arg, function
from ..domain import nssec
from ..errors import NA, refuse

OCCUPATIONS = Arg(
    "occupations",
    "An occupation as people write it, or a range of them. A class (4, NS-SEC 4, NC) or a SOC 2020 code counts too.",
    example="lorry driver",
)
STATUS = Arg(
    "employment_status",
    "Employer, self-employed, manager, supervisor or employee. Left out or blank: what the occupation itself says.",
    default=None,
)
SIZE = Arg("organisation_size", "People at the workplace, or large (25 and over) or small.", default=None)


def _why_nssec(cell: Any, status: Any = None, size: Any = None) -> str:
    return known.classify([cell], [status], [size])[0].said


@function(OCCUPATIONS, STATUS, SIZE, why=_why_nssec)
def wp_nssec(occupations: list[Any], employment_status: list[Any], organisation_size: list[Any]) -> list[Any]:
    """NS-SEC class of each occupation: 2 to 8, 1.1 or 1.2, NC, or #N/A where WP_WHY has the one question that settles it.

    Shape: that of the range. Employment status and size may be ranges of the same size, or one value for all.

    Unit: whole classes are numbers; "1.1", "1.2" and "NC" (not classified: full-time students) are text. One of the eight
    groups of the self-coded version ("technical and craft", "group 4") answers a class too, or "1-2" or "6-7".

    Errors: #N/A where the words fit several classes, no known occupation, or nothing is given; #VALUE! where the cell holds
    no text, or a band of classes; #NUM! a number that is no class. A blank occupation stays blank.

    Source: ONS, SOC 2020 volumes 2 and 3, as installed; until then a built-in table of common occupations.

    Examples:
    >>> wpxl.call("WP_NSSEC", [["Lorry drivers"], ["GP"], ["electrican"], ["student"], [None]])
    [(7,), ('1.2',), (5,), ('NC',), (None,)]
    >>> wpxl.call("WP_NSSEC", "plumber", "self-employed"), wpxl.call("WP_NSSEC", "plumber, own business with 30 staff")
    ([(4,)], [('1.1',)])
    """
    answers = known.classify(occupations, employment_status, organisation_size)
    return [nssec.value(a.class_) if a.class_ else a.fault for a in answers]


@function(
    Arg("text", "An occupation, or part of one.", ONE, example="nurse"),
    Arg("limit", "The most rows to give. Left out: 10.", WHOLE, default=10),
    answers=TABLE,
)
def wp_nssec_find(text: Any, limit: int) -> list[tuple[Any, ...]]:
    """Occupations near a text, best first: SOC 2020 unit group, its title, NS-SEC class, and how sure the match is.

    Shape: a heading row, then a row for each occupation and unit group that it may mean.

    Unit: the class by the simplified method, a number where it is whole; how sure is from 0 to 1, the very title being 1.

    Errors: #N/A where nothing is near.

    Source: the ONS coding index where it is installed, and the built-in table.

    Examples:
    >>> wpxl.call("WP_NSSEC_FIND", "train driver", 1)
    [('Occupation', 'SOC 2020', 'Unit group', 'NS-SEC', 'How sure'), ('train driver', '8231', 'train and tram drivers', 5, 1.0)]
    """
    found = known.find(str(text), limit)
    if not found:
        raise refuse(f"No known occupation is near '{str(text)[:60]}'.", NA)
    rows = [(c.title, c.group, c.group_name, nssec.value(c.class_) if c.class_ else None, c.sure) for c in found]
    return [("Occupation", "SOC 2020", "Unit group", "NS-SEC", "How sure"), *rows]
