"""Occupations: free text in, the NS-SEC class out, or the one question that settles it.

The words of a cell lead to titles of the book, titles to unit groups of SOC 2020, unit groups and employment status to a
class. Where the titles found lead to different classes nothing is guessed: the answer is the question to ask.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..domain import nssec, titles
from ..domain.blank import is_blank
from ..errors import NA, NUM, VALUE, Fault
from . import questions
from .book import UNCLASSIFIABLE, Book, Group, book
from .match import EMPLOYERS, EXACT, Match, match, mend, nearest, without_employers

__all__ = ["Answer", "Candidate", "classify", "find"]


class Answer(NamedTuple):
    """What is known of one cell. A blank cell has neither class nor fault."""

    class_: str | None  # "1.1" to "8", "NC"; "1-2" or "6-7" by the self-coded version
    fault: Fault | None
    said: str  # the sentence behind it
    classes: tuple[str, ...] = ()  # those that are possible, where it is not yet decided and they are known
    groups: tuple[str, ...] = ()  # unit groups of SOC 2020 that the words may mean


MOST = 200  # characters of a cell that are read: nobody's job takes more to name
BLANK = Answer(None, None, "The cell is blank, so the answer is blank.")


def classify(cells: list[Any], statuses: list[Any] | None = None, sizes: list[Any] | None = None) -> list[Answer]:
    """The NS-SEC class of each cell: an occupation, or a class already. One answer a cell; no cell spoils another's.

    statuses, sizes: what other columns say of employment status and of the size of the workplace; they count for more than
    the words of the occupation itself.
    """
    pages = book()
    given = [
        None if column is None or set(map(type, column)) == {type(None)} else column for column in (statuses, sizes)
    ]
    if given == [None, None]:  # one answer for each distinct text
        texts = {cell: _answer(pages, cell, None, None) for cell in {c for c in cells if type(c) is str}}
        return [texts[cell] if type(cell) is str else _answer(pages, cell, None, None) for cell in cells]
    rows = list(zip(cells, *(column or [None] * len(cells) for column in given), strict=True))
    known: dict[tuple[Any, ...], Answer] = {}
    out = []
    for row in rows:
        if not all(isinstance(value, (str, int, float, type(None))) for value in row):
            out.append(_answer(pages, *row))  # errors and junk, which may not be hashable
            continue
        at = (*row, *map(type, row))
        answer = known.get(at)
        if answer is None:
            answer = known[at] = _answer(pages, *row)
        out.append(answer)
    return out


def _answer(pages: Book, cell: Any, status: Any, size: Any) -> Answer:
    if isinstance(cell, Fault):
        return Answer(None, cell, cell.sentence)
    if is_blank(cell):
        return BLANK
    for given in (status, size):
        if isinstance(given, Fault):
            return Answer(None, given, given.sentence)
    stated = titles.stated_status(status)
    if stated is None and not is_blank(status):
        return _fault(
            VALUE,
            f"'{_short(status)}' is no employment status: write employer, self-employed, manager, supervisor or employee.",
        )
    larger = titles.stated_size(size)
    if larger is None and not is_blank(size):
        return _fault(
            VALUE, f"'{_short(size)}' is no size of a workplace: write the number of people, or large (25+) or small."
        )
    own, own_size = stated or (None, None)
    class_ = nssec.parse(cell)
    if class_:
        return Answer(class_, None, _of_class(class_), (class_,))
    code = _code(pages, cell)
    if code:
        return _decide(pages, (code,), own, larger or own_size, f"SOC {code} ({pages.groups[code].name})")
    if not isinstance(cell, str):
        code = NUM if isinstance(cell, (int, float)) and not isinstance(cell, bool) else VALUE
        return _fault(
            code, f"{_short(cell)} is no NS-SEC class (1 to 8, 1.1, 1.2, NC), no SOC 2020 code, and no occupation."
        )
    if nssec.band(cell):
        return _fault(VALUE, f"'{_short(cell)}' is a band of classes, not one class or an occupation.")
    number = nssec.group(cell)
    if number:
        return _self_coded(number, own, larger or own_size)
    return _of_text(pages, cell, own, larger or own_size)


def _of_text(pages: Book, cell: str, status: str | None, size: str | None) -> Answer:
    cell = cell[:MOST]
    reading = titles.read(cell)
    special = _special(cell, reading)
    if special:
        return special
    status, size = status or reading.status, size or (reading.size if status is None else None)
    if titles.of_both_parents(cell):
        return _ask(cell, questions.ONE_PARENT, ())
    asked = questions.question(reading.words) or questions.question(without_employers(reading.words))
    if asked:
        return _ask(cell, *asked)
    if EMPLOYERS.issuperset(reading.words) and not pages.find(reading.words):
        return _ask(cell, questions.THERE, ())
    found = match(pages, reading)
    if found is None:
        parts = _jobs(pages, cell)
        if parts:
            return _of_jobs(pages, cell, parts, status, size)
        return _special(cell, reading._replace(words=())) or _unknown(pages, cell, reading)
    if found.how != EXACT:
        parts = _jobs(pages, cell)
        if parts:
            return _of_jobs(pages, cell, parts, status, size)
    return _of_match(pages, cell, reading, found, status, size)


def _of_match(
    pages: Book, cell: str, reading: titles.Reading, found: Match, status: str | None, size: str | None
) -> Answer:
    groups = tuple(dict.fromkeys(g for entry in found.entries for g in entry.groups))
    title = found.entries[0].title
    if found.how != EXACT:
        asked = questions.question(tuple(titles.words(title)))
        if asked:
            return _ask(cell, *asked)
    clear = tuple(g for g in groups if g in pages.groups)
    if not clear or UNCLASSIFIABLE in groups:
        return _ask(
            cell, f"'{title}' is too general for the ONS to classify: what exactly is the work, and where?", (), clear
        )
    if found.how == EXACT:
        subject = f"'{_short(cell)}' is SOC {clear[0]} ({pages.groups[clear[0]].name})"
    else:
        subject = f"'{_short(cell)}' read as '{title}' (SOC {clear[0]}, {pages.groups[clear[0]].name})"
    latest = "; out of work or retired, so the latest job counts" if reading.out_of_work else ""
    return _decide(pages, clear, status, size, subject, latest, cell)


def _decide(
    pages: Book,
    groups: tuple[str, ...],
    status: str | None,
    size: str | None,
    subject: str,
    note: str = "",
    cell: str = "",
) -> Answer:
    classes = _classes(pages, groups, status, size)
    if not classes:
        return _fault(NA, f"{subject} has no NS-SEC class in the installed derivation table.")
    if len(classes) > 1:
        return _ask(cell, _which(pages, groups, status, size), classes, groups)
    method = nssec.derive(pages.groups[groups[0]].classes, status, size)[1]
    how = f" as {_status_said(status, size)}" if method != nssec.SIMPLIFIED and status else ""
    origin = ", from wpxl's built-in table" if pages.groups[groups[0]].built_in else ""
    several = " (whichever of its groups is meant)" if len(groups) > 1 else ""
    said = f"{subject}: NS-SEC {classes[0]}{how}{several} by the {method} method{origin}{note}."
    return Answer(classes[0], None, said, classes, groups)


def _classes(pages: Book, groups: tuple[str, ...], status: str | None, size: str | None) -> tuple[str, ...]:
    found = (nssec.derive(pages.groups[g].classes, status, size)[0] for g in groups)
    return tuple(sorted({c for c in found if c}))


def _which(pages: Book, groups: tuple[str, ...], status: str | None, size: str | None) -> str:
    """A question that tells groups of different classes apart: one example of each class."""
    examples: dict[str, Group] = {}
    for code in groups:
        class_ = nssec.derive(pages.groups[code].classes, status, size)[0]
        if class_:
            examples.setdefault(class_, pages.groups[code])
    shown = [f"{g.name} ({c})" for c, g in list(examples.items())[:4]]
    return f"Which is nearest: {', '.join(shown[:-1])} or {shown[-1]}?"


def _ask(cell: str, question: str, classes: tuple[str, ...], groups: tuple[str, ...] = ()) -> Answer:
    said = f"'{_short(cell, 40)}' could be of several classes. Ask: {question}"
    return Answer(None, Fault(NA, said), said, classes, groups)


def _fault(code: str, said: str) -> Answer:
    return Answer(None, Fault(code, said), said)


# ------------------------------------------------------------------------------------------- not an occupation


def _special(cell: str, reading: titles.Reading) -> Answer | None:
    shown = _short(cell, 40)
    if reading.kind == titles.NOT_GIVEN:
        return _fault(NA, f"'{shown}' gives no occupation: it counts as not given.")
    if reading.kind == titles.STUDENT:
        said = (
            f"'{shown}': full-time students are not classified (NC), which counts as missing, neither target nor not."
        )
        return Answer("NC", None, said)
    if reading.kind == titles.NEVER:
        said = f"'{shown}': people who never worked or are long-term unemployed are NS-SEC 8."
        return Answer("8", None, said, ("8",))
    if reading.kind == titles.CARER:
        return _ask(cell, questions.PAID_CARE, ())
    if reading.kind == titles.UNPAID_CARER and not reading.words:
        said = f"'{shown}' is unpaid care, which is classified by the last main job. Ask: {questions.LAST_JOB}"
        return _fault(NA, said)
    if reading.kind == titles.HOME and not reading.words:
        said = (
            f"'{shown}': people who look after a home are classified by their last main job. Ask: {questions.LAST_JOB}"
        )
        return _fault(NA, said)
    if reading.kind == titles.NO_JOB and not reading.words:
        if reading.status:
            return _ask(cell, questions.WHAT_BUSINESS, ())
        if reading.out_of_work:
            said = f"'{shown}': retired and unemployed people are classified by their latest job. Ask: {questions.LAST_JOB}"
            return _fault(NA, said)
        return _ask(cell, "What is the job?", ())
    return None


def _unknown(pages: Book, cell: str, reading: titles.Reading) -> Answer:
    if reading.words[-1:] and reading.words[-1] in questions.PLACES:
        return _ask(cell, questions.THERE, ())
    near = [pages.entry(k).title for _, k in nearest(pages, mend(pages, reading.words), 3)]
    hint = f" Nearest: {', '.join(near)}." if near else ""
    where = "" if pages.index else " With the ONS coding index far more are known: see 'wpxl data guide'."
    return _fault(NA, f"'{_short(cell)}' is no occupation that wpxl recognises.{hint}{where}")


def _self_coded(number: int, status: str | None, size: str | None) -> Answer:
    five = nssec.self_coded(number, status, size)
    class_ = nssec.from_five(five)
    span = tuple(class_.split("-"))
    said = (
        f"{nssec.GROUPS[number - 1].capitalize()} occupation as {_status_said(status or 'employee', size)}: self-coded class "
        f"{five} of five, NS-SEC {class_}. Self-coding agrees with full coding for {nssec.AGREEMENT} %, and has no class 8."
    )
    return Answer(class_, None, said, span)


# ------------------------------------------------------------------------------------------------- several jobs


def _jobs(pages: Book, cell: str) -> list[str]:
    """The jobs of a cell that names several ("cook / cleaner"), if the book has each of them; else nothing."""
    import re

    parts = [p.strip() for p in re.split(r"[/&+;,\n]| and | or ", cell) if p.strip()]
    if not 1 < len(parts) < 5:
        return []
    readings = [titles.read(p) for p in parts]
    found = [r.words and (pages.find(r.words) or pages.find(r.first)) for r in readings]
    return parts if all(found) else []


def _of_jobs(pages: Book, cell: str, parts: list[str], status: str | None, size: str | None) -> Answer:
    answers = [_of_text(pages, part, status, size) for part in parts]
    classes = tuple(sorted({c for a in answers for c in a.classes}))
    groups = tuple(g for a in answers for g in a.groups)
    if len(classes) == 1 and all(a.class_ for a in answers):
        return Answer(classes[0], None, f"All jobs in '{_short(cell)}' are NS-SEC {classes[0]}.", classes, groups)
    return _ask(
        cell, f"Which is the main job: {', '.join(p[:30] for p in parts[:-1])} or {parts[-1][:30]}?", classes, groups
    )


# ------------------------------------------------------------------------------------------------------ searching


class Candidate(NamedTuple):
    title: str
    group: str
    group_name: str
    class_: str | None
    sure: float  # 1 is the very title


def find(text: str, limit: int) -> list[Candidate]:
    """Titles near a text, best first, with each unit group that they may mean."""
    pages, reading = book(), titles.read(text)
    words = reading.words or titles.words(text)
    exact = pages.find(words)
    near = nearest(pages, mend(pages, words), limit)
    listed = [(1.0, exact)] if exact else []
    listed += [(min(score, 0.99), pages.entry(k)) for score, k in near if pages.entry(k) != exact]
    out: dict[tuple[str, str], Candidate] = {}
    for score, entry in listed:
        for code in entry.groups:
            if code in pages.groups:
                group = pages.groups[code]
                row = Candidate(entry.title, code, group.name, group.classes.get(nssec.SIMPLIFIED), round(score, 2))
                out.setdefault((entry.title, code), row)
    return list(out.values())[:limit]


# -------------------------------------------------------------------------------------------------------- wording


def _code(pages: Book, cell: Any) -> str | None:
    """A unit group of SOC 2020 given as its number."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and cell == cell and abs(cell) < 1e6:
        cell = f"{cell:g}"
    if not isinstance(cell, str):
        return None
    text = cell.strip().casefold().removeprefix("soc").removeprefix("2020").strip(" :")
    text = text.split("/")[0]
    return text if text in pages.groups else None


def _status_said(status: str | None, size: str | None) -> str:
    words = str(status).replace("_", "-").replace("self-employed", "self-employed person")
    article = "an" if words[0] in "aeiou" else "a"
    return f"{article} {words}" + ({"large": " (25 people or more)", "small": " (under 25 people)"}.get(size or "", ""))


def _of_class(class_: str) -> str:
    if class_ in nssec.SPANS:
        return f"The cell holds NS-SEC {class_}, two classes of which the self-coded version does not say which."
    if class_ == "NC":
        return "The cell says not classified (NC), which counts as missing, neither target nor not."
    return f"The cell holds NS-SEC class {class_} itself: {nssec.NAMES[class_]}."


def _short(cell: Any, limit: int = 60) -> str:
    number = isinstance(cell, float) and cell.is_integer()  # as spreadsheets hand whole numbers over
    text = " ".join(str(int(cell) if number else cell).split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
