"""Everything that is generated from the catalogue: emit() → {path: bytes}.

One declaration a function; what users read about it, and what hosts need to know, is written from there and never by hand.
"""

from __future__ import annotations

import re

from . import measures, ready
from .catalogue import CATALOGUE, WIZARD_LIMIT, Function

NOTICE = "<!-- Written by `wpxl emit` from the catalogue; change the declarations, not this page. -->\n"


def emit() -> dict[str, bytes]:
    """Path in the checkout → content."""
    return {
        "docs/functions.md": _functions_page().encode(),
        "docs/measures.md": _measures_page().encode(),
        **{path: ready.build(path) for path in ready.PATHS},
    }


def _functions_page() -> str:
    names = list(CATALOGUE)
    parts = [NOTICE, "# The cell functions\n\n"]
    parts.append("| function | answers |\n|---|---|\n")
    parts += [f"| [{name}](#{name.lower()}) | {CATALOGUE[name].summary} |\n" for name in names]
    parts += [_function_section(CATALOGUE[name]) for name in names]
    return "".join(parts)


def _function_section(function: Function) -> str:
    assert len(function.summary) <= WIZARD_LIMIT, f"{function.name}: the wizard cuts help at {WIZARD_LIMIT} characters"
    out = [f"\n## {function.name}\n\n`={function.signature}`\n\n{function.summary}\n"]
    if function.args:
        out.append("\n| argument | what it is |\n|---|---|\n")
        out += [f"| {arg.name if arg.required else f'[{arg.name}]'} | {arg.help} |\n" for arg in function.args]
    for block in re.split(r"\n\n(?=[A-Z][a-z]+:)", function.help.strip()):
        heading, _, text = block.partition(":")
        if heading == "Examples":
            out.append(f"\n**{heading}**\n\n```python\n{text.strip()}\n```\n")
        else:
            out.append(f"\n**{heading}.** {' '.join(text.split())}\n")
    return "".join(out)


def _measures_page() -> str:
    """The published measures; what users bring themselves is not listed here."""
    book, sources = measures.published(), measures.sources()
    out = [NOTICE, "# The measures\n\nNames are forgiving: case, spaces and underscores do not matter. "]
    pinned = ", ".join(f"{family} {year}" for family, year in book["vintage"].items())
    out.append(
        f"A name without its year takes the pinned one ({pinned}); change it in `settings.toml` under `[vintage]`.\n\n"
    )
    out.append("| name | measure | unit | meaning | smallest area | covers | source |\n|---|---|---|---|---|---|---|\n")
    for name, m in book["measure"].items():
        covers = ", ".join(m.get("countries", [])) or "everywhere"
        source = sources[m["source"]]["title"]
        out.append(
            f"| `{name}` | {m['label']} | {m['unit']} | {m.get('note', '')} | {m['geography']} | {covers} | {source} |\n"
        )
    out.append("\n## Groups\n\n")
    out += [f"- `{name}`: {', '.join(members)}\n" for name, members in book["group"].items()]
    return "".join(out)
