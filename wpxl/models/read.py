"""From a model file to a model: every key judged, and a fault that names file, key and reason where one is not right."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path
from typing import Any

from ..domain.logic import compiled
from ..errors import Fault, refuse
from .model import Criterion, Model, Outcome

ABOUT = ("learner", "school", "area")
# What may stand under each key. A kind is named as a message names it.
_TEXT, _NUMBER, _FLAG = "a text", "a number", "true or false"
_TEXTS, _LIST, _LIMIT = "a text or a list of texts", "a list of texts", "a number, or one for each vintage"
_SAID, _TABLES, _OPTIONS = "a table of texts", "at least one table", "tables with names"
_ANY = "something"
_TOP = {**dict.fromkeys(("title", "about", "otherwise", "areas", "schools", "says"), _TEXT), "version": _TABLES}
_VERSION = {
    "from": _ANY, "source": _ANY, "note": _TEXT, "outcome": _TABLES, "criterion": _TABLES, "left_out": _TABLES,
    "option": _OPTIONS, "reported": _TABLES,
}  # fmt: skip
_CRITERION = {
    "id": _TEXT, "basket": _TEXT, "label": _TEXT, "short": _TEXT, "contrary": _TEXT, "means": _TEXT, "measure": _TEXTS,
    "unlike": _SAID, "at_least": _LIMIT, "at_most": _LIMIT, "low_below": _NUMBER, "out_of": _LIMIT, "answer": _TEXT,
    "met": _TEXT, "classes": _TEXT, "from_year": _NUMBER, "not_applicable": _ANY, "weight": _NUMBER, "unit": _TEXT,
    "vintage": _TEXT, "source": _TEXT,
}  # fmt: skip
_OUTCOME = {"answer": _TEXT, "route": _TEXT, "when": _TEXT, "high_priority": _FLAG, "note": _TEXT}
_OPTION = {
    "with_routes": _TABLES, "without_routes": _LIST, "without_criteria": _LIST, "weights": _OPTIONS, "at_least": _OPTIONS,
    "at_most": _OPTIONS, "classes": _OPTIONS, "note": _TEXT, "source": _TEXT,
}  # fmt: skip
OF_CRITERIA = ("weights", "at_least", "at_most", "classes", "without_criteria")  # of an option, by the ids of criteria
_LEFT_OUT = dict.fromkeys(("measure", "contains", "because"), _TEXT)
_REPORTED = {"measure": _TEXT}
ANSWERS = ("fsm", "bursary", "parental_he", "nssec", "disabled", "in_care", "estranged", "carer")  # columns of learners


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < float("inf")


def _fits(kind: str, value: Any) -> bool:
    if kind == _NUMBER:
        return _is_number(value)
    if kind == _LIMIT:
        return all(map(_is_number, value.values())) if isinstance(value, dict) and value else _is_number(value)
    if kind == _FLAG:
        return isinstance(value, bool)
    if kind in (_SAID, _OPTIONS):
        return isinstance(value, dict) and (kind == _OPTIONS or all(isinstance(v, str) for v in value.values()))
    if kind in (_TEXTS, _LIST, _TABLES) and isinstance(value, list):
        return bool(value) and all(isinstance(v, dict if kind == _TABLES else str) for v in value)
    return kind == _ANY or (kind in (_TEXT, _TEXTS) and isinstance(value, str))


def toml(path: Path) -> dict[str, Any]:
    """A user's own model file, as editors save it. Raises a Fault where it is no TOML."""
    import tomllib

    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise refuse(f"The model file {path.name} cannot be read: it is not UTF-8 text. Save it as UTF-8.") from None
    except ValueError as error:
        raise refuse(f"The model file {path.name} cannot be read: {str(error).rstrip('.')}.") from error
    except OSError as error:
        raise refuse(f"The model file {path.name} cannot be read: {error.strerror or 'the disk refused'}.") from error


def dates(name: str, parsed: dict[str, Any]) -> list[str]:
    """The dates of a model's versions, oldest first."""
    versions = parsed.get("version")
    if not isinstance(versions, list) or not versions:
        raise bad(name, "version", "a model needs at least one [[version]]")
    found = sorted(str(_date(name, version)) for version in versions)
    twice = next((date for date, other in itertools.pairwise(found) if date == other), "")
    if twice:
        raise bad(name, "from", f"two versions have the date {twice}")
    return found


def dated(name: str, parsed: dict[str, Any], version: str) -> dict[str, Any]:
    """The version of a date as it stands in the file."""
    facts: dict[str, Any] = next(v for v in parsed["version"] if str(_date(name, v)) == version)
    _known(name, f"version {version}, ", facts, _VERSION)
    return facts


def model(
    name: str, model_id: str, parsed: dict[str, Any], version: str, options: tuple[str, ...], edition: str
) -> Model:
    """A version of a model with options. `name` is the file's, for messages. Raises a Fault for anything not right."""
    _known(name, "", parsed, _TOP)
    about = _text(name, "about", parsed.get("about"))
    if about not in ABOUT:
        raise bad(name, "about", f"it is '{about}', and has to be learner, school or area")
    facts = dated(name, parsed, version)
    chosen = _options(name, facts, options)
    left = {c for o in chosen for c in o.get("without_criteria", ())}
    written = _list(name, facts, "criterion")
    for criterion in written:
        _text(name, "criterion, id", criterion.get("id"))
    criteria = tuple(_criterion(name, _changed(c, chosen)) for c in written if c["id"] not in left)
    if len({c.id for c in criteria}) < len(criteria):
        raise bad(name, "criterion", "two criteria have the same id")
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
        left_out=tuple(
            {**_whole(name, "left_out", rule, _LEFT_OUT), "contains": rule["contains"].casefold()}
            for rule in facts.get("left_out", ())
        ),
        reported=tuple(_whole(name, "reported", r, _REPORTED)["measure"] for r in facts.get("reported", ())),
        options=facts.get("option", {}),
        chosen=options,
        edition=edition,
    )
    routes = {r for o in chosen for r in o.get("without_routes", ())}
    offered = [*(r for o in chosen for r in o.get("with_routes", ())), *_list(name, facts, "outcome")]
    for outcome in offered:
        _known(name, "outcome, ", outcome, _OUTCOME)
    made.outcomes = tuple(_outcome(name, o, made) for o in offered if o.get("route", "") not in routes)
    return made


