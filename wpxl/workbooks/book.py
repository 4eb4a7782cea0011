"""A person's workbook: what is in its sheets, and a copy of it with columns added.

    book = Book.open("learners.xlsx")
    sheet = book.sheet("Learners")
    place = sheet.place(header_row=1, last_row=200, count=2)
    sheet.add_columns(place, 1, ["region", "IMD decile"], 2, [("West Midlands", 3), ...])
    book.save("learners-profiled.xlsx")

Only the parts that had to change are written anew. Rows and columns count from 1, as people read them.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Self

from python_calamine import CalamineError, CalamineWorkbook

from ..errors import refuse
from .package import Package
from .parts import content_type, parse, relationship_id, relationships
from .sheet import Sheet

_SUFFIXES = {
    "sheet.main": ".xlsx",
    "sheet.macroenabled.main": ".xlsm",
    "template.main": ".xltx",
    "template.macroenabled.main": ".xltm",
    "addin.macroenabled.main": ".xlam",
}


class Book:
    """A workbook file that has been read; `sheets` are its worksheets in the order of their tabs."""

    def __init__(self, package: Package, part: str):
        self.package = package
        self.part = part
        self._values: CalamineWorkbook | None = None
        targets = {r.id: r for r in relationships(package, part)}
        self.sheets: list[Sheet] = []
        for index, entry in enumerate(parse(package.read(part)).iterfind("{*}sheets/{*}sheet")):
            target = targets.get(relationship_id(entry))
            if target and target.kind == "worksheet":  # not a chart, a dialog or an old macro sheet
                name, state = entry.get("name", ""), entry.get("state", "visible")
                self.sheets.append(Sheet(self, name, target.target, state, index))

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Errors: a Fault saying what the file is if it is not an undamaged .xlsx or .xlsm workbook."""
        package = Package.open(path)
        part = next((r.target for r in relationships(package, "") if r.kind == "officeDocument"), "")
        if "spreadsheetml" not in content_type(package, part) and "ms-excel" not in content_type(package, part):
            raise refuse(f"{package.path.name} is an Office file but not a workbook: give an .xlsx or .xlsm file.")
        return cls(package, part)

    @property
    def has_macros(self) -> bool:
        """Whether the workbook carries a VBA project."""
        return any(r.kind == "vbaProject" for r in relationships(self.package, self.part))

    def sheet(self, name: str) -> Sheet:
        """The worksheet of that name, in any case. Errors: a Fault with the names there are."""
        for sheet in self.sheets:
            if sheet.name.casefold() == name.strip().casefold():
                return sheet
        names = ", ".join(sheet.name for sheet in self.sheets)
        raise refuse(f"There is no sheet {name!r} in {self.package.path.name}: its sheets are {names}.")

    def save(self, path: str | Path, *, in_place: bool = False) -> None:
        """Write the copy. Errors: a Fault if the name's ending does not suit the workbook, or see `Package.save`."""
        kind = content_type(self.package, self.part).lower().removesuffix("+xml")
        wanted = next((suffix for ending, suffix in _SUFFIXES.items() if kind.endswith(ending)), ".xlsx")
        given = Path(path).suffix.lower()
        if given != wanted:
            macros = "has macros" if wanted in (".xlsm", ".xltm", ".xlam") else "has no macros"
            raise refuse(
                f"{self.package.path.name} {macros}, and Excel would not open it as {Path(path).name}: "
                f"give a name that ends in {wanted}."
            )
        self.package.save(path, in_place=in_place)

    def release(self) -> None:
        """Let go of what reading has piled up: it is fetched again when it is asked for."""
        self._values = None
        for sheet in self.sheets:
            sheet.release()

    @property
    def values(self) -> CalamineWorkbook:
        """The reader of cell values, of the file as it was opened."""
        if self._values is None:
            try:
                self._values = CalamineWorkbook.from_filelike(io.BytesIO(self.package.raw))
            except CalamineError as error:
                raise refuse(
                    f"{self.package.path.name} could not be read: open it in Excel, save a copy and use that."
                ) from error
        return self._values
