"""The National Statistics Socio-economic Classification (NS-SEC): its classes, and the rules that lead to them.

Classes are texts: "1.1", "1.2" (the halves of class 1), "1" (class 1 where its half is not known), "2" to "8", and "NC", not
classified, which says nothing either way: it is neither advantaged nor a target.

Three methods, by what is known beside the occupation. *Full*: employment status and size of the workplace (25 and over is
large). *Reduced*: employment status alone. *Simplified*: the occupation alone.

Sources: Office for National Statistics, SOC 2020 volume 3 (NS-SEC rebased on SOC 2020), sections on deriving the NS-SEC and
on the self-coded version; HESA coding manual, field SEC, for people who do not work.

>>> parse("NS-SEC 6"), parse(4.0), parse("1.2"), parse("not classified"), parse("plumber")
('6', '4', '1.2', 'NC', None)
>>> target("6"), target("1.1"), target("NC"), target("8", *band("4-7"))
(True, False, None, False)
"""

from __future__ import annotations

import re
from collections.abc import Mapping

CLASSES = ("1", "1.1", "1.2", "2", "3", "4", "5", "6", "7", "8", "NC")
NAMES = {
    "1": "higher managerial and professional occupations",
    "1.1": "large employers and higher managerial occupations",
    "1.2": "higher professional occupations",
    "2": "lower managerial and professional occupations",
    "3": "intermediate occupations",
    "4": "small employers and own account workers",
    "5": "lower supervisory and technical occupations",
    "6": "semi-routine occupations",
    "7": "routine occupations",
    "8": "never worked and long-term unemployed",
    "NC": "not classified",
}
STATUSES = (
    "employer_large", "employer_small", "self_employed", "manager_large", "manager_small", "supervisor", "employee",
)  # fmt: skip
SIZED = ("employer", "manager")  # statuses that the full method divides by size
SPANS = ("1-2", "6-7")  # what two of the five self-coded classes stand for
NOT_CLASSIFIED_HESA = "9"  # HESA's field SEC counts "not classified" as 09
LARGE = 25  # people at the workplace
FULL, REDUCED, SIMPLIFIED, SELF_CODED = "full", "reduced", "simplified", "self-coded"

_CLASS = re.compile(
    r"(?:ns\s*-?\s*sec|socio-?economic)?\s*(?:class|category)?\s*[:=]?\s*0?([1-9])(?:\.([0-9]))?", re.IGNORECASE
)
_OPERATIONAL = re.compile(r"(?:ns\s*-?\s*sec)?\s*l\s?([1-9]|1[0-7])(?:\.[0-9])?", re.IGNORECASE)
_BY_OPERATIONAL = ("1.1", "1.1", "1.2", "2", "2", "2", "3", "4", "4", "5", "5", "6", "7", "8", "NC", "NC", "NC")
_NAMED = {re.sub("[^a-z]", "", name): class_ for class_, name in NAMES.items()}
_NC = ("nc", "notclassified", "unclassified", "notclassifiable", "nsnc", "nssecnc", "classnc", "nssecnotclassified")
_BAND = re.compile(r"\D*([1-8])\s*(?:-|–|—|to|/)\s*([1-8])\D*", re.IGNORECASE)


