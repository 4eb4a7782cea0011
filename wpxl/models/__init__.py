"""Targeting models by name: those that travel with wpxl, and the user's own in `WPXL_HOME/models`.

A name may carry options after semicolons: "aimhigher-2011-learner; unknown as not met; show route". A model file that
cannot be used is named with the reason, and the others go on working.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

from .. import measures, store
from ..domain.names import simple
from ..errors import Fault, refuse
from . import check, read
from .model import Criterion, Decision, Model, Outcome

__all__ = [
    "Criterion",
    "Decision",
    "Found",
    "Model",
    "Outcome",
    "file_of",
    "find",
    "folders",
    "found",
    "given",
    "own_folder",
    "standard_options",
    "vintages_set",
]

# Options of every model; the last three are about learners only.
STANDARD = {
    "version DATE": "a dated version of the model, where it is not to be the newest",
    "unknown as not met": "what is not known counts as not met, for screening a whole list; the answer says so",
    "IMD YEAR": "another vintage of IMD than that of the settings, where the model leaves it to them",
    "show route": "the answer says by which route it was reached",
    "year NUMBER": "the learners' year group: the 16-19 bursary does not apply below Year 12",
    "first generation": "the column of parents' education asks the opposite: whether the learner is the first in the family",
}
_made: dict[tuple[Any, ...], Model] = {}
_given: ContextVar[tuple[int, dict[str, dict[str, Any]]]] = ContextVar("given", default=(0, {}))


@contextmanager
def given(parsed: dict[str, dict[str, Any]]) -> Iterator[None]:
    """Let models take part that no file holds, by id: those on a sheet of the workbook that is asking."""
    token = _given.set((hash(repr(parsed)), parsed))
    try:
        yield
    finally:
        _given.reset(token)


def standard_options(about: str) -> dict[str, str]:
    """The options that every model of a kind has, and what they mean."""
    return STANDARD if about == "learner" else dict(list(STANDARD.items())[:3])


class Found(NamedTuple):
    """A model file, and what is wrong with it, if anything."""

    id: str
    path: Path
    edition: str  # shipped or own
    versions: tuple[str, ...]
    problem: Fault | None


def folders() -> tuple[tuple[Path, str], ...]:
    return (store.shipped("data") / "models", "shipped"), (own_folder(), "own")


def own_folder() -> Path:
    return store.home() / "models"


def _files() -> list[tuple[Path, str]]:
    """Every model file, good or bad: the shipped ones, those of the workbook that is asking, the user's own."""
    (shipped, _), (own, _) = folders()
    here = [(Path(f"{name}.toml"), "sheet") for name in _given.get()[1]]
    kept = [(path, "own") for path in (sorted(own.glob("*.toml")) if own.is_dir() else ())]
    return [*((path, "shipped") for path in sorted(shipped.glob("*.toml"))), *here, *kept]


def found() -> list[Found]:
    """Every model file there is, good or bad: the shipped ones first."""
    out: list[Found] = []
    for path, edition in _files():
        problem: Fault | None = None
        versions: tuple[str, ...] = ()
        try:
            other = next((f for f in out if f.id == path.stem.casefold()), None)
            if other is not None:
                whose = "one that travels with wpxl" if other.edition == "shipped" else "another"
                raise refuse(f"The model file {path.name} has the name of {whose}: rename it.")
            versions = check.whole(path.name, path.stem, _dated(_parsed(path, edition), pinned()), edition)
        except Fault as fault:
            problem = fault
        out.append(Found(path.stem, path, edition, versions, problem))
    return out


def _parsed(path: Path, edition: str) -> dict[str, Any]:
    if edition == "sheet":
        return _given.get()[1][path.stem]
    return measures.parsed(path) if edition == "shipped" else read.toml(path)


def pinned() -> dict[str, str]:
    """The vintages that a model means by {imd} and the like: those of the settings."""
    return measures.registry().pinned


def vintages_set(value: Any) -> Any:
    """A model file's facts with {imd} and the like set to the vintages of today's settings."""
    return _dated(value, pinned())


def _dated(value: Any, vintages: dict[str, str]) -> Any:
    """A model with the pinned vintages in its texts."""
    if isinstance(value, dict):
        return {key: _dated(v, vintages) for key, v in value.items()}
    if isinstance(value, list):
        return [_dated(v, vintages) for v in value]
    if isinstance(value, str) and "{" in value:
        for family, vintage in vintages.items():
            value = value.replace("{" + family + "}", vintage)
    return value


