"""What can be asked about a school, by names as people write them, and the answers for a column of schools.

In a school's context 'FSM %' is the school's own figure and 'region' the school's region. A name that leaves open which
year or edition means the pinned one, else the newest that is installed; headings say which it is. What only postcodes have
(an area's IMD rank) is answered for the school's own postcode, and labelled so: it says nothing about its learners.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from . import store
from .domain import school as form
from .domain.blank import is_blank
from .domain.names import simple
from .errors import NA, REF, Fault, refuse
from .measures import Measure, Registry, registry
from .store.school_tables import IDENTITY

OWN = ("school", "urn", "heat_id")  # geographies of measures that belong to schools
# What a name means that leaves the edition open: the first that is installed.
EDITIONS = {
    f"school_{what}_{share}": tuple(f"school_{edition}_{share}" for edition in editions)
    for share in ("q1_pct", "q1_2_pct")
    for what, editions in {"ypr": ("polar4", "polar3", "polar2_ypr"), "ahe": ("adult_he_2011", "polar2_ahe")}.items()
}
SHORT = {
    "la": "local authority", "lea": "local authority", "disability": "sen statement pct", "pupils": "learners",
}  # fmt: skip
GROUP = "school"


class Asked(NamedTuple):
    """A measure that was asked for."""

    measure: Measure
    own: bool  # the school's; else that of the postcode where it stands

    @property
    def label(self) -> str:
        return self.measure.label if self.own else f"{self.measure.label} (of the school's postcode)"


def chosen(names: tuple[str, ...]) -> tuple[Asked, ...]:
    """The measures that some names and group names mean for schools. Raises a Fault where one means nothing.

    Where a member of a group reads "a or b", the first counts that is installed.
    """
    tables = store.installed()
    book, register = registry(tables), store.register(tables)
    made: tuple[Asked, ...] | None = tables.cache.get(("asked of schools", names))
    if made is None:
        asked: list[Asked] = []
        for name in names:
            name = name.strip()
            for member in book.groups.get(name.casefold(), [name]):
                options = [
                    _one(book, register, option)
                    for option in (member.split(" or ") if name.casefold() in book.groups else [member])
                ]
                asked.append(next((o for o in options if register.answers(o.measure.id)), options[0]))
        if not asked:
            raise refuse('No measure is named. Name one, such as "School FSM %"; =WP_MEASURES() lists them all.')
        made = tables.cache["asked of schools", names] = tuple(asked)
    return made


def exactly(ids: tuple[str, ...]) -> tuple[Asked, ...]:
    """Measures of schools by their ids, installed or not."""
    book = registry(store.installed())
    return tuple(Asked(book.measures[measure_id], True) for measure_id in ids)


def _one(book: Registry, register: store.Register, name: str) -> Asked:
    names: dict[str, str] | None = register.tables.cache.get("names of school measures")
    if names is None:
        names = register.tables.cache["names of school measures"] = _names(book, register)
    found = names.get(simple(SHORT.get(name.strip().casefold(), name)))
    if found is None:
        return Asked(book.find(name), False)
    return Asked(_installed(book, register, book.measures[found], name), True)


def _names(book: Registry, register: store.Register) -> dict[str, str]:
    """Every spelling of a school's measures, with and without the word 'school'; an exact id goes before all others."""
    ours = [m for m in book.measures.values() if m.geography in OWN or register.answers(m.id)]
    names = {simple(m.id): m.id for m in ours}
    for short in (False, True):
        for m in ours:
            for name in (m.id, m.label, *m.aliases):
                for spelt in (name, f"{name} {m.vintage}", name.replace(f"{m.vintage} ", "")):
                    bare = simple(spelt)
                    names.setdefault(bare.removeprefix("school") if short else bare, m.id)
    return names


def _installed(book: Registry, register: store.Register, measure: Measure, name: str) -> Measure:
    """The measure itself, or where the name leaves its year or edition open the first of those that is installed."""
    family = measure.family or measure.id
    dated = sorted((m for m in book.measures.values() if m.family == family), key=lambda m: m.vintage, reverse=True)
    options = [measure.id]
    if dated and not (measure.vintage and measure.vintage in name):
        pinned = [m.id for m in dated if m.vintage == book.pinned.get(family)]
        options = (
            [*pinned, *(m.id for m in dated), family] if measure.family else [*options, *pinned, *(m.id for m in dated)]
        )
    options += EDITIONS.get(measure.id, ())
    return book.measures[next((o for o in options if o in book.measures and register.answers(o)), measure.id)]


def answers(keys: list[Any], asked: tuple[Asked, ...]) -> list[tuple[Any, ...]]:
    """A row for each school key: values, or Faults that say why there is none; blanks and Faults among the keys fill theirs."""
    tables = store.installed()
    register = store.register(tables)
    distinct: list[str] = list(dict.fromkeys(key for key in keys if isinstance(key, str)))
    columns = [_own(register, distinct, a) if a.own else _of_postcode(tables, register, distinct, a) for a in asked]
    rows = dict(zip(distinct, zip(*columns, strict=True), strict=True)) if distinct else {}
    wide = len(asked)
    return [rows[key] if isinstance(key, str) else (key,) * wide for key in keys]


