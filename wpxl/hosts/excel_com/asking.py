"""How a button's action asks the person at Excel: Excel's own boxes, and its status bar."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

TITLE = "wpxl"
NUMBER, TEXT = 1, 2  # what Application.InputBox takes


class InExcel:
    """Answers come from the person at Excel; wpxl.macros knows it as `Ask`. app: xlwings.App."""

    def __init__(self, app: Any):
        self.app, self.today = app, datetime.date.today()

    def yes(self, question: str) -> bool:
        return bool(self.app.alert(question, TITLE, "yes_no") == "yes")

    def choose(self, question: str, choices: Sequence[str]) -> int | None:
        listed = "\n".join(f"{i}  {choice}" for i, choice in enumerate(choices, 1))
        while True:
            answer = self._input(f"{question}\n\n{listed}\n\nType its number.", "1", NUMBER)
            if answer is False:
                return None
            if answer == int(answer) and 1 <= answer <= len(choices):
                return int(answer) - 1

    def text(self, question: str, default: str = "") -> str | None:
        answer = self._input(question, default, TEXT)
        return None if answer is False else str(answer)

    def files(self, question: str) -> list[str]:
        chosen = self.app.api.GetOpenFilename(Title=question, MultiSelect=True)
        return list(chosen) if isinstance(chosen, (list, tuple)) else []

    def progress(self, said: str) -> None:
        self.app.status_bar = said or False  # False gives the bar back to Excel

    def _input(self, question: str, default: str, kind: int) -> Any:
        return self.app.api.InputBox(Prompt=question, Title=TITLE, Default=default, Type=kind)
