"""Decide: who is a target learner, and which schools have priority."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..domain.blank import is_blank
from ..domain.headers import says_postcode
from ..door import call
from ..errors import Fault, refuse
from ..targeting.learners import COLUMNS
from . import lists, writing
from .action import DECIDE, Action, Ask, Book, GivenUp, Said, answered
from .lists import Listing
from .look_up import distinct_why

MEANT = dict(
    zip(
        COLUMNS,
        (
            "Postcode",
            "FSM",
            "16-19 bursary",
            "parental HE",
            "NS-SEC or occupation",
            "disabled",
            "in care",
            "estranged",
            "carer",
        ),
        strict=True,
    )
)


def _model(ask: Ask, about: str, first: str) -> str:
    """The id of a model about learners or schools; asked only where there are several."""
    rows = [row for row in call("WP_MODELS")[1:] if row[2] == about]
    rows.sort(key=lambda row: row[0] != first)
    if len(rows) == 1:
        return str(rows[0][0])
    chosen = answered(ask.choose("By which model? (WP_MODELS describes them.)", [str(row[0]) for row in rows]))
    return str(rows[chosen][0])


def learner_columns(book: Book, listing: Listing, ask: Ask) -> dict[str, int]:
    """WP_TARGET's arguments → the columns of the list that answer them."""
    found: dict[str, list[int]] = {}
    for at, heading in enumerate(listing.headings, listing.columns.start):
        name = lists.field(heading) if heading else None
        if name and name != "postcodes":
            found.setdefault(name, []).append(at)
    named = {"postcodes": lists.postcode_column(book, listing, ask)}
    for name, places in found.items():
        chosen = 0
        if len(places) > 1:
            answer = answered(ask.choose(f"Which column says '{MEANT[name]}'?", [listing.named(at) for at in places]))
            chosen = answer
        named[name] = places[chosen]
    return {name: named[name] for name in COLUMNS if name in named}


def _target(book: Book, ask: Ask) -> Said:
    listing = lists.find(book, lambda text: lists.field(text) is not None)
    named = learner_columns(book, listing, ask)
    model = _model(ask, "learner", "aimhigher-2011-learner")
    read = "; ".join(f"{MEANT[name]} from {listing.named(at)}" for name, at in named.items())
    missing = ", ".join(MEANT[name] for name in COLUMNS if name not in named)
    question = f"wpxl reads: {read}. {f'Not in the list, so not known: {missing}. ' if missing else ''}"
    placed = writing.place(listing, 3)
    count = len(listing.rows)
    if not ask.yes(f"{question}Write decision, route and reason for {count:,} rows into {placed.named}?"):
        raise GivenUp
    ask.progress(f"wpxl: deciding {count:,} rows")
    # The headings go along, because that of the parents' column says which way round its answers are.
    columns = [[named_heading(listing, name, at), *listing.column(at)] if at else None for name, at in _all(named)]
    grids = [None if column is None else [[cell] for cell in column] for column in columns]
    answers = call("WP_TARGET", *grids, f"{model}; show route")[1:]
    if len(answers) != count:
        whole = call("WP_TARGET", *grids, f"{model}; show route")[0][0]
        raise whole if isinstance(whole, Fault) else refuse("The learners could not be decided.")
    rows = [*_split(answers)]
    reasons = _reasons(columns, count, model)
    out = [(*pair, reason) for pair, reason in zip(rows, reasons, strict=True)]
    headings = ["Target learner", "Route", f"Reason ({model})"]
    writing.columns(listing, placed, headings, out, [14, 30, 70], ask)
    counts = Counter("not settled" if isinstance(d, Fault) else d for d, _ in rows if d is not None)
    told = ", ".join(f"{said} {n:,}" for said, n in counts.most_common())
    return Said(f"{count:,} rows: {told}. In {placed.named} of {listing.where}.{placed.remark}{listing.remark}", count)


def _all(named: dict[str, int]) -> list[tuple[str, int]]:
    return [(name, named.get(name, 0)) for name in COLUMNS]


def named_heading(listing: Listing, name: str, at: int) -> str:
    """A heading as WP_TARGET takes it: that of the first column must say that it is one."""
    heading = listing.heading(at)
    return heading if name != "postcodes" or says_postcode(heading) else "Postcode"


def _split(answers: list[tuple[Any, ...]]) -> list[tuple[Any, Any]]:
    out: list[tuple[Any, Any]] = []
    for (answer,) in answers:
        if isinstance(answer, str):
            decision, _, route = answer.partition(": ")
            out.append((decision, route or None))
        else:
            out.append((answer, None))
    return out


def _reasons(columns: list[list[Any] | None], count: int, model: str) -> list[str | None]:
    """The sentence for each learner. Equal rows have one; the row of headings goes first, as WP_WHY wants it."""
    rows = [[None if column is None else column[at] for column in columns] for at in range(count + 1)]
    known = [i for i, column in enumerate(columns) if column is not None]
    said = distinct_why("WP_TARGET", rows, model)
    return [None if all(is_blank(row[i]) for i in known) else one for row, one in zip(rows[1:], said[1:], strict=True)]


def _priorities(book: Book, ask: Ask) -> Said:
    listing = lists.find(book, lists.names_schools)
    found = [at for at, h in enumerate(listing.headings, listing.columns.start) if lists.names_schools(h)]
    found.sort(key=lambda at: "urn" not in listing.heading(at).casefold())
    if found and "urn" in listing.heading(found[0]).casefold():
        del found[1:]  # a URN says more than the name beside it
    at = lists.pick(book, listing, found, ask, "schools (URNs, names or HEAT IDs)")
    model = _model(ask, "school", "aimhigher-2011-school")
    column = [[cell] for cell in listing.column(at)]
    answers = [row[0] for row in call("WP_PRIORITY", column, model)]
    reasons = distinct_why("WP_PRIORITY", column, model)
    placed = writing.place(listing, 2)
    rows = [(a, None if is_blank(cell) else why) for a, why, (cell,) in zip(answers, reasons, column, strict=True)]
    writing.columns(listing, placed, ["Priority", f"Reason ({model})"], rows, [11, 70], ask)
    counts = Counter("not settled" if isinstance(a, Fault) else a for a in answers if a is not None)
    told = ", ".join(f"{said} {n:,}" for said, n in counts.most_common())
    text = f"{len(column):,} rows of {listing.named(at)}: {told}. In {placed.named} of {listing.where}."
    return Said(text + placed.remark + listing.remark, len(column))


ACTIONS = (
    Action(
        "target_learners",
        "Target learners",
        "Decide who is a target learner",
        "Finds the columns of your list by their headings (postcode, FSM, bursary, parental HE or first generation, NS-SEC or "
        "occupation, disabled, in care, estranged, carer), shows what it understood, and adds decision, route and reason.",
        "AcceptInvitation",
        DECIDE,
        _target,
    ),
    Action(
        "school_priorities",
        "School priorities",
        "Add the priority of each school, with the reason",
        "Select a cell of a list of schools (URNs, names or HEAT IDs). High, Medium or Low goes to the right of it, with the "
        "figures behind it.",
        "HighImportance",
        DECIDE,
        _priorities,
    ),
)
