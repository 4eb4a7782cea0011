"""A sheet named `WP models`: one row a rule, a criterion or an option, for people who would rather not write TOML.

    Model        Title        About   Otherwise  From        Part       Answer  When             Id   Basket  Label  Measure …
    our-schools  Our schools  school  Low        2026-09-01  Rule       High    any A and any B
                                                             Criterion                           fsm  A       FSM %  School FSM %

A blank in the first columns means "as above". Several things in one cell stand apart by semicolons, or each on a line of its
own; a thing with a name reads "name: value". `drawn` reads such a sheet, `rows` writes one, and nothing is lost on the way.
"""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from ..domain.blank import is_blank
from ..domain.names import simple
from ..errors import Fault, refuse

NAME = "WP models"
# heading → (key, kind). The first columns say which model and version a row belongs to.
_WHOLE = {"Title": "title", "About": "about", "Otherwise": "otherwise", "Twin": "twin", "Says": "says"}
_RULE = {
    "Answer": ("answer", "text"), "Route": ("route", "text"), "When": ("when", "text"),
    "High priority": ("high_priority", "flag"), "Note": ("note", "text"),
}  # fmt: skip
_CRITERION = {
    "Id": ("id", "text"), "Basket": ("basket", "text"), "Label": ("label", "text"), "Short": ("short", "text"),
    "Contrary": ("contrary", "text"), "Means": ("means", "text"), "Measure": ("measure", "texts"), "Unlike": ("unlike", "said"),
    "At least": ("at_least", "limit"), "At most": ("at_most", "limit"), "Low below": ("low_below", "limit"),
    "Out of": ("out_of", "limit"), "Column": ("answer", "text"), "Met": ("met", "text"), "Classes": ("classes", "text"),
    "From year": ("from_year", "limit"), "Not where": ("not_applicable", "where"), "Weight": ("weight", "limit"),
    "Unit": ("unit", "text"), "Vintage": ("vintage", "text"), "Source": ("source", "text"),
}  # fmt: skip
_OPTION = {
    "Label": ("", "text"), **{h: (f"route {k}", kind) for h, (k, kind) in _RULE.items() if h != "Note"},
    "Without routes": ("without_routes", "list"), "Without criteria": ("without_criteria", "list"),
    "Weight": ("weights", "limit"), "At least": ("at_least", "limit"), "At most": ("at_most", "limit"),
    "Classes": ("classes", "said"), "Note": ("note", "text"), "Source": ("source", "text"),
}  # fmt: skip
_LEFT_OUT = {"Not where": ("where", "where"), "Note": ("because", "text")}
_PARTS: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "Version": ("", {"Source": ("source", "text"), "Note": ("note", "text")}),
    "Rule": ("outcome", _RULE),
    "Left out": ("left_out", _LEFT_OUT),
    "Reported": ("reported", {"Measure": ("measure", "text")}),
    "Criterion": ("criterion", _CRITERION),
    "Option": ("option", _OPTION),
}
HEADINGS = (
    "Model", "Title", "About", "Otherwise", "From", "Part", "Answer", "Route", "When", "Id", "Basket", "Label", "Measure",
    "At least", "At most", "Low below", "Column", "Met", "Classes", "From year", "Weight", "Unit", "Vintage", "Source", "Note",
    "Not where", "Short", "Means", "Contrary", "Unlike", "Out of", "High priority", "Without routes", "Without criteria", "Twin",
    "Says",
)  # fmt: skip
_NEEDED = ("Model", "Part", "When", "Id")
_TWIN = {"school": "areas", "area": "schools"}


class Drawn(NamedTuple):
    """A model as a sheet has it, and the rows that it stands in; or what is wrong with one of its cells."""

    id: str
    rows: tuple[int, int]
    parsed: dict[str, Any]
    problem: Fault | None


# ------------------------------------------------------------------------------------------------- from a sheet


def drawn(grid: list[list[Any]], name: str = f"the sheet '{NAME}'") -> list[Drawn]:
    """The models of a sheet, in its order. Raises a Fault where it has no row of headings. `name` is the sheet's, for messages."""
    at, places = _headings(grid, name)
    made: dict[str, Drawn] = {}
    model, current = "", ""
    date: Any = None
    for number, row in enumerate(grid[at + 1 :], at + 2):
        cells = {h: row[c] for h, c in places.items() if c < len(row) and not is_blank(row[c])}
        if not cells:
            continue
        model = str(_text(cells["Model"])).strip() if "Model" in cells else model
        drawing = made.get(model) or Drawn(model, (number, number), {"version": []}, None)
        if model != current:
            current, date = model, drawing.parsed["version"][-1]["from"] if drawing.parsed["version"] else None
        made[model] = drawing = drawing._replace(rows=(drawing.rows[0], number))
        if drawing.problem is None:
            try:
                if not model:
                    raise _bad(number, "Model", "the first row of a model needs its name")
                date = _as_date(number, cells["From"]) if "From" in cells else date
                _take(drawing.parsed, number, cells, date, name)
            except Fault as fault:
                made[model] = drawing._replace(problem=refuse(f"{name[:1].upper()}{name[1:]}, {fault.sentence}"))
    return list(made.values())


