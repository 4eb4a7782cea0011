"""What the columns of outreach workbooks mean: data/fields.toml, and the user's own words beside it.

`of` and `label` say what fields there are; `match` finds them among headings; `remember` adds a heading of the user's own.
"""

from .match import (
    INSIDE,
    LABEL,
    NEAR,
    OWN,
    WORD,
    Found,
    fit,
    known,
    left_alone,
    match,
    names,
    names_register,
    says_session,
)
from .registry import Field, label, of, own, remember, tables
from .words import tokens

__all__ = [
    "INSIDE",
    "LABEL",
    "NEAR",
    "OWN",
    "WORD",
    "Field",
    "Found",
    "fit",
    "known",
    "label",
    "left_alone",
    "match",
    "names",
    "names_register",
    "of",
    "own",
    "remember",
    "says_session",
    "tables",
    "tokens",
]