def _own(register: store.Register, keys: list[str], asked: Asked) -> list[Any]:
    values = register.values(keys, asked.measure.id)
    missing = partial(register.missing, measure_id=asked.measure.id, label=asked.label)
    return [missing(key) if value is None else value for key, value in zip(keys, values, strict=True)]


def _of_postcode(tables: store.Tables, register: store.Register, keys: list[str], asked: Asked) -> list[Any]:
    postcodes = register.values(keys, "school_postcode")
    plan = registry(tables).plan((asked.measure.id,))[1]
    found = [row[0] for row in store.take(plan, postcodes)]
    return [
        Fault(NA, partial(_no_postcode, register, key)) if postcode is None else value
        for key, postcode, value in zip(keys, postcodes, found, strict=True)
    ]


def _no_postcode(register: store.Register, key: str) -> str:
    return register.reason(key, "school_postcode", "postcode")


def headings(keys: list[Any], asked: tuple[Asked, ...]) -> tuple[str, ...]:
    """Labels, with the vintage of the tables that answer where the measure itself is undated."""
    register = store.register(store.installed())
    return tuple(_heading(register, keys, a) for a in asked)


def _heading(register: store.Register, keys: list[Any], asked: Asked) -> str:
    measure = asked.measure
    if not asked.own or measure.id in IDENTITY or measure.id == "heat_id":
        return asked.label
    vintages = sorted({t.vintage for t in register.tables_of(keys, measure.id) if t.vintage})
    said = [v for v in vintages if v != measure.vintage and v not in asked.label]
    return f"{asked.label} ({' and '.join(said)})" if said else asked.label


# ------------------------------------------------------------------------------------------------------ a selection


def select(register: store.Register, keyword: Any, local_authority: Any, region: Any) -> list[str]:
    """The schools of a keyword, a local authority, a region, or what these have in common; the likeliest first.

    Without a keyword open schools come first, each by name. Raises a Fault where nothing is asked, an area is not known,
    or no school is like it.
    """
    if not register.ours:
        raise refuse("No table of schools is installed: 'wpxl data guide' says which file to get.", REF)
    among: set[str] | None = None
    for area, columns, what in (
        (local_authority, ("school_local_authority", "school_local_authority_code"), "local authority"),
        (region, ("school_region",), "region"),
    ):
        if not is_blank(area):
            here = _in_area(register, area, columns, what)
            among = here if among is None else among & here
    if is_blank(keyword):
        if among is None:
            raise refuse("Give a keyword of the name, a local authority or a region.")
        found = _by_name(register, among)
    elif form.parse(keyword)[0] in (form.NAME, form.JUNK, form.LOST):
        from .store.school_search import search

        found = search(register, str(keyword), among)
    else:
        key = register.find(keyword)
        if isinstance(key, Fault):
            raise key
        found = [key] if isinstance(key, str) and (among is None or key in among) else []
    if not found:
        where = " there" if among is not None else " in the installed tables"
        sample = " Only sample schools are installed." if register.sample_only else ""
        like = "" if is_blank(keyword) else f" like '{str(keyword).strip()[:40]}'"
        raise refuse(f"No school{like}{where}: try fewer words or another spelling.{sample}", NA)
    return found


def _in_area(register: store.Register, area: Any, columns: tuple[str, ...], what: str) -> set[str]:
    """The schools of a local authority or region: named in full, by code, or by the beginning of its name."""
    text = str(int(area)) if isinstance(area, float) and area == int(area) else str(area).strip()
    wanted = form.folded(text)
    known, names = _areas(register, columns)
    if wanted and wanted in known:
        return known[wanted]
    near = [name for name in known if wanted and f" {name} ".startswith(f" {wanted} ")]
    if len(near) == 1:
        return known[near[0]]
    if not known:
        raise refuse(f"No installed table of schools says in which {what} they are: see 'wpxl data guide'.", REF)
    from difflib import get_close_matches

    close = near or get_close_matches(wanted, known, n=3, cutoff=0.6)
    shown = [names[c] for c in close[:3]]
    hint = f" Did you mean {' or '.join(shown)}?" if shown else ""
    raise refuse(f"No school is in a {what} called '{text[:40]}'.{hint}")


def _areas(register: store.Register, columns: tuple[str, ...]) -> tuple[dict[str, set[str]], dict[str, str]]:
    """The schools of each area, and its name as it is written, both by its folded name."""
    made: tuple[dict[str, set[str]], dict[str, str]] | None = register.tables.cache.get(("areas of schools", columns))
    if made is None:
        by_name: dict[str, set[str]] = {}
        keys = register.keys()
        for column in columns:
            for key, value in zip(keys, register.values(keys, column), strict=True):
                if value is not None:
                    by_name.setdefault(str(value), set()).add(key)
        made = {}, {}
        for name, schools in by_name.items():
            folded = form.folded(name)
            made[0].setdefault(folded, set()).update(schools)
            made[1].setdefault(folded, name)
        register.tables.cache["areas of schools", columns] = made
    return made


def _by_name(register: store.Register, among: set[str]) -> list[str]:
    keys = sorted(among)
    names, closed = register.values(keys, "school_name"), register.closed(keys)
    order = sorted(range(len(keys)), key=lambda i: (closed[i], str(names[i] or "~").casefold(), keys[i]))
    return [keys[i] for i in order]
