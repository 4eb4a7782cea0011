"""When a cell is blank: nothing in it that a person could see.

>>> is_blank(None), is_blank(" \\u00a0\\u200b"), is_blank(0), is_blank("-")
(True, True, False, False)
"""

from __future__ import annotations


def is_blank(value: object) -> bool:
    """None, and text of spaces and invisible characters only."""
    if value is None:
        return True
    if not isinstance(value, str):
        return False
    if not value.strip():
        return True
    if value.isascii():
        return False
    from unicodedata import category

    return all(c.isspace() or category(c) == "Cf" for c in value)