def parse(cell: object) -> str | None:
    """The class that a cell states (4, 4.0, "4", "NS-SEC 4", "1.2", "NC", a class's whole name); None where it states none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        text = f"{cell:g}" if cell == cell else ""
        return "NC" if text == NOT_CLASSIFIED_HESA else text if text in CLASSES else None
    if not isinstance(cell, str):
        return None
    if cell.strip() in SPANS:
        return cell.strip()
    operational = _OPERATIONAL.fullmatch(cell.strip())
    if operational:
        return _BY_OPERATIONAL[int(operational[1]) - 1]
    found = _CLASS.fullmatch(cell.strip())
    if found:
        whole, half = found.groups()
        if half in (None, "0"):
            return "NC" if whole == NOT_CLASSIFIED_HESA else str(whole)
        return f"{whole}.{half}" if f"{whole}.{half}" in CLASSES else None
    simple = re.sub("[^a-z]", "", cell.casefold())
    return "NC" if simple in _NC else _NAMED.get(re.sub("^(nssec)?(class)?", "", simple))


def band(text: object) -> tuple[int, int] | None:
    """The lowest and highest class of a band such as "4-8" or "NS-SEC 4 to 7"; None where the text is none."""
    found = _BAND.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        return None
    low, high = int(found[1]), int(found[2])
    return (low, high) if low < high else None


def target(class_: str | None, low: int = 4, high: int = 8) -> bool | None:
    """Whether a class lies in the target band; None for NC and for no class: it is not known."""
    if class_ is None or class_ not in (*CLASSES, *SPANS) or class_ == "NC":
        return None
    ends = {low <= int(end) <= high for end in (class_[0], class_[-1] if class_ in SPANS else class_[0])}
    return ends.pop() if len(ends) == 1 else None


def value(class_: str) -> int | str:
    """A class as a cell shows it: a number where the class is whole, else "1.1", "1.2" or "NC"."""
    return int(class_) if class_.isdigit() else class_


# ------------------------------------------------------------------------------------------- occupation and status


def derive(row: Mapping[str, str | None], status: str | None = None, size: str | None = None) -> tuple[str | None, str]:
    """The class of a unit group and the method that gave it.

    row: the group's class by status (the names in STATUSES) and under "simplified". status: employer, self_employed, manager,
    supervisor, employee, or None where it is not known; size: large, small or None.
    By the reduced method employers count as small, as nearly all are; a manager has the class that both sizes share, else
    that of the simplified method.
    """
    if status is None or (status not in SIZED and row.get(status) is None):
        return row.get("simplified"), SIMPLIFIED
    if status not in SIZED:
        return row.get(status), FULL if size or status != "self_employed" else REDUCED
    large, small = row.get(f"{status}_large"), row.get(f"{status}_small")
    if size and (large if size == "large" else small):
        return (large if size == "large" else small), FULL
    if status == "employer" and small:
        return small, REDUCED
    if large and large == small:
        return large, REDUCED
    return row.get("simplified"), SIMPLIFIED


# --------------------------------------------------------------------------------------------- the self-coded version

GROUPS = (  # the eight groups of the question on occupation, in its order
    "modern professional",
    "clerical and intermediate",
    "senior managers or administrators",
    "technical and craft",
    "semi-routine manual and service",
    "routine manual and service",
    "middle or junior managers",
    "traditional professional",
)
AGREEMENT = 75  # % of people who get the same of five classes as by the full method
# Self-coded class by group (rows) and status (columns, as in STATUSES).
_SELF_CODED = (
    (1, 1, 1, 1, 1, 1, 1),
    (1, 3, 3, 1, 1, 1, 2),
    (1, 3, 3, 1, 1, 1, 1),
    (1, 3, 3, 1, 1, 4, 4),
    (1, 3, 3, 1, 1, 4, 5),
    (1, 3, 3, 1, 1, 4, 5),
    (1, 3, 3, 1, 1, 1, 1),
    (1, 1, 1, 1, 1, 1, 1),
)
_FROM_FIVE = {1: "1-2", 2: "3", 3: "4", 4: "5", 5: "6-7"}  # no class 8: it has nobody out of work


def group(cell: object) -> int | None:
    """The number (1 to 8) of one of the eight groups, by its name or as "group 4"; None where the cell names none."""
    if not isinstance(cell, str):
        return None
    simple = " ".join(re.sub("[^a-z0-9]", " ", cell.casefold().replace("&", " and ")).split())
    numbered = re.fullmatch("(?:occupation )?group ([1-8])", simple)
    if numbered:
        return int(numbered[1])
    simple = simple.removesuffix(" occupations").removesuffix(" occupation").replace("managers and", "managers or")
    names = [" ".join(re.sub("[^a-z]", " ", name).split()) for name in GROUPS]
    return names.index(simple) + 1 if simple in names else None


def self_coded(number: int, status: str | None = None, size: str | None = None) -> int:
    """The self-coded class (1 to 5) of a group, 1 to 8, by the four questions. Unanswered: an employee; fewer than 25."""
    if number in (3, 7) and status in (None, "employee"):
        status = "manager"
    column = f"{status}_{size or 'small'}" if status in SIZED else status or "employee"
    return _SELF_CODED[number - 1][STATUSES.index(column)]


def from_five(class_: int) -> str:
    """What one of the five self-coded classes is in the eight-class version: a class, or a span of two."""
    return _FROM_FIVE[class_]
