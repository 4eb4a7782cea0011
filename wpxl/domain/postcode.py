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
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from .blank import is_blank
from .names import simple

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
SHORTEST, LONGEST = 5, 7  # letters and digits
NO_DIGIT = 10
UNITS = len(UNIT_LETTERS) ** 2
HISTORIC_OUTCODES = ("GIR", "NPT")
UNIT_NUMBER = {a + b: i * 20 + j for i, a in enumerate(UNIT_LETTERS) for j, b in enumerate(UNIT_LETTERS)}
_OUTCODE = r"GIR|NPT|[A-Z]{1,2}[0-9][0-9A-Z]?"
_FORM = re.compile(rf"({_OUTCODE})([0-9])([ABD-HJLNP-UW-Z]{{2}})").fullmatch
_INSIDE = re.compile(rf"\b({_OUTCODE}) ?([0-9][ABD-HJLNP-UW-Z]{{2}})\b").findall

_MARKS = b".,;:'\"-"


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
    if simple(str(value)) in _NO_POSTCODE:
        return f"{shown} stands for no postcode: leave the cell blank, or find the postcode out."
    inside = _INSIDE(" ".join(str(value).upper().split()))
    odd = sorted({c for c in text if not (c.isascii() and c.isalnum())})
    if len(inside) == 1 and len(text) > LONGEST:
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
    if len(text) > LONGEST:
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
    digit = np.full(256, NO_DIGIT, np.uint8)
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
    table[10], table[ord("\\")] = 10, ord("\\")
    return _Luts(head * (_TAILS + 1), tail, unit, digit, keep, allowed.ravel(), bytes(table))


_CHUNK = 1 << 14  # so many rows at a time: the working set stays in the processor's cache


def pack_in_chunks(cells: list[Any]) -> tuple[Iterator[tuple[int, Packed]], list[int]]:
    """Whole column to numbers, chunk by chunk, each with the row it starts at; and the rows that need a second look.

    The column becomes one byte string, a line a cell; each postcode is then the seven bytes before the end of its line,
    read as one integer. Parts that cannot be are NO_DIGIT, UNITS and outcodes that `malformed` knows. Cells with stray
    marks, letters from other alphabets, or nothing at all are few: `find` or `parse(clean(cell))` has the last word on them.
    Cells that hold something else than text or a number are among them.
    """
    import numpy as np

    if not cells:
        return iter(()), []
    block = _lines(cells)
    ends = _ends(block)
    if len(ends) != len(cells) + 8:  # a list or a dictionary in a cell takes lines of its own
        block = _lines([x if isinstance(x, str) else None if x is None else "?" for x in cells])
        ends = _ends(block)
    characters = np.frombuffer(block, np.uint8)
    lengths = np.diff(ends[7:])
    # Too many letters and digits are no postcode whatever else is there, nor are too few with little else; but
    # backslashes stand for other characters.
    odd, count = np.unique(np.searchsorted(ends, np.flatnonzero(characters == ord("?"))) - 8, return_counts=True)
    plain = lengths[odd] - 1 - count
    hopeless = (plain > LONGEST) | ((plain > 0) & (plain + count < SHORTEST))
    escaped: list[int] = []
    if b"\\" in block:
        escaped = (np.searchsorted(ends, np.flatnonzero(characters == ord("\\"))) - 8).tolist()
    empty = np.flatnonzero(lengths == 1)
    null = np.flatnonzero(lengths == 5)
    null = null[characters[ends[null + 8] - 1] == ord("L")]
    blank = np.zeros(len(cells), bool)
    blank[[i for i in null.tolist() if cells[i] is None]] = True
    second = {*odd[~hopeless].tolist(), *escaped, *empty.tolist()}
    return _chunks(block, ends, blank), [i for i in second if cells[i] is not None]


def _ends(block: bytes) -> npt.NDArray[np.int64]:
    import numpy as np

    return np.flatnonzero(np.frombuffer(block, np.uint8) == 10)[1:]


def _lines(cells: list[Any]) -> bytes:
    """A column as capital letters and digits, each cell ended by a newline, after nine newlines.

    The JSON writer is the quickest way from Python texts to bytes, and puts each cell on a line of its own; its quotation
    marks and commas are dropped like any in the cells. `?` stands for whatever is neither letter, digit nor space.
    """
    import orjson

    option = orjson.OPT_INDENT_2 | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
    try:
        text = orjson.dumps(cells, _as_text, option)
    except TypeError:  # half a surrogate pair, or a number beyond 64 bits
        texts = [
            x.encode("utf-8", "replace").decode() if isinstance(x, str) else None if x is None else "?" for x in cells
        ]
        text = orjson.dumps(texts, None, option)
    return b"\n" * 8 + text[1:-1].translate(_luts().table, b' \t\r\v\f,"\xc2\xa0\xad')


def _as_text(value: object) -> str:
    return str(value) if isinstance(value, str) else "?"


def _chunks(block: bytes, ends: npt.NDArray[np.int64], blank: npt.NDArray[np.bool_]) -> Iterator[tuple[int, Packed]]:
    import numpy as np

    luts = _luts()
    windows: npt.NDArray[np.uint64] = np.ndarray((len(block) - 7,), "<u8", block, strides=(1,))
    for start in range(0, len(ends) - 8, _CHUNK):
        end = ends[8 + start : 8 + start + _CHUNK]
        length = end - ends[7 + start : 7 + start + len(end)] - 1
        window = windows[end - 7] & luts.keep.take(np.minimum(length, 8))
        pairs = window.view("<u2").reshape(-1, 4)
        outcode = luts.head.take(pairs[:, 0]) + luts.tail.take(pairs[:, 1])
        digit = luts.digit.take(window.view(np.uint8)[4::8])
        unit = luts.unit.take((window >> np.uint64(40)).view("<u2")[::4])
        yield start, Packed(outcode, digit, unit, blank[start : start + _CHUNK])


def malformed(outcode: npt.NDArray[Any], digit: npt.NDArray[Any], unit: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which packed cells are no full postcodes. Shape: (n,)."""
    wrong: npt.NDArray[np.bool_] = ~_luts().allowed.take(outcode)
    wrong |= digit == NO_DIGIT
    wrong |= unit == UNITS
    return wrong


def pack(cells: list[Any]) -> Packed:
    """Whole column to numbers: the same judgement as `parse(clean(cell))`, cell by cell, but a hundred times faster."""
    import numpy as np

    chunks, suspects = pack_in_chunks(cells)
    parts = [packed for _, packed in chunks]
    if not parts:
        return Packed(np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros(0, np.int16), np.zeros(0, bool))
    whole = Packed(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    wrong = malformed(whole.outcode, whole.digit, whole.unit)
    whole.outcode[wrong], whole.digit[wrong], whole.unit[wrong] = MALFORMED, 0, 0
    for i in suspects:
        if not isinstance(cells[i], str):
            continue
        found = parse(clean(cells[i]))
        if found:
            whole.outcode[i], whole.digit[i], whole.unit[i] = outcode_number(found.outcode), found.digit, found.unit
        whole.blank[i] = is_blank(cells[i])
    return whole
