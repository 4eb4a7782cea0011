"""From a model file to a model: every key judged, and a fault that names file, key and reason where one is not right."""

from __future__ import annotations

import datetime
from typing import Any

from ..domain.logic import compiled
from ..errors import Fault, refuse
from .model import Criterion, Model, Outcome

ABOUT = ("learner", "school", "area")
_TOP = {"title", "about", "otherwise", "areas", "schools", "says", "version"}
_VERSION = {"from", "source", "note", "outcome", "criterion", "left_out", "option", "reported", "calibrated"}
_CRITERION = {
    "id", "basket", "label", "short", "contrary", "means", "measure", "unlike", "at_least",
    "at_most", "low_below", "out_of", "answer", "met", "classes", "from_year", "not_applicable",
    "weight", "unit", "vintage", "source",
}  # fmt: skip
_OUTCOME = {"answer", "route", "when", "high_priority", "note"}
_OPTION = {
    "with_routes",
    "without_routes",
    "without_criteria",
    "weights",
    "at_least",
    "at_most",
    "classes",
    "note",
    "source",
}


def dates(name: str, parsed: dict[str, Any]) -> list[str]:
    """The dates of a model's versions, oldest first."""
    versions = parsed.get("version")
    if not isinstance(versions, list) or not versions:
        raise _bad(name, "version", "a model needs at least one [[version]]")
    return sorted(str(_date(name, version)) for version in versions)


def model(
    name: str, model_id: str, parsed: dict[str, Any], version: str, options: tuple[str, ...], edition: str
) -> Model:
    """A version of a model with options. `name` is the file's, for messages. Raises a Fault for anything not right."""
    _known(name, "", parsed, _TOP)
    about = _text(name, "about", parsed.get("about"))
    if about not in ABOUT:
        raise _bad(name, "about", f"it is '{about}', and has to be learner, school or area")
    facts = next(v for v in parsed["version"] if str(_date(name, v)) == version)
    _known(name, f"version {version}, ", facts, _VERSION)
    chosen = _options(name, facts, options)
    left = {c for o in chosen for c in o.get("without_criteria", ())}
    criteria = tuple(
        _criterion(name, _changed(c, chosen)) for c in _list(name, facts, "criterion") if c.get("id") not in left
    )
    if len({c.id for c in criteria}) < len(criteria):
        raise _bad(name, "criterion", "two criteria have the same id")
    made = Model(
        id=model_id,
        title=_text(name, "title", parsed.get("title")),
        about=about,
        version=version,
        otherwise=_text(name, "otherwise", parsed.get("otherwise")),
        says=str(parsed.get("says", "")),
        twin=str(parsed.get("areas", parsed.get("schools", ""))),
        source=_source(name, facts),
        note=str(facts.get("note", "")),
        criteria=criteria,
        outcomes=(),
        left_out=tuple(facts.get("left_out", ())),
        reported=tuple(r["measure"] for r in facts.get("reported", ())),
        options=facts.get("option", {}),
        chosen=options,
        edition=edition,
    )
    routes = {r for o in chosen for r in o.get("without_routes", ())}
    offered = [*(r for o in chosen for r in o.get("with_routes", ())), *_list(name, facts, "outcome")]
    made.outcomes = tuple(_outcome(name, o, made) for o in offered if o.get("route", "") not in routes)
    return made


def _bad(name: str, key: str, reason: str) -> Fault:
    return refuse(f"The model file {name} cannot be used: at '{key}', {reason}.")


def _known(name: str, where: str, facts: dict[str, Any], allowed: set[str]) -> None:
    for key in facts:
        if key not in allowed:
            raise _bad(name, f"{where}{key}", f"this key is not known; there may be {', '.join(sorted(allowed))}")


