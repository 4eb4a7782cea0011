"""Whether a model file can be used as a whole: every version, with every option, and every measure that it names.

A user's own model may name measures as people write them ("School FSM %"); here they become ids.
"""

from __future__ import annotations

from typing import Any

from ..errors import Fault
from ..measures import registry
from . import read
from .model import Criterion, Model

_OF_SCHOOLS = ("school", "urn", "heat_id")  # geographies of measures that belong to schools


def whole(name: str, model_id: str, parsed: dict[str, Any], edition: str) -> tuple[str, ...]:
    """The dates of the versions. Raises a Fault that names file, key and reason for the first thing that is not right."""
    versions = tuple(read.dates(name, parsed))
    for version in reversed(versions):  # the newest is the one that most people use
        measures_of(name, read.model(name, model_id, parsed, version, (), edition))
        facts = read.dated(name, parsed, version)
        for option in facts.get("option", {}):
            read.model(name, model_id, parsed, version, (option,), edition)
            _option(name, facts, option)
    return versions


def _option(name: str, facts: dict[str, Any], title: str) -> None:
    """An option changes criteria and routes that are there."""
    ids = {criterion["id"] for criterion in facts["criterion"]}
    routes = {outcome.get("route", "") for outcome in facts["outcome"]}
    for key, there in (*((key, ids) for key in read.OF_CRITERIA), ("without_routes", routes)):
        for wanted in facts["option"][title].get(key, ()):
            if wanted not in there:
                said = ", ".join(sorted(filter(None, there))) or "none"
                raise read.bad(
                    name, f"option {title}, {key}", f"'{wanted}' is not there to be changed; there is {said}"
                )


def measures_of(name: str, made: Model) -> None:
    """Put ids in place of the names of measures. Raises a Fault where one is unknown, or is not about the model's kind."""
    made.criteria = tuple(_criterion(name, made, criterion) for criterion in made.criteria)
    made.left_out = tuple(
        {**rule, "measure": _id(name, "left_out, measure", rule["measure"], True)} for rule in made.left_out
    )
    made.reported = tuple(_id(name, "reported, measure", m, made.about == "school") for m in made.reported)


def _criterion(name: str, made: Model, criterion: Criterion) -> Criterion:
    where, school = f"criterion {criterion.id}", made.about == "school"
    if made.about != "learner" and not criterion.measures:
        raise read.bad(
            name, where, f"a model about {made.about}s goes by measures, not by answers or classes of learners"
        )
    measures = tuple(_id(name, f"{where}, measure", m, school) for m in criterion.measures)
    limit = criterion.at_most if criterion.at_least is None else criterion.at_least
    if isinstance(limit, dict):
        vintages = [registry().measures[m].vintage for m in measures]
        lacking = next((v for v in vintages if v not in limit), None)
        if school or lacking is not None:
            reason = (
                "a model about schools takes one number"
                if school
                else f"no limit is given for {lacking or 'no vintage'}"
            )
            raise read.bad(name, f"{where}, limit", reason)
    rule = criterion.not_applicable
    if rule:
        rule = {**rule, "measure": _id(name, f"{where}, not_applicable", rule["measure"], True)}
    unlike = {_id(name, f"{where}, unlike", m, school): said for m, said in criterion.unlike.items()}
    return criterion._replace(measures=measures, not_applicable=rule, unlike=unlike)


def _id(name: str, where: str, measure: str, school: bool) -> str:
    """The id of a measure. In a model about schools 'FSM %' is the school's own."""
    book = registry()
    problem = ""
    for spelling in (measure, f"School {measure}") if school else (measure,):
        try:
            found = book.find(spelling)
        except Fault as fault:
            problem = problem or fault.sentence
            continue
        if (found.geography in _OF_SCHOOLS) is school:
            return found.id
        wanted = "schools" if school else "postcodes"
        problem = f"'{measure[:60]}' is no measure of {wanted}. =WP_MEASURES() lists them all."
    raise read.bad(name, where, problem[:1].lower() + problem[1:].rstrip("."))