def _headings(grid: list[list[Any]], name: str) -> tuple[int, dict[str, int]]:
    known = {simple(h): h for h in HEADINGS}
    for at, row in enumerate(grid[:30]):
        places: dict[str, int] = {}
        for column, cell in enumerate(row):
            heading = known.get(simple(cell)) if isinstance(cell, str) else None
            if heading:
                places.setdefault(heading, column)
        if all(heading in places for heading in _NEEDED):
            others = [c for c in row if isinstance(c, str) and c.strip() and simple(c) not in known]
            if others:
                raise refuse(
                    f"{name[:1].upper()}{name[1:]} has a column '{others[0][:40]}', which means nothing here: {_listed()}."
                )
            return at, places
    raise refuse(
        f"{name[:1].upper()}{name[1:]} has no row of headings with {', '.join(_NEEDED)}. The columns are: {_listed()}."
    )


def _listed() -> str:
    return ", ".join(HEADINGS)


def _bad(number: int, heading: str, reason: str) -> Fault:
    return refuse(f"row {number}, column '{heading}': {reason}.")


def _take(parsed: dict[str, Any], number: int, cells: dict[str, Any], date: Any, name: str) -> None:
    """Put one row into its model. Raises a Fault for a cell that cannot be taken."""
    for heading in _WHOLE:
        if heading in cells:
            value = _cell(number, heading, cells[heading], "text")
            key = _WHOLE[heading]
            if parsed.setdefault(key, value) != value:
                raise _bad(number, heading, f"it is '{value[:40]}' here and '{parsed[key][:40]}' further up")
    if "twin" in parsed and parsed.get("about") in _TWIN:
        parsed[_TWIN[parsed["about"]]] = parsed.pop("twin")
        _in_order(parsed)
    if date is None:
        raise _bad(number, "From", "the first row of a model needs the date from which it counts")
    versions = parsed["version"]
    version = next((v for v in versions if v["from"] == date), None)
    if version is None:
        version = {"from": date, "source": {"document": name}}
        versions.append(version)
    part = next((p for p in _PARTS if simple(p) == simple(str(cells.get("Part", "")))), None)
    if part is None:
        shown = f"'{str(cells['Part'])[:40]}' is no part" if "Part" in cells else "it is blank"
        raise _bad(number, "Part", f"{shown}; a row is one of {', '.join(_PARTS)}")
    key, columns = _PARTS[part]
    facts: dict[str, Any] = {}
    for heading, cell in cells.items():
        if heading in _WHOLE or heading in ("Model", "From", "Part"):
            continue
        if heading not in columns:
            raise _bad(number, heading, f"this cell is for other parts; a row with {part} has {', '.join(columns)}")
        name_, kind = columns[heading]
        facts[name_] = _cell(number, heading, cell, kind)
    _fractions(number, facts)
    _put(number, version, part, key, facts)


def _in_order(parsed: dict[str, Any]) -> None:
    parsed["version"] = parsed.pop("version")  # last, as in a file


def _put(number: int, version: dict[str, Any], part: str, key: str, facts: dict[str, Any]) -> None:
    if part == "Version":
        if "source" in facts:
            document, _, section = facts.pop("source").partition("\n")
            facts["source"] = {
                "document": document.strip(),
                **({"section": section.strip()} if section.strip() else {}),
            }
        version.update(facts)
    elif part == "Option":
        if not facts.get(""):
            raise _bad(number, "Label", "an option needs the words by which it is chosen")
        route = {k.removeprefix("route "): facts.pop(k) for k in list(facts) if k.startswith("route ")}
        option = version.setdefault("option", {}).setdefault(facts.pop(""), {})
        if route:
            option.setdefault("with_routes", []).append(route)
        option.update(facts)
    else:
        where = facts.pop("where", None)
        rules = (
            [{"measure": where["measure"], "contains": word, **facts} for word in where["contains"]]
            if where
            else [facts]
        )
        version.setdefault(key, []).extend(rules)


def _fractions(number: int, facts: dict[str, Any]) -> None:
    """61 % in a cell with a format of percentages is the number 0.61."""
    for heading, key in (("At least", "at_least"), ("At most", "at_most"), ("Low below", "low_below")):
        value = facts.get(key)
        if facts.get("unit") == "%" and isinstance(value, float) and 0 < value < 1:
            raise _bad(number, heading, f"{value:g} looks like a fraction: with the unit % write {100 * value:g}")


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _as_date(number: int, cell: Any) -> datetime.date:
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    try:
        return datetime.date.fromisoformat(str(cell).strip())
    except ValueError:
        raise _bad(number, "From", f"'{str(cell)[:40]}' is no date such as 2026-09-01") from None


