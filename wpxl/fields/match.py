"""From headings to fields.

A heading is folded to its telling words. Then a field is sought whose words are the same, or one of whose phrases stands inside; a
slip of the keys is the last resort. What the cells hold settles what the heading leaves open.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..domain import answers, years
from ..domain.blank import is_blank
from ..domain.headers import is_postcode
from ..domain.names import simple
from .registry import Field, Stamp, own_words, registry, stamp, tables
from .words import never, shipped, tokens

OWN, LABEL, WORD, INSIDE, NEAR = 5.0, 4.0, 3.0, 2.0, 1.0  # how sure a heading is; content adds or takes away a quarter
SETTLED, SURE = 4.5, 2.5  # the user's own words; and any that are a field's words from end to end
LOOKED_AT = 40  # filled cells of a column that are judged
FITS, MISFIT = 0.5, 0.1  # share of them that are of a field's kind
NEAR_ENOUGH, LONG_ENOUGH = 0.85, 6  # of letters alike, in headings of so many

_NUMBER = re.compile(r"[£<>~]?\s*-?[\d,]+(?:\.\d+)?\s*%?").match


class Found(NamedTuple):
    """The column that was taken for a field, counted from 0, and how sure its heading is."""

    at: int
    how: float


class _Vocabulary(NamedTuple):
    """The fields that a kind of table may have, and what their folded words lead to."""

    fields: dict[str, Field]
    exact: dict[str, dict[str, float]]  # letters of a folded heading → field id → how
    spelt: dict[str, str]  # letters of a heading as it is written → letters of it folded
    inside: list[tuple[str, str, frozenset[str]]]  # a phrase, its field, the words that rule it out


@functools.lru_cache(32)
def _vocabulary(about: str, at: Stamp) -> _Vocabulary:
    own, fields = own_words(at), registry()[about]
    for lender in tables()[about].get("borrows", ()):
        fields = fields | {id_: f._replace(here=()) for id_, f in registry()[lender].items() if id_ not in fields}
    exact: dict[str, dict[str, float]] = {}
    spelt, inside = {}, []
    for id_, field in fields.items():
        mine = own.get(field.about, {}).get(id_, {}).get("words", ())
        for how, words in ((OWN, mine), (LABEL, (field.label,)), (WORD, (*field.here, *field.words))):
            for word in words:
                letters = spelt[simple(word)] = "".join(tokens(word))
                exact.setdefault(letters, {}).setdefault(id_, how)
        for phrase in field.inside:
            told = tokens(phrase)
            ruled_out = never() | {token for word in field.never for token in tokens(word)}
            inside.append((f" {' '.join(told)} ", id_, ruled_out - set(told)))
    return _Vocabulary(fields, exact, spelt, sorted(inside, key=lambda entry: -len(entry[0])))


# ------------------------------------------------------------------------------------------------- headings to fields


def match(about: str, headings: Sequence[str], columns: Sequence[Sequence[Any]] | None = None) -> dict[str, Found]:
    """The fields of a kind of table that some headings name: one heading a field, one field a heading, the surest first.

    columns: cells under each heading, the first few at least. Shape: (headings,).
    """
    words = _vocabulary(about, stamp())
    edges: list[list[tuple[float, str]]] = []
    for at, heading in enumerate(headings):
        options = _options(words, heading)
        sample = _sample(columns[at]) if columns is not None and options else []
        edges.append(_by_content(words, options, sample))
    return _assign(edges, list(words.fields))


def known(heading: str) -> bool:
    """Whether a heading names a field of any kind of table."""
    now = stamp()
    return any(_told(_vocabulary(about, now), heading) for about in tables())


def names(about: str, name: str) -> bool:
    """Whether a name of a sheet or Table says what kind of table it is."""
    facts = tables()[about]
    return "".join(tokens(name)) in {"".join(tokens(word)) for word in (facts["label"], *facts["words"])}


def left_alone(sheet: str) -> bool:
    """Whether a sheet's name says that it holds no records: a summary, a list of choices, guidance."""
    return " ".join(tokens(sheet)) in {" ".join(tokens(word)) for word in shipped()["left_alone"]["words"]}


def names_register(name: str) -> bool:
    """Whether a name of a sheet or Table says that its columns are marks of who came."""
    return " ".join(tokens(name)) in {" ".join(tokens(word)) for word in shipped()["register"]["words"]}