def _text(name: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _bad(name, key, "a text is needed")
    return value


def _date(name: str, version: Any) -> datetime.date:
    date = version.get("from") if isinstance(version, dict) else None
    if isinstance(date, str):  # a model that came from a sheet, or through a copy in JSON
        try:
            date = datetime.date.fromisoformat(date)
        except ValueError:
            date = None
    if not isinstance(date, datetime.date):
        raise _bad(name, "from", "each version needs a date such as 2011-09-01")
    return date


def _list(name: str, facts: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = facts.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
        raise _bad(name, key, f"at least one [[version.{key}]] is needed")
    return value


def _source(name: str, facts: dict[str, Any]) -> dict[str, str]:
    source = facts.get("source")
    if not isinstance(source, dict) or not source.get("document"):
        raise _bad(name, "source", "each version says where it comes from: source = { document = …, section = … }")
    return {k: str(v) for k, v in source.items()}


def _options(name: str, facts: dict[str, Any], wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    offered = facts.get("option", {})
    for title, option in offered.items():
        _known(name, f"option {title}, ", option, _OPTION)
    return [offered[title] for title in wanted]


def _changed(facts: dict[str, Any], chosen: list[dict[str, Any]]) -> dict[str, Any]:
    """A criterion as the options leave it."""
    facts = dict(facts)
    for option in chosen:
        for key, where in (("weights", "weight"), ("at_least",) * 2, ("at_most",) * 2, ("classes",) * 2):
            if facts.get("id") in option.get(key, {}):
                facts[where] = option[key][facts["id"]]
    return facts


def _criterion(name: str, facts: dict[str, Any]) -> Criterion:
    where = f"criterion {facts.get('id', '?')}"
    _known(name, f"{where}, ", facts, _CRITERION)
    for key in ("id", "basket", "label"):
        _text(name, f"{where}, {key}", facts.get(key))
    for key in ("source", "unit"):
        if not facts.get(key):
            raise _bad(name, f"{where}, {key}", f"each criterion states its {key}")
    kinds = [key for key in ("measure", "answer", "classes") if facts.get(key)]
    if len(kinds) != 1:
        raise _bad(name, where, "it needs one of measure, answer or classes")
    limits = [key for key in ("at_least", "at_most") if facts.get(key) is not None]
    if kinds == ["measure"] and len(limits) != 1:
        raise _bad(name, where, "a measure needs a limit: at_least or at_most")
    for key in (*limits, "low_below", "weight", "out_of"):
        value = facts.get(key)
        given = list(value.values()) if isinstance(value, dict) else [value] if value is not None else []
        if not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in given):
            raise _bad(name, f"{where}, {key}", f"'{value}' is no number")
    met = facts.get("met", "yes")
    if met not in ("yes", "no"):
        raise _bad(name, f"{where}, met", f"it is '{met}', and has to be yes or no")
    measure = facts.get("measure", ())
    return Criterion(
        id=facts["id"],
        basket=facts["basket"],
        label=facts["label"],
        short=facts.get("short", facts["label"]),
        contrary=facts.get("contrary", ""),
        means=facts.get("means", ""),
        measures=(measure,) if isinstance(measure, str) else tuple(measure),
        unlike=facts.get("unlike", {}),
        at_least=facts.get("at_least"),
        at_most=facts.get("at_most"),
        low_below=facts.get("low_below"),
        out_of=facts.get("out_of"),
        answer=facts.get("answer", ""),
        met=met,
        classes=_classes(name, where, facts.get("classes")),
        from_year=facts.get("from_year", 0),
        not_applicable=facts.get("not_applicable", {}),
        weight=facts.get("weight", 0),
        unit=facts["unit"],
        vintage=str(facts.get("vintage", "")),
        source=facts["source"],
    )


def _classes(name: str, where: str, text: Any) -> tuple[int, int] | None:
    if text is None:
        return None
    low, _, high = str(text).replace("–", "-").partition("-")
    if not (low.strip().isdigit() and high.strip().isdigit() and 1 <= int(low) <= int(high) <= 8):
        raise _bad(name, f"{where}, classes", f"'{text}' is no range of NS-SEC classes such as 4-8")
    return int(low), int(high)


def _outcome(name: str, facts: dict[str, Any], made: Model) -> Outcome:
    _known(name, "outcome, ", facts, _OUTCOME)
    answer, text = (_text(name, f"outcome, {key}", facts.get(key)) for key in ("answer", "when"))
    try:
        rule = compiled(text, [c.id for c in made.criteria], made.baskets(), made.weights)
    except ValueError as error:
        raise _bad(name, f"when = {text}", str(error)) from error
    return Outcome(answer, facts.get("route", ""), rule, text, bool(facts.get("high_priority")), facts.get("note", ""))