def _cell(number: int, heading: str, cell: Any, kind: str) -> Any:
    """A cell as the value of a key. Kinds: text, flag, limit, list, texts (one or a list), said (name: text), where."""
    if isinstance(cell, Fault):
        raise _bad(number, heading, f"the cell holds the error {cell.code}")
    if isinstance(cell, (datetime.date, datetime.time, datetime.timedelta)):
        raise _bad(number, heading, "the cell holds a date: if Excel made it of 4-8, type '4-8 with the apostrophe")
    text = _text(cell)
    if kind == "text":
        return text
    if kind == "flag":
        if text.casefold() not in ("yes", "no", "true", "false"):
            raise _bad(number, heading, f"'{text[:40]}' is neither yes nor no")
        return text.casefold() in ("yes", "true")
    if kind == "limit":
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return _number(number, heading, cell)
        if ":" not in text:
            return _number(number, heading, text)
        return {name: _number(number, heading, value) for name, value in _pairs(number, heading, text)}
    if kind == "said":
        return dict(_pairs(number, heading, text))
    if kind == "where":
        measure, _, rest = text.partition(":")
        words = [word.strip() for word in rest.replace("\n", ";").split(";") if word.strip()]
        if not measure.strip() or not words:
            raise _bad(number, heading, f"'{text[:40]}' is not of the form 'measure: words; words'")
        return {"measure": measure.strip(), "contains": words}
    entries = _entries(text)
    return entries[0] if kind == "texts" and len(entries) == 1 else entries


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.split("\n" if "\n" in text else ";") if entry.strip()]


def _pairs(number: int, heading: str, text: str) -> list[tuple[str, str]]:
    pairs = []
    for entry in _entries(text):
        name, colon, value = entry.partition(":")
        if not colon or not name.strip() or not value.strip():
            raise _bad(number, heading, f"'{entry[:40]}' is not of the form 'name: value'")
        pairs.append((name.strip(), value.strip()))
    return pairs


def _number(number: int, heading: str, value: Any) -> float:
    try:
        made = float(str(value).strip().removesuffix("%").replace(",", "")) if isinstance(value, str) else float(value)
    except ValueError:
        raise _bad(number, heading, f"'{str(value)[:40]}' is no number") from None
    return int(made) if made.is_integer() else made


# ------------------------------------------------------------------------------------------------- onto a sheet


def rows(model_id: str, parsed: dict[str, Any]) -> list[tuple[Any, ...]]:
    """A model as the rows of such a sheet, headings first. Blanks are None."""
    out: list[dict[str, Any]] = []
    for facts in parsed["version"]:
        source = "\n".join(str(facts["source"][key]) for key in ("document", "section") if key in facts["source"])
        out.append({"Part": "Version", "Source": source, "Note": facts.get("note"), "From": facts["from"]})
        for part, (key, columns) in _PARTS.items():
            if part == "Option":
                for title, option in facts.get(key, {}).items():
                    out += _option(title, option)
            else:
                out += [_row(part, columns, entry) for entry in (facts.get(key, ()) if key else ())]
    whole = {heading: parsed.get(key) for heading, key in _WHOLE.items()}
    out[0] |= {"Model": model_id, **whole, "Twin": parsed.get("areas", parsed.get("schools"))}
    return [HEADINGS, *(tuple(row.get(heading) for heading in HEADINGS) for row in out)]


def _option(title: str, option: dict[str, Any]) -> list[dict[str, Any]]:
    """An option is one row, and one more for each further route that it adds."""
    first, *more = option.get("with_routes") or [{}]
    facts = {"": title, **option, **{f"route {key}": value for key, value in first.items()}}
    others = [{"": title, **{f"route {key}": value for key, value in route.items()}} for route in more]
    return [_row("Option", _OPTION, entry) for entry in (facts, *others)]


def _row(part: str, columns: dict[str, tuple[str, str]], facts: dict[str, Any]) -> dict[str, Any]:
    if part == "Left out":
        facts = {"where": {"measure": facts["measure"], "contains": facts["contains"]}, "because": facts["because"]}
    return {"Part": part} | {h: _shown(facts[key], kind) for h, (key, kind) in columns.items() if key in facts}


def _shown(value: Any, kind: str) -> Any:
    if kind == "flag":
        return "yes" if value else "no"
    if kind == "where":
        words = value["contains"]
        return f"{value['measure']}: {words if isinstance(words, str) else '; '.join(words)}"
    if isinstance(value, dict):
        return _joined([f"{name}: {entry}" for name, entry in value.items()])
    return _joined(value) if isinstance(value, list) else value


def _joined(entries: list[str]) -> str:
    return "\n".join([*entries, ""]) if any(";" in entry for entry in entries) else "; ".join(entries)
