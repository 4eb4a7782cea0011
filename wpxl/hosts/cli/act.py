"""`wpxl act`: one of the ribbon's actions on a file, without Excel: the same code that the button runs."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import click

from ...errors import refuse
from .files import FILE


class Answers:
    """Answers given beforehand, one for each question in its turn. What is not answered takes what is suggested."""

    def __init__(self, given: Sequence[str] = (), today: datetime.date | None = None):
        self._given = list(given)
        self.today = today or datetime.date.today()
        self.questions: list[str] = []

    def _next(self, question: str) -> str | None:
        self.questions.append(question)
        return self._given.pop(0) if self._given else None

    def yes(self, question: str) -> bool:
        return (self._next(question) or "yes").strip().casefold() not in ("no", "n")

    def choose(self, question: str, choices: Sequence[str]) -> int | None:
        """By the number of a choice, from 1, or by words that only one of them has; the first, where nothing is said."""
        given = (self._next(question) or "1").strip()
        if given.isdigit() and 1 <= int(given) <= len(choices):
            return int(given) - 1
        fitting = [at for at, choice in enumerate(choices) if given.casefold() in choice.casefold()]
        if len(fitting) == 1:
            return fitting[0]
        listed = "; ".join(f"{at} {choice}" for at, choice in enumerate(choices, 1))
        raise refuse(f"'{given}' does not say which. {question} {listed}. Answer with --answer and the number.")

    def text(self, question: str, default: str = "") -> str | None:
        given = self._next(question)
        return default if given is None else given

    def files(self, question: str) -> list[str]:
        return (self._next(question) or "").split(";")

    def progress(self, said: str) -> None:
        """Nothing: a file is done before one could read it."""


@click.command(epilog="Example:  wpxl act mark_problems learners.xlsx --select B2:B500 -o checked.xlsx")
@click.argument("action", required=False)
@click.argument("source", metavar="[FILE]", type=FILE, required=False)
@click.option("-o", "--output", type=FILE, help="The file to write; FILE-ACTION beside FILE if left out.")
@click.option("--sheet", help="The sheet to work on, where it is not the first.")
@click.option("--select", "cells", help="The selected cells, such as A1:A500.")
@click.option("--answer", "answers", multiple=True, help="The answer to the action's next question; may be repeated.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The date that notes bear; today if left out.")
def act(
    action: str | None,
    source: Path | None,
    output: Path | None,
    sheet: str | None,
    cells: str | None,
    answers: tuple[str, ...],
    day: datetime.datetime | None,
) -> None:
    """Run one of the ribbon's actions on a copy of a workbook. Without arguments: list the actions.

    Formulas are not worked out: those in the file count with the values that they had when it was last saved.
    """
    from ...macros import ACTIONS, act

    if action is None:
        for name, known in ACTIONS.items():
            click.echo(f"{name:<22} {known.group} | {known.label} | {known.screentip}")
        return
    if action not in ACTIONS:
        raise refuse(f"There is no action called {action[:40]}: 'wpxl act' lists them.")
    if source is None:
        raise click.UsageError("Name the workbook to run it on.")
    if not source.exists():
        raise refuse(f"There is no file {source}.")
    from ...workbooks.engine import open_book, save_book

    book = open_book(source)
    if sheet:
        book.impl.inner.sheet(sheet)  # says which there are
        book.sheets[sheet].impl.activate()  # xlwings itself would look for a running Excel
    if cells:
        try:
            book.sheets.active.range(cells.upper()).select()
        except NotImplementedError:
            raise refuse(f"'{cells[:40]}' does not name cells: write them as A1:A500.") from None
    said = act(ACTIONS[action], book, Answers(answers, day.date() if day else None))
    if said.failed:
        raise refuse(said.text)
    click.echo(said.text)
    if book.impl.changed:
        target = output or source.with_stem(f"{source.stem}-{action.replace('_', '-')}")
        save_book(book, target)
        click.echo(f"Written: {target}")


COMMANDS = (act,)
