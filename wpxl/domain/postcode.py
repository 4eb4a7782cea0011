"""UK postcodes: the forms they take, how people type them, and a number for each.

A full postcode is an *outcode* (`TF7`, `EC1A`), a digit and a *unit* of two letters. Form is all that is judged here;
whether a postcode exists is for the lookup tables to say.

Source: the Code-Point Open and National Statistics Postcode Lookup user guides (forms A9, A99, AA9, AA99, A9A, AA9A; the
unit never uses C, I, K, M, O or V); GIR 0AA and the NPT outcode are historic exceptions that the ONS files still carry.

>>> clean(" tf75ug. ")
'TF75UG'
>>> spaced("TF75UG")
'TF7 5UG'
>>> parse("TF7 5U") is None
True
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from .blank import is_blank

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# What people type where there is none.
_NO_POSTCODE = frozenset(
    [
        "na",
        "none",
        "null",
        "nil",
        "unknown",
        "notknown",
        "notgiven",
        "notprovided",
        "missing",
        "tbc",
        "tba",
        "nopostcode",
    ]
)
UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
UNITS = len(UNIT_LETTERS) ** 2
HISTORIC_OUTCODES = ("GIR", "NPT")
UNIT_NUMBER = {a + b: i * 20 + j for i, a in enumerate(UNIT_LETTERS) for j, b in enumerate(UNIT_LETTERS)}
_OUTCODE = r"GIR|NPT|[A-Z]{1,2}[0-9][0-9A-Z]?"
_FORM = re.compile(rf"({_OUTCODE})([0-9])([ABD-HJLNP-UW-Z]{{2}})").fullmatch
_INSIDE = re.compile(rf"\b({_OUTCODE}) ?([0-9][ABD-HJLNP-UW-Z]{{2}})\b").findall

_MARKS = b".,;:'\"-"
_HAS_MARKS_OR_EXOTIC = re.compile(r"[.,;:'\"\-]|[^\x00-\x7f]").search


class Parts(NamedTuple):
    outcode: str
    digit: int
    unit: int  # 0..399, alphabetical in the twenty letters that units use


def clean(value: object) -> str | None:
    """The text with case, spaces, invisible characters and stray marks set aside; None for anything but text.

    Blank text gives "". Text of nothing but marks (`-`) gives "-": it is not blank, and it is not a postcode.
    """
    if not isinstance(value, str):
        return None
    if not value.isascii():
        value = unicodedata.normalize("NFKC", value)
        value = "".join(c for c in value if unicodedata.category(c) not in ("Zs", "Zl", "Zp", "Cf"))
        value = re.sub("[\u2010-\u2015\u2018\u2019\u201c\u201d\u2032]", "-", value)
    bare = "".join(value.split())
    if not bare.isascii():
        return bare
    return bare.upper() if bare.isalnum() else bare.encode().translate(None, _MARKS).decode().upper() or bare[:1]


def parse(text: str | None) -> Parts | None:
    """The parts of a cleaned postcode, or None where the form is wrong."""
    if text is None:
        return None
    found = _FORM(text)
    if found is None:
        return None
    outcode, digit, unit = found.groups()
    return Parts(outcode, int(digit), UNIT_NUMBER[unit])


def spaced(text: str) -> str:
    """The usual form, one space before the last three characters."""
    return f"{text[:-3]} {text[-3:]}"


def problem(value: object) -> str:
    """Why a cell is not a full postcode, in one sentence. Only for cells whose form is wrong."""
    text = clean(value)
    if text is None:
        return _not_text(value)
    shown = f"'{str(value).strip()[:40]}'"
    if "".join(c for c in str(value).casefold() if c.isalnum()) in _NO_POSTCODE:
        return f"{shown} stands for no postcode: leave the cell blank, or find the postcode out."
    inside = _INSIDE(" ".join(str(value).upper().split()))
    odd = sorted({c for c in text if not (c.isascii() and c.isalnum())})
    if len(inside) == 1 and len(text) > 7:
        return f"{shown} holds more than a postcode: leave only {' '.join(inside[0])} in the cell."
    if len(inside) > 1:
        return f"{shown} holds {len(inside)} postcodes: give each its own row."
    if odd and not any(c.isalnum() for c in text):
        return f"{shown} is not a postcode: it has no letters or digits."
    if odd:
        return f"{shown} is not a postcode: no postcode has the character '{odd[0]}'."
    if text.isalpha():
        return f"{shown} is a word, not a postcode."
    if text.isdigit():
        return f"{shown} is a number, not a postcode."
    if len(text) > 7:
        return f"{shown} is too long for a postcode, which has 5 to 7 letters and digits."
    if re.fullmatch(_OUTCODE, text) and len(str(value).split()) == 1:
        return f"{shown} is only the first half of a postcode: add the last part, a digit and two letters."
    if re.fullmatch(rf"({_OUTCODE})[0-9][A-Z]{{2}}", text):
        return f"{shown} is not a postcode: its last two letters are never C, I, K, M, O or V."
    if not re.search(r"[0-9][A-Z]{2}$", text):
        return f"{shown} is not a full postcode: the last part needs a digit and two letters."
    return f"{shown} is not a postcode: '{text[:-3]}' cannot be its first part (those look like M1, B33, CR2, TF10 or W1A)."


def _not_text(value: object) -> str:
    if isinstance(value, bool):
        return f"{str(value).upper()} is not a postcode: the cell holds TRUE or FALSE."
    if isinstance(value, (int, float)):
        return f"{value:g} is not a postcode: the cell holds a number."
    if hasattr(value, "isoformat"):
        return "The cell holds a date, not a postcode."
    return f"The cell holds no text (it is a {type(value).__name__}), so it is not a postcode."


# ---------------------------------------------------------------------------------------------------- repairs

_CONFUSED = {
    "O": "0", "0": "OQD", "Q": "0O", "D": "0", "I": "1L", "1": "IL", "L": "1", "S": "5", "5": "S", "B": "8", "8": "B",
    "Z": "2", "2": "Z", "G": "6", "6": "G", "A": "4", "4": "A", "T": "7", "7": "T", "V": "U", "C": "G", "K": "X", "M": "N",
}  # fmt: skip


def repairs(text: str) -> list[str]:
    """Well-formed postcodes that a slip of hand or eye could have turned into this text, likeliest first.

    Confused characters (O/0, I/1, S/5 …), two of them at most, then two swapped neighbours, a doubled or stray
    character, and a lost last letter. They need not exist.
    """
    seen: dict[str, None] = {}

    def offer(candidates: list[str]) -> None:
        for candidate in candidates:
            if candidate != text and _FORM(candidate):
                seen.setdefault(candidate)

    confused = [text[:i] + c + text[i + 1 :] for i, x in enumerate(text) for c in _CONFUSED.get(x, "")]
    if 4 <= len(text) <= 8:
        offer(confused)
        if not seen:
            offer([t[:i] + c + t[i + 1 :] for t in confused for i, x in enumerate(t) for c in _CONFUSED.get(x, "")])
        offer([text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1)])
        offer([text[:i] + text[i + 1 :] for i in range(len(text))])
        offer([text + letter for letter in UNIT_LETTERS])
    found = _INSIDE(re.sub(r"[^A-Z0-9]", " ", text))
    offer(["".join(parts) for parts in found])
    return list(seen)


# ------------------------------------------------------------------------------------------- whole columns at once

# An outcode, right-aligned in four bytes, is two pairs of bytes; each pair has a class, and the two classes make its number.
_HEADS = 26 * 27 + 1  # nothing, one letter, two letters
_TAILS = 260 + 100 + 260 + len(HISTORIC_OUTCODES)  # letter digit, digit digit, digit letter, the odd ones
_NO_TAIL = _TAILS
OUTCODES = (_HEADS + 1) * (_TAILS + 1)  # numbers run below this; the last one stands for anything malformed
MALFORMED = OUTCODES - 1
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"


class Packed(NamedTuple):
    """A column of cells as numbers. Shapes: all (n,)."""

    outcode: npt.NDArray[np.int32]  # MALFORMED where the cell is not a full postcode
    digit: npt.NDArray[np.uint8]
    unit: npt.NDArray[np.int16]
    blank: npt.NDArray[np.bool_]


def _head(pair: str) -> int:
    if not pair:
        return 0
    if len(pair) == 1:
        return 1 + _LETTERS.index(pair)
    return 27 + _LETTERS.index(pair[0]) * 26 + _LETTERS.index(pair[1])


def _tail(pair: str) -> int:
    for historic, outcode in enumerate(HISTORIC_OUTCODES):
        if pair == outcode[1:]:
            return 620 + historic
    a, b = pair[0], pair[1]
    if a in _LETTERS:
        return _LETTERS.index(a) * 10 + int(b)
    return 260 + int(a) * 10 + int(b) if b in _DIGITS else 360 + int(a) * 26 + _LETTERS.index(b)


def outcode_number(outcode: str) -> int:
    """The number that `pack` gives an outcode. `outcode` must be well formed."""
    return _head(outcode[:-2]) * (_TAILS + 1) + _tail(outcode[-2:])


def outcode_text(number: int) -> str:
    """The outcode of a number, the reverse of `outcode_number`."""
    head, tail = divmod(number, _TAILS + 1)
    first = (
        "" if head == 0 else _LETTERS[head - 1] if head < 27 else "".join(_LETTERS[i] for i in divmod(head - 27, 26))
    )
    if tail < 260:
        return first + _LETTERS[tail // 10] + _DIGITS[tail % 10]
    if tail < 360:
        return f"{first}{tail - 260:02d}"
    if tail < 620:
        return first + _DIGITS[(tail - 360) // 26] + _LETTERS[(tail - 360) % 26]
    return HISTORIC_OUTCODES[tail - 620]


class _Luts(NamedTuple):
    head: Any
    tail: Any
    unit: Any
    digit: Any
    keep: Any
    allowed: Any
    table: bytes


@cache
def _luts() -> _Luts:
    import numpy as np

    def at(pair: str) -> int:
        low, high = (ord(c) for c in pair.rjust(2, "\0"))
        return low | high << 8

    heads = ["", *_LETTERS, *(a + b for a in _LETTERS for b in _LETTERS)]
    tails = [a + b for a in _LETTERS for b in _DIGITS] + [a + b for a in _DIGITS for b in _DIGITS + _LETTERS]
    head = np.full(65536, _HEADS, np.int32)
    tail = np.full(65536, _NO_TAIL, np.int32)
    unit = np.full(65536, UNITS, np.int16)
    for pair in heads:
        head[at(pair)] = _head(pair)
    for pair in tails + [o[1:] for o in HISTORIC_OUTCODES]:
        tail[at(pair)] = _tail(pair)
    for pair, number in UNIT_NUMBER.items():
        unit[at(pair)] = number
    digit = np.full(256, 10, np.uint8)
    digit[48:58] = range(10)
    keep = np.zeros(9, np.uint64)  # masks for a window of seven characters and the separator after them
    keep[5:8] = [((1 << 8 * n) - 1) << 8 * (7 - n) for n in (5, 6, 7)]

    # Which pairs of classes make an outcode: A9, A99, A9A, AA9, AA99, AA9A and the historic ones.
    allowed = np.zeros((_HEADS + 1, _TAILS + 1), bool)
    allowed[0, :260] = allowed[1:27, :260] = allowed[1:27, 260:620] = allowed[27:_HEADS, 260:620] = True
    for number, outcode in enumerate(HISTORIC_OUTCODES):
        allowed[_head(outcode[0]), 620 + number] = True

    table = bytearray(b"?" * 256)
    for c in (_DIGITS + _LETTERS).encode():
        table[c] = c
        table[c | 32] = c if c > 64 else table[c | 32]
    table[0x1E] = 10
    return _Luts(head * (_TAILS + 1), tail, unit, digit, keep, allowed.ravel(), bytes(table))


def pack(cells: list[Any]) -> Packed:
    """Whole column to numbers: the same judgement as `parse(clean(cell))`, cell by cell, but a hundred times faster.

    The column becomes one byte string; each postcode is then the seven bytes before its separator, read as one integer.
    Cells with stray marks or letters from other alphabets are few, and take the one-at-a-time road afterwards.
    """
    import numpy as np

    luts, n = _luts(), len(cells)
    texts = [x if type(x) is str else "" if x is None else "?" for x in cells]
    block = ("\x1e".join(texts) + "\x1e").encode("latin-1", "replace")
    block = b"\n" * 8 + block.translate(luts.table, b" \t\r\n\v\f\x1c\x1d\x1f\xa0\xad")
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == 10)
    outcode, digit = np.empty(n, np.int32), np.empty(n, np.uint8)
    unit, blank = np.empty(n, np.int16), np.empty(n, bool)
    packed = Packed(outcode, digit, unit, blank)
    if len(ends) != n + 8:  # some cell holds the separator itself
        _repack(packed, cells, range(n))
        return packed
    windows: npt.NDArray[np.uint64] = np.ndarray((len(block) - 7,), "<u8", block, strides=(1,))
    step = 1 << 14  # the working set of a chunk stays in the processor's cache
    for i in range(0, n, step):
        end = ends[8 + i : 8 + min(n, i + step)]
        length = end - ends[7 + i : 7 + i + len(end)] - 1
        window = windows[end - 7] & luts.keep.take(np.minimum(length, 8))
        pairs = window.view("<u2").reshape(-1, 4)
        here = slice(i, i + len(end))
        code = luts.head.take(pairs[:, 0]) + luts.tail.take(pairs[:, 1])
        last = luts.digit.take(window.view(np.uint8)[4::8])
        two = luts.unit.take((window >> np.uint64(40)).view("<u2")[::4])
        wrong = ~luts.allowed.take(code)
        wrong |= last == 10
        wrong |= two == UNITS
        code[wrong], last[wrong], two[wrong] = MALFORMED, 0, 0
        outcode[here], digit[here], unit[here], blank[here] = code, last, two, length == 0
    suspects = np.flatnonzero((outcode == MALFORMED) & ~blank).tolist()
    _repack(packed, cells, [i for i in suspects if _HAS_MARKS_OR_EXOTIC(texts[i])])
    return packed


def _repack(packed: Packed, cells: list[Any], rows: Any) -> None:
    for i in rows:
        parts = parse(clean(cells[i]))
        packed.blank[i] = is_blank(cells[i])
        packed.outcode[i] = outcode_number(parts.outcode) if parts else MALFORMED
        packed.digit[i], packed.unit[i] = (parts.digit, parts.unit) if parts else (0, 0)
