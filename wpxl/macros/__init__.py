"""The ribbon's actions, each written once: ACTIONS, in the order of the ribbon, and `act`, which runs one."""

from __future__ import annotations

from .action import GROUPS, Action, Ask, Said, act
from .check import ACTIONS as CHECK
from .data import ACTIONS as DATA
from .decide import ACTIONS as DECIDE
from .finish import ACTIONS as FINISH
from .look_up import ACTIONS as LOOK_UP
from .reports import ACTIONS as REPORTS
from .support import ACTIONS as SUPPORT
from .templates import ACTIONS as HEAT

ACTIONS: dict[str, Action] = {
    action.name: action for group in (LOOK_UP, DECIDE, CHECK, HEAT, REPORTS, FINISH, DATA, SUPPORT) for action in group
}

__all__ = ["ACTIONS", "GROUPS", "Action", "Ask", "Said", "act"]