def says_session(heading: str, register: bool) -> bool:
    """Whether a heading speaks of something that one can attend: Week 3, Campus visit; in a register, whether it may."""
    told = tokens(heading)
    if register and never().isdisjoint(told):
        return True
    return any(f" {' '.join(tokens(word))} " in f" {' '.join(told)} " for word in shipped()["register"]["inside"])


def _options(words: _Vocabulary, heading: str) -> dict[str, float]:
    """The fields that a heading may name, each with how sure it is."""
    return _told(words, heading) or _nearly(words, heading)


def _told(words: _Vocabulary, heading: str) -> dict[str, float]:
    told = tokens(heading)
    if found := words.exact.get("".join(told)):
        return found
    padded = f" {' '.join(told)} "
    for phrase, field, ruled_out in words.inside:
        if phrase in padded and ruled_out.isdisjoint(told):
            return {field: INSIDE}
    return {}


def _nearly(words: _Vocabulary, heading: str) -> dict[str, float]:
    letters = simple(heading)
    if len(letters) < LONG_ENOUGH or not never().isdisjoint(tokens(heading)):
        return {}
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    near = process.extractOne(letters, list(words.spelt), scorer=OSA.normalized_similarity, score_cutoff=NEAR_ENOUGH)
    return dict.fromkeys(words.exact[words.spelt[near[0]]], NEAR) if near and near[0][0] == letters[0] else {}


def _sample(cells: Sequence[Any]) -> list[Any]:
    out: list[Any] = []
    for cell in cells:
        if not is_blank(cell):
            out.append(cell)
            if len(out) == LOOKED_AT:
                break
    return out


def _by_content(words: _Vocabulary, options: dict[str, float], sample: list[Any]) -> list[tuple[float, str]]:
    """The options in the light of what the cells hold, the best first."""
    shares = {id_: fit(words.fields[id_], sample) for id_ in options} if sample else {}
    suits = any(share is not None and share >= FITS for share in shares.values())
    out = []
    for order, (id_, how) in enumerate(options.items()):
        share = shares.get(id_)
        if share is not None and share < MISFIT and how < OWN and (suits or how <= INSIDE):
            continue
        out.append((how + (0.0 if share is None else (share - FITS) / 2) - order / 100, id_))
    return sorted(out, reverse=True)


def fit(field: Field, cells: list[Any]) -> float | None:
    """The share of filled cells that are of a field's kind; None where the kind says nothing of its cells."""
    test = {
        "postcode": is_postcode,
        "date": lambda cell: years.born(cell) is not None,
        "year_group": lambda cell: years.year_group(cell) is not None,
        "academic_year": lambda cell: years.academic_year(cell) is not None,
        "answer": lambda cell: isinstance(answers.read(field.id, cell), int),
        "number": _is_number,
        "percent": _is_number,
        "id": lambda cell: any(c.isdigit() for c in str(cell)),
        "name": lambda cell: isinstance(cell, str) and not any(c.isdigit() for c in cell),
    }.get(field.kind)
    return sum(map(test, cells)) / len(cells) if test and cells else None


def _is_number(cell: Any) -> bool:
    if isinstance(cell, (int, float)):
        return not isinstance(cell, bool)
    return isinstance(cell, str) and bool(_NUMBER(cell.strip()))


def _assign(edges: list[list[tuple[float, str]]], order: list[str]) -> dict[str, Found]:
    """Each heading the best field that is free; one that is sure may make another as sure as itself step aside to its second."""
    taken: dict[str, Found] = {}

    def settle(at: int, seen: set[str]) -> bool:
        for how, id_ in edges[at]:
            if how < SURE or id_ in seen:
                continue
            seen.add(id_)
            if id_ not in taken or (taken[id_].how < SETTLED and settle(taken[id_].at, seen)):
                taken[id_] = Found(at, how)
                return True
        return False

    ranked = sorted((i for i, options in enumerate(edges) if options), key=lambda i: (-edges[i][0][0], i))
    for at in ranked:
        settle(at, set())
    placed = {found.at for found in taken.values()}
    for at in ranked:
        free = next(((how, id_) for how, id_ in edges[at] if id_ not in taken), None)
        if at not in placed and free:
            taken[free[1]] = Found(at, free[0])
    return {id_: taken[id_] for id_ in order if id_ in taken}
