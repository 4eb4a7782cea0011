"""What people write in yes-or-no columns, and what it says: yes, no, not known, or does not apply.

Lists mix `Y`, `Yes`, TRUE, 1, ✓ with the coded non-answers of national returns, and columns have words of their own ("care
leaver", "no known disability"). A blank is not a no. A mark that could mean either is a fault, not a guess.

>>> [read("fsm", cell) for cell in ("Y", 0, "Prefer not to say (998)", "n/a")]
[2, 0, 1, -1]
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from ..errors import VALUE, Fault
from .blank import is_blank

NO, UNKNOWN, YES = 0, 1, 2  # ordered, so that "and" is the lesser and "or" the greater
NOT_APPLICABLE = -1  # counts as not met, and is no gap in what is known

_YES = {"y", "yes", "true", "t", "1", "✓", "✔", "☑", "✅", "√", "yep", "yeah", "confirmed"}
_NO = {"n", "no", "false", "f", "0", "✗", "✘", "☒", "❌", "☐", "none", "nope", "neither", "never"}
_UNKNOWN = {
    "997", "998", "999", "not known", "unknown", "prefer not to say", "not available", "information refused", "refused",
    "information not yet sought", "not yet sought", "not yet known", "dont know", "do not know", "dk", "unsure", "not sure",
    "not stated", "not given", "not provided", "not disclosed", "no data", "no answer", "no response", "missing", "null", "nan",
    "nk", "n/k", "pnts", "tbc", "pending", "rather not say", "withheld", "undisclosed", "not recorded", "awaiting", "?", "??", "-",
    "–", "—", ".", "..", "…",
}  # fmt: skip
_NOT_APPLICABLE = {"n/a", "na", "not applicable", "does not apply", "inapplicable"}
EITHER = {"x", "maybe", "possibly", "*", "sometimes"}  # a cross in a box ticks it, or strikes it out

# Words of single columns: what begins with one of these answers the question of that column. Longest first wins.
FIELDS: dict[str, dict[str, int]] = {
    "fsm": {
        "eligible": YES, "fsm": YES, "free school meals": YES, "taken up": YES, "currently eligible": YES, "receives": YES,
        "not eligible": NO, "ineligible": NO, "not fsm": NO, "non fsm": NO, "no fsm": NO, "not in receipt": NO, "paid": NO,
        "in receipt": YES, "not receiving": NO, "entitled": YES, "not entitled": NO,
    },
    "bursary": {
        "bursary": YES, "in receipt": YES, "receives": YES, "discretionary": YES, "vulnerable": YES, "full": YES, "eligible": YES,
        "not in receipt": NO, "no bursary": NO, "not eligible": NO, "not receiving": NO,
    },
    "parental_he": {
        "at least one": YES, "one parent": YES, "both": YES, "parent has": YES, "parents have": YES, "mother": YES, "father": YES,
        "degree": YES, "university": YES, "graduate": YES,
        "no parent": NO, "neither parent": NO, "none of": NO, "no parental he": NO, "first generation": NO, "first in": NO,
        "not first": YES, "parents did not": NO, "no he": NO, "no degree": NO, "did not go": NO,
    },
    "first_generation": {
        "first": YES, "not first": NO, "neither parent": YES, "no parent": YES, "at least one": NO, "one parent": NO, "both": NO,
    },
    "disabled": {
        "no known": NO, "no disability": NO, "not disabled": NO, "no disabilities": NO, "no impairment": NO, "disabled": YES,
        "disability": YES, "dyslexia": YES, "autis": YES, "adhd": YES, "specific learning": YES, "learning difficult": YES,
        "learning difference": YES, "mental health": YES, "blind": YES, "visual impairment": YES, "deaf": YES, "hearing": YES,
        "physical": YES, "wheelchair": YES, "long standing": YES, "longstanding": YES, "long-standing": YES, "long term": YES,
        "long-term": YES, "two or more": YES,
        "social communication": YES, "ehcp": YES, "ehc plan": YES, "statement": YES, "another disability": YES, "other": YES,
        "development condition": YES, "sen support": UNKNOWN, "sen": UNKNOWN,
    },
    "in_care": {
        "in care": YES, "care leaver": YES, "care experienced": YES, "looked after": YES, "lac": YES, "currently in care": YES,
        "previously": YES, "has been": YES, "foster": YES, "ever in care": YES, "local authority care": YES, "cla": YES,
        "not in care": NO, "never": NO, "no care": NO, "not care": NO, "not looked": NO, "not a care": NO,
    },
    "tracking_statement": {
        "seen": YES, "statement seen": YES, "heat tracking statement seen": YES, "tracking statement seen": YES, "read": YES,
        "shown": YES, "given": YES, "not seen": NO, "unseen": NO, "statement not seen": NO, "heat tracking statement not seen": NO,
        "tracking statement not seen": NO, "not given": UNKNOWN, "consent given": YES, "consented": YES, "agreed": YES,
    },
    "estranged": {"estranged": YES, "not estranged": NO},
    "carer": {"carer": YES, "young carer": YES, "young adult carer": YES, "not a carer": NO, "not carer": NO, "no caring": NO,
              "cares for": YES, "caring": YES},
}  # fmt: skip

_MARKS = re.compile(r"[^\w/?.%✓✔☑✅√✗✘☒❌☐*…–—-]+")
_CODE = re.compile(r"[ (]*\b(99[789])\)?$")


def simple(text: str) -> str:
    """Lower case, one space between words, no punctuation that says nothing."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("\u2019", "").replace("\ufe0f", "")
    return _MARKS.sub(" ", text).strip(" .") or text.strip()


def unsaid(cell: Any) -> bool:
    """Whether a cell holds one of the ways of giving no answer; a blank is one."""
    if is_blank(cell):
        return True
    text = simple(_text(cell))
    return text in _UNKNOWN or _CODE.sub("", text).strip() in _UNKNOWN or bool(_CODE.search(text))


def read(field: str, cell: Any) -> int | Fault:
    """YES, NO, UNKNOWN or NOT_APPLICABLE for a cell of a column; a Fault where it cannot be read as either.

    field: a key of FIELDS, for that column's own words; any other name knows the common words only.
    """
    if unsaid(cell):
        return UNKNOWN
    text = simple(_text(cell))
    if text in _YES:
        return YES
    if text in _NO:
        return NO
    if text in _NOT_APPLICABLE:
        return NOT_APPLICABLE
    known = FIELDS.get(field, {})
    for words in sorted(known, key=len, reverse=True):
        if text.startswith(words):
            return known[words]
    first = text.partition(" ")[0]
    if first in ("yes", "y"):
        return YES
    if first in ("no", "n", "not", "none", "never"):
        return NO
    seen = str(cell).strip()[:40]
    if text in EITHER:
        return Fault(
            VALUE, f"'{seen}' could mean yes or no here: write Y or N, or leave the cell blank if it is not known."
        )
    return Fault(VALUE, f"'{seen}' is neither yes nor no: write Y or N, or leave the cell blank if it is not known.")


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
