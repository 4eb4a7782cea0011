"""The ribbon's XML, from the actions: a tab, a group for each kind of action, a button for each action.

Every button calls one VBA procedure, WpxlOnAction; its id says which action it stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from ...macros import ACTIONS, GROUPS, Action

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"  # of Office 2010 and later
PREFIX = "wpxl_"  # of a button's id; the same in workbook/vba/wpxlRibbon.bas
CALLBACK = "WpxlOnAction"
TAB = "Widening participation"
TIP_LIMIT = 1024  # of screentip and supertip, from the schema's ST_LongString


def ribbon_xml(actions: Sequence[Action] | None = None) -> str:
    actions = list(ACTIONS.values()) if actions is None else actions
    out = [f'<customUI xmlns="{NAMESPACE}">\n  <ribbon>\n    <tabs>\n']
    out.append(f'      <tab id="wpxlTab" label={quoteattr(TAB)}>\n')
    for group in GROUPS:
        buttons = [action for action in actions if action.group == group]
        if not buttons:
            continue
        out.append(f'        <group id="wpxlGroup{group.replace(" ", "")}" label={quoteattr(group)}>\n')
        out += [_button(action, large=i == 0) for i, action in enumerate(buttons)]
        out.append("        </group>\n")
    out.append("      </tab>\n    </tabs>\n  </ribbon>\n</customUI>\n")
    return "".join(out)


def _button(action: Action, large: bool) -> str:
    """The first of a group is large, the others stand beside it in threes."""
    attributes = {
        "id": f"{PREFIX}{action.name}",
        "label": action.label,
        "size": "large" if large else "normal",
        "imageMso": action.image,
        "screentip": action.screentip,
        "supertip": action.supertip,
        "onAction": CALLBACK,
    }
    return f"          <button {' '.join(f'{k}={quoteattr(v)}' for k, v in attributes.items())}/>\n"
