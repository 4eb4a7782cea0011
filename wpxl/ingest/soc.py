"""The coding index of SOC 2020: every job title that the Office for National Statistics lists, with its unit group.

Source: ONS, SOC 2020 volume 2, the coding index (one sheet, or the same as csv): the extended code 8211/00 or the unit group
8211, and INDEXOCC in natural word order. A title in several unit groups keeps them all, the commonest first; `}}}}` marks
titles that name no one group.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pyarrow as pa

from ..errors import refuse
from ..store.write import Draft
from .columns import match
from .opening import Found

SOURCES = ("soc_2020_index",)
UNCLASSIFIABLE = "none"
_CODE = re.compile(r"([1-9][0-9]{3})(?:/[0-9]{2})?")
_NO_CODE = re.compile(r"}+(?:/}+)?")


def recognise(header: list[str]) -> dict[str, str] | None:
    found = match(
        header,
        {"code": r"SOC[ _]?2020(?:[ _]?(?:ext|code|unit[ _]group))?", "title": r"INDEXOCC.*natural.*"},
    )
    return found if len(found) == 2 else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = found.columns(roles)
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    shown: dict[str, str] = {}
    for line, (code, title) in enumerate(
        zip(rows.column("code").to_pylist(), rows.column("title").to_pylist(), strict=True), 2
    ):
        title = " ".join((title or "").split())
        if not title:
            continue
        plain = title.casefold()
        groups[plain][_group(found, line, code or "")] += 1
        shown.setdefault(plain, title)
    titles = sorted(shown)
    return Draft(
        id="soc_2020_index",
        key="occupation",
        rows=pa.table(
            {
                "occupation": [shown[t] for t in titles],
                "soc2020": [" ".join(code for code, _ in groups[t].most_common()) for t in titles],
            }
        ),
        title="SOC 2020 coding index",
        vintage="2020",
    )


def _group(found: Found, line: int, text: str) -> str:
    code = _CODE.fullmatch(text.strip())
    if code:
        return code[1]
    if _NO_CODE.fullmatch(text.strip()):
        return UNCLASSIFIABLE
    raise refuse(
        f"{found.name}, line {line}: '{text[:20]}' is no SOC 2020 code (those look like 8211/00). Nothing has changed."
    )
