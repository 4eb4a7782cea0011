"""What the measure of a target means: a criterion of the learner model, a measure with a rule, an answer, or a priority of schools.

People write these as they like: "TUNDRA quintile 1", "POLAR4 Q1-2", "% of students from IMD 40 %", "care leavers", "High-priority
schools". What cannot be matched is said, never guessed.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from .. import fields
from ..domain.answers import YES
from ..domain.names import simple
from ..errors import Fault, refuse
from ..models import Model
from ..records import Records
from ..targeting import shares
from . import criteria, profiles

_FILLERS = re.compile(
    r"\b(?:per ?cent|percentage|proportion|share|number|of|the|our|all|learners?|students?|pupils?|participants?|entrants?|young "
    r"people|people|from|in|with|who|are|is|live|living|areas?|postcodes?|have|by|neighbourhoods?)\b|^ *%",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"\btarget (?:learner|student|pupil|participant|criteria|group)|\bcriteria of the model\b|^target$", re.IGNORECASE
)
_RULED = re.compile(
    r"(.*?)[\s,:(]*((?:\bq|\bd|\bquintiles?|\bdeciles?) ?\d\d?(?: ?(?:-|–|to|and|&|,|\+) ?(?:q|d)?\d\d?)?"
    r"|\b(?:most deprived )?\d\d? ?%.*|[1-8] ?[-–] ?[1-8]|[<>≤≥]=? ?[\d,]+ ?%?)\)?",
    re.IGNORECASE,
).fullmatch
_OUTCOME = re.compile(
    r"\b(?:gap|attainment|attain|grades?|progress\w*|continu\w+|complet\w+|retention|offers?|appl\w+|enrol\w*|awards?|satisf\w+)\b",
    re.IGNORECASE,
)
_UNITS = {"q": " quintile", "d": " decile"}  # what a rule says of its measure

ON_TRACK, BELOW, NO_DATA, NO_TARGET, NOT_JUDGED = "On track", "Below", "No data", "No target for the year", "Not judged"


class Aim(NamedTuple):
    """Neither states nor a band: it was not understood."""

    words: str  # how it was understood, or why it was not
    states: Any = None  # of each learner, whether the target is about this one
    band: str = ""  # the priority of the schools that it is about


class Target(NamedTuple):
    name: str
    measure: str
    aim: Aim
    set: dict[int, float]  # year → percent
    typed: dict[int, tuple[float, float]]  # year → part and base, as the person has them
    found: dict[int, tuple[int, int]]  # year → meeting it and known, by the records

    def reached(self, year: int) -> tuple[float, float, str]:
        """Those meeting it, those known, and how this is said: by the records where these hold anything."""
        if self.found.get(year, (0, 0))[1]:
            return *self.found[year], ""
        return *self.typed.get(year, (0, 0)), " (as typed)"

    def status(self, year: int) -> str:
        part, base, said = self.reached(year)
        if not base:
            return NO_DATA
        if self.aim.states is None and not self.aim.band:
            return NOT_JUDGED  # nobody but the person knows whether more is better, as it is not for a gap
        if year not in self.set:
            return NO_TARGET
        return (ON_TRACK if 100 * part / base >= self.set[year] else BELOW) + said


def understood(measure: str, records: Records, model: Model, answers: tuple[str, ...]) -> Aim:
    """What a measure means. model: the learner model; answers: the priorities of the school model.

    Raises a Fault where it means nothing that the records could tell.
    """
    text = " ".join(str(measure).replace("’", "'").split())
    if outcome := _OUTCOME.search(text):
        raise refuse(f"'{text[:60]}' speaks of an outcome ({outcome[0]}), which records of outreach do not hold.")
    for said in (text, " ".join(_FILLERS.sub(" ", text).split())):
        found = (
            _priority(said, answers)
            or _criterion(said, records, model)
            or _ruled(said, records)
            or _answer(said, records)
        )
        if found is not None:
            return found
    raise refuse(f"'{text[:60]}' names no measure, criterion or priority that wpxl knows.")


def _priority(text: str, answers: tuple[str, ...]) -> Aim | None:
    bare = text.casefold().replace("-", " ")
    if "priority" not in bare:
        return None
    band = next((answer for answer in answers if re.search(rf"\b{re.escape(answer.casefold())}\b", bare)), None)
    return Aim(f"attending from schools of {band} priority", band=band) if band else None


def _criterion(text: str, records: Records, model: Model) -> Aim | None:
    """A criterion of the learner model by its name, by the heading of its column, or by the rule that it stands for."""
    column = None
    if _TARGET.search(text):
        column, words = criteria.TARGET, f"target learners by {model.id}"
    ruled = _RULED(text)
    name, rule = (ruled[1], ruled[2]) if ruled else (text, "")
    field = next(iter(fields.match("learners", [name])), "") if name else ""
    for c in model.criteria:
        plain = {simple(c.id), simple(c.short), simple(c.label)}
        whole = simple(text) in plain or (not rule and c.answer and field in (c.answer, *_SAME.get(c.answer, ())))
        same = simple(name) in plain and simple(rule) in _STANDS_FOR.get(c.id, ())
        classes = c.classes and field == "nssec" and simple(rule) in ("", "{}{}".format(*c.classes))
        if column is None and (whole or same or classes):
            column, words = c.id, c.label
    return None if column is None else Aim(words, profiles.learner_states(records, model)[column].to_numpy())


_SAME = {"parental_he": ("first_generation",)}  # columns that answer the same question the other way round
_STANDS_FOR = {"imd": ("40", "40mostdeprived", "mostdeprived40")}


def _ruled(text: str, records: Records) -> Aim | None:
    """A measure of areas or the NS-SEC, with or without a rule."""
    ruled = _RULED(text)
    name, rule = (ruled[1].strip(), re.sub(r" ?[&,+] ?", " and ", ruled[2])) if ruled else (text, "")
    unit = next((_UNITS[letter] for letter in _UNITS if rule.casefold().startswith(letter)), "")
    for measure in (f"{name}{unit}", f"{name} rank", f"{name} quintile", name):
        try:
            group = shares.group(measure, rule)
        except Fault:
            continue
        if not group.measure and group.field != "nssec":
            return None  # an answer: its column may ask the question either way
        return Aim(group.words, profiles.states_of(records, group))
    return None


def _answer(text: str, records: Records) -> Aim | None:
    """A column of answers of yes and no that the model does not ask for."""
    id_ = next(iter(fields.match("learners", [text])), "")
    field = fields.of("learners").get(id_)
    if field is None or field.kind != "answer" or id_ not in records.learners:
        return None
    group = shares.Group(f"{field.label}: yes", "", id_, YES, YES)
    return Aim(group.words, profiles.states_of(records, group))
