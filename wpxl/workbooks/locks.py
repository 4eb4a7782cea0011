"""Signatures and locks of a workbook: what a changed copy is no longer, or was not meant to be."""

from __future__ import annotations

from ..errors import refuse
from .book import Book
from .parts import child, parse, relationships

SIGNED = (
    "The workbook is digitally signed, and the signature no longer holds for a changed workbook: Excel will say that it is "
    "invalid, so have it signed again."
)


def warnings(book: Book, *, in_place: bool) -> list[str]:
    """What the person should know before sheets of a workbook change.

    A lock of the workbook's structure is a wish, not encryption: a copy may have another sheet, the workbook itself not.
    Errors: a Fault where a locked workbook is to be changed in its place.
    """
    said = []
    if any(link.kind == "origin" for link in relationships(book.package, "")):  # of package signatures, not of macros
        said.append(SIGNED)
    lock = child(parse(book.package.read(book.part)), "workbookProtection")
    if lock is not None and lock.get("lockStructure") in ("1", "true"):
        if in_place:
            raise refuse(
                f"The structure of {book.package.path.name} is locked, so no sheet is added to it: lift the lock (Review, Protect "
                "Workbook), or write a copy with -o."
            )
        said.append("The structure of the workbook is locked; the copy has the lock too, and the reports all the same.")
    return said