def find(words: tuple[str, ...], about: tuple[str, ...] = ()) -> Model:
    """A model by its name and options, as people write them. Raises a Fault with what there is instead.

    words: the name, then options. about: the kinds of model that will do here; none given: any.
    """
    name, *options = words
    path, edition = file_of(name)
    stamp = _given.get()[0] if edition == "sheet" else path.stat().st_mtime_ns
    key = (str(path), stamp, tuple(options), pinned()["imd"])
    made = _made.get(key)
    if made is None:
        made = _made[key] = _make(path, edition, options)
    if about and made.about not in about:
        kind = "an" if made.about == "area" else "a"
        raise refuse(f"{made.id} is {kind} {made.about} model; this function needs one about {' or '.join(about)}s.")
    return made


def file_of(name: str) -> tuple[Path, str]:
    """The file of a model and its edition: shipped, sheet or own."""
    wanted = simple(name)
    for folder, edition in folders():
        exact = folder / f"{name.strip().casefold()}.toml"
        if "/" not in name and "\\" not in name and exact.is_file() and (edition == "shipped" or not _given.get()[1]):
            return exact, edition
    everything = _files()
    for path, edition in everything:
        if simple(path.stem) == wanted:
            return path, edition
    import difflib

    ids = [path.stem for path, _ in everything]
    close = difflib.get_close_matches(name.casefold(), ids, n=2, cutoff=0.4)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise refuse(f"There is no model called '{name[:60]}'.{hint} =WP_MODELS() lists them all.")


def _vintages(name: str, parsed: dict[str, Any], options: list[str]) -> dict[str, str]:
    """The vintages that are named as options: "IMD 2025" is {"imd": "2025"}."""
    out = {}
    for option in options:
        asked = re.fullmatch(r"([a-z]+)(\d{4})", simple(option))
        if asked and asked[1] in measures.published()["vintage"]:
            family, vintage = asked.groups()
            known = sorted({m.vintage for m in measures.registry().measures.values() if m.family == family})
            if "{" + family + "}" not in str(parsed):
                raise refuse(f"{name} states its vintages itself, so it has no option '{option.strip()}'.")
            if vintage not in known:
                raise refuse(f"'{option.strip()}' is no vintage that wpxl knows: there is {', '.join(known)}.")
            out[family] = vintage
    return out


def _make(path: Path, edition: str, options: list[str]) -> Model:
    parsed = _parsed(path, edition)
    versions = read.dates(path.name, parsed)
    vintages = _vintages(path.stem, parsed, options)
    parsed = _dated(parsed, pinned() | vintages)
    version = versions[-1]
    named: list[str] = []
    standard: dict[str, Any] = {}
    for option in options:
        if dated := re.fullmatch(r"version (.+)", option.strip(), re.IGNORECASE):
            version = dated[1].strip()
            if version not in versions:
                raise refuse(f"{path.stem} has no version {version[:20]}: there is {', '.join(versions)}.")
    facts = read.dated(path.name, parsed, version)
    offered = {simple(title): title for title in facts.get("option", {})}
    for option in options:
        bare = simple(option)
        if bare in offered:
            named.append(offered[bare])
        elif bare == "unknownasnotmet":
            standard["unknown_as_not_met"] = True
        elif bare == "showroute":
            standard["show_route"] = True
        elif bare == "firstgeneration":
            standard["first_generation"] = True
        elif year := re.fullmatch(r"(?:year(?:group)?|yr|y)(\d{1,2})", bare):
            standard["year"] = int(year[1])
        elif bare == "belowyear12":
            standard["year"] = 11
        elif not bare.startswith("version") and bare not in map("".join, vintages.items()):
            choices = [*facts.get("option", {}), *standard_options(str(parsed.get("about")))]
            raise refuse(f"'{option[:40]}' is no option of {path.stem}: there is {'; '.join(choices)}.")
    made = read.model(path.name, path.stem, parsed, version, tuple(named), edition)
    if edition != "shipped":
        check.measures_of(path.name, made)
    for key, value in standard.items():
        setattr(made, key, value)
    return made