def bad(name: str, key: str, reason: str) -> Fault:
    return refuse(f"The model file {name} cannot be used: at '{key}', {reason}.")


def _known(name: str, where: str, facts: dict[str, Any], allowed: dict[str, str]) -> None:
    for key, value in facts.items():
        if key not in allowed:
            raise bad(name, f"{where}{key}", f"this key is not known; there may be {', '.join(sorted(allowed))}")
        kind = allowed[key]
        if not _fits(kind, value):
            shown = str(value)[:40]
            reason = f"'{shown}' is no number" if kind in (_NUMBER, _LIMIT) else f"{kind} is needed, and not '{shown}'"
            raise bad(name, f"{where}{key}", reason)


def _whole(name: str, where: str, facts: dict[str, Any], needed: dict[str, str]) -> dict[str, Any]:
    """Facts of which none may be missing."""
    _known(name, f"{where}, ", facts, needed)
    for key in needed:
        _text(name, f"{where}, {key}", facts.get(key))
    return facts


def _text(name: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise bad(name, key, "a text is needed")
    return value


def _date(name: str, version: Any) -> datetime.date:
    date = version.get("from") if isinstance(version, dict) else None
    if isinstance(date, datetime.datetime):
        return date.date()
    if isinstance(date, str):  # a model that came from a sheet, or through a copy in JSON
        try:
            date = datetime.date.fromisoformat(date)
        except ValueError:
            date = None
    if not isinstance(date, datetime.date):
        raise bad(name, "from", "each version needs a date such as 2011-09-01")
    return date


def _list(name: str, facts: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = facts.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
        raise bad(name, key, f"at least one [[version.{key}]] is needed")
    return value


def _source(name: str, facts: dict[str, Any]) -> dict[str, str]:
    source = facts.get("source")
    said = isinstance(source, dict) and source.keys() <= {"document", "section"} and _fits(_SAID, source)
    if isinstance(source, dict) and said and source.get("document", "").strip():
        return source
    raise bad(name, "source", "each version says where it comes from: source = { document = …, section = … }")


def _options(name: str, facts: dict[str, Any], wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    offered = facts.get("option", {})
    for title, option in offered.items():
        if not isinstance(option, dict):
            raise bad(name, f"option {title}", 'an option is a table of its own: [version.option."its words"]')
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
            raise bad(name, f"{where}, {key}", f"each criterion states its {key}")
    kinds = [key for key in ("measure", "answer", "classes") if facts.get(key)]
    if len(kinds) != 1:
        raise bad(name, where, "it needs one of measure, answer or classes")
    limits = [key for key in ("at_least", "at_most") if facts.get(key) is not None]
    if kinds == ["measure"] and len(limits) != 1:
        raise bad(name, where, "a measure needs a limit: at_least or at_most")
    if facts.get("answer", ANSWERS[0]) not in ANSWERS:
        raise bad(
            name, f"{where}, answer", f"it is '{facts['answer'][:40]}', and has to be one of {', '.join(ANSWERS)}"
        )
    met = facts.get("met", "yes")
    if met not in ("yes", "no"):
        raise bad(name, f"{where}, met", f"it is '{met}', and has to be yes or no")
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
        not_applicable=_not_applicable(name, where, facts.get("not_applicable")),
        weight=facts.get("weight", 0),
        unit=facts["unit"],
        vintage=str(facts.get("vintage", "")),
        source=facts["source"],
    )


def _not_applicable(name: str, where: str, facts: Any) -> dict[str, Any]:
    if facts is None:
        return {}
    words = facts.get("contains") if isinstance(facts, dict) else None
    words = [words] if isinstance(words, str) else words
    if (
        not isinstance(facts, dict)
        or not isinstance(facts.get("measure"), str)
        or not words
        or not _fits(_TEXTS, words)
        or not all(map(str.strip, words))
    ):
        raise bad(name, f"{where}, not_applicable", "it needs { measure = …, contains = [words] }")
    return {"measure": facts["measure"], "contains": [word.casefold() for word in words]}


def _classes(name: str, where: str, text: Any) -> tuple[int, int] | None:
    if text is None:
        return None
    low, _, high = str(text).replace("–", "-").partition("-")
    if not (low.strip().isdigit() and high.strip().isdigit() and 1 <= int(low) <= int(high) <= 8):
        raise bad(name, f"{where}, classes", f"'{text}' is no range of NS-SEC classes such as 4-8")
    return int(low), int(high)


def _outcome(name: str, facts: dict[str, Any], made: Model) -> Outcome:
    answer, text = (_text(name, f"outcome, {key}", facts.get(key)) for key in ("answer", "when"))
    try:
        rule = compiled(text, [c.id for c in made.criteria], made.baskets(), made.weights)
    except ValueError as error:
        raise bad(name, f"when = {text}", str(error)) from error
    return Outcome(answer, facts.get("route", ""), rule, text, bool(facts.get("high_priority")), facts.get("note", ""))
