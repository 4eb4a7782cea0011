"""The binary layout of an index: named arrays in one file, read in place through a memory map.

An index is derived from Parquet and can always be made again. It exists because opening it costs a millisecond and
needs nothing but the standard library, so that the first answer in a cell does not wait for numpy and pyarrow.

File: 8 bytes of magic, the header's length, the header (JSON: what each part is called, where it lies, its type),
then the parts, each on a 64-byte boundary.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from bisect import bisect_left
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MAGIC = b"wpxlidx5"
IN_PLACE = 16  # searches before a list of all texts is worth its making
NULL_TEXT = 0  # ordinal of a missing text
NULLS = {"b": -128, "h": -32768, "i": -(2**31)}  # missing whole numbers, by type; missing decimals are NaN


class Parts:
    """An opened index: `facts`, and arrays by name as memory views or numpy arrays over the same memory."""

    def __init__(self, memory: Any):
        if bytes(memory[:8]) != MAGIC:
            raise ValueError("not an index of this version")
        (length,) = struct.unpack_from("<I", memory, 8)
        header = json.loads(bytes(memory[12 : 12 + length]))
        self.facts: dict[str, Any] = header["facts"]
        self._where: dict[str, tuple[int, int, str]] = header["parts"]
        self._memory = memoryview(memory)
        self._views: dict[str, Any] = {}

    @classmethod
    def open(cls, path: Path) -> Parts:
        with path.open("rb") as file:
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def __contains__(self, name: str) -> bool:
        return name in self._where

    def view(self, name: str) -> Any:
        """A part as a memory view of its own type: indexing gives plain Python numbers."""
        view = self._views.get(name)
        if view is None:
            offset, size, kind = self._where[name]
            view = self._views[name] = self._memory[offset : offset + size].cast(kind)  # type: ignore[call-overload]
        return view

    def array(self, name: str) -> npt.NDArray[Any]:
        import numpy as np

        offset, size, kind = self._where[name]
        dtype = np.dtype(kind)
        return np.frombuffer(self._memory, dtype, size // dtype.itemsize, offset)

    def text(self, name: str) -> str:
        return bytes(self.view(name)).decode()


def encode(facts: dict[str, Any], parts: dict[str, npt.NDArray[Any] | bytes]) -> bytes:
    """An index as bytes."""
    blobs: dict[str, tuple[bytes, str]] = {}
    for name, part in parts.items():
        blobs[name] = (part, "B") if isinstance(part, bytes) else (part.tobytes(), part.dtype.char)

    def header(start: int) -> bytes:
        where, at = {}, start
        for name, (blob, kind) in blobs.items():
            where[name] = (at, len(blob), kind)
            at += -(-len(blob) // 64) * 64
        return json.dumps({"facts": facts, "parts": where}).encode()

    room = -(-(len(header(1 << 30)) + 12 + 64) // 64) * 64
    head = header(room)
    out = bytearray(MAGIC + struct.pack("<I", len(head)) + head)
    for blob, _ in blobs.values():
        out += b"\0" * (-len(out) % 64 if len(out) >= room else room - len(out))
        out += blob
    return bytes(out) + b"\0" * 8


def publish(data: bytes, path: Path) -> None:
    """Put an index in place at once or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def highest(numbers: npt.NDArray[Any]) -> int:
    """The highest of some numbers from 0 up; 0 where there are none."""
    return int(numbers.max()) if len(numbers) else 0


# ------------------------------------------------------------------------------------------------------ columns


def pack_column(name: str, values: list[Any]) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any] | bytes]]:
    """A column of plain values (None = missing) as facts and parts. Texts are stored once each, with ordinals."""
    import numpy as np

    present = [v for v in values if v is not None]
    if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in present):
        kind, scale = _narrowest(present)
        null = NULLS.get(kind, float("nan"))
        stored = [null if v is None else v if scale == 1 else round(v * scale) for v in values]
        return {"kind": kind, "scale": scale}, {f"{name}.n": np.array(stored, kind)}
    words = sorted({str(v) for v in present})
    ordinal = {word: i for i, word in enumerate(words, 1)}
    small: type[np.unsignedinteger[Any]] = (
        np.uint8 if len(words) < 255 else np.uint16 if len(words) < 65535 else np.uint32
    )
    ordinals = np.array([0 if v is None else ordinal[str(v)] for v in values], small)
    facts, blob = pack_words(words)
    return {"kind": "text", **facts}, {f"{name}.o": ordinals, f"{name}.w": blob}


def _narrowest(numbers: list[Any]) -> tuple[str, int]:
    """The type with the least room for some numbers, and what they are multiplied by to become whole.

    Decimals are scaled only where dividing gives back the very same number: shares in % take a quarter of the room.
    """
    scales = (1,) if all(isinstance(v, int) for v in numbers) else (10, 100)
    for scale in scales:
        if scale == 1 or all(abs(v) < 1e7 and round(v * scale) / scale == v for v in numbers):
            whole = [round(v * scale) for v in numbers]
            low, high = min(whole, default=0), max(whole, default=0)
            kind = next((k for k, null in NULLS.items() if null < low and high < -null), None)
            if kind:
                return kind, scale
    return "d", 1


def pack_words(words: list[str]) -> tuple[dict[str, Any], bytes]:
    """Sorted texts as one blob: of equal width where they all are (area codes), else one a line."""
    widths = {len(word) for word in words}
    if len(widths) == 1 and all(word.isascii() for word in words):
        return {"width": widths.pop(), "count": len(words)}, "".join(words).encode()
    return {"width": 0, "count": len(words)}, "\n".join(word.replace("\n", " ") for word in words).encode()


class Words:
    """Sorted texts of an index; ordinals count from 1, 0 is none."""

    def __init__(self, parts: Parts, name: str, facts: dict[str, Any]):
        self._parts, self._name = parts, name
        self.width: int = facts["width"]
        self.count: int = facts["count"]
        self._lines: list[str] | None = None
        self._searches = 0

    def _all(self) -> list[str]:
        if self._lines is None:
            text = self._parts.text(self._name)
            w = self.width
            self._lines = [text[i * w : i * w + w] for i in range(self.count)] if w else text.split("\n")[: self.count]
        return self._lines

    def at(self, ordinal: int) -> str | None:
        if ordinal == NULL_TEXT:
            return None
        if self.width:
            start = (ordinal - 1) * self.width
            return bytes(self._parts.view(self._name)[start : start + self.width]).decode()
        return self._all()[ordinal - 1]

    def find(self, text: str) -> int:
        """The ordinal of a text, or 0. The first few searches read the file in place, later ones a list made once."""
        self._searches += 1
        if self._searches > IN_PLACE:
            words = self._all()
            at = bisect_left(words, text)
            return at + 1 if at < len(words) and words[at] == text else 0
        low, high = 1, self.count
        while low <= high:
            middle = (low + high) // 2
            here = self.at(middle)
            if here == text:
                return middle
            if here is not None and here < text:
                low = middle + 1
            else:
                high = middle - 1
        return 0

    def objects(self) -> npt.NDArray[np.object_]:
        """All texts by ordinal, None at 0. Shape: (count + 1,)."""
        import numpy as np

        out = np.empty(self.count + 1, object)
        out[1:] = self._all()
        return out

    def find_many(self, words: Words) -> npt.NDArray[np.int64]:
        """For each ordinal of other words, the ordinal here (0 = none). Shape: (words.count + 1,)."""
        import numpy as np

        out = np.zeros(words.count + 1, np.int64)
        if not self.count or not words.count:
            return out
        if self.width and self.width == words.width:
            mine = np.frombuffer(self._parts.view(self._name), f"S{self.width}")
            theirs = np.frombuffer(words._parts.view(words._name), f"S{words.width}")
        else:
            mine, theirs = np.array(self._all(), object), np.array(words._all(), object)
        at = np.minimum(np.searchsorted(mine, theirs), self.count - 1)
        out[1:] = np.where(mine[at] == theirs, at + 1, 0)
        return out


class Column:
    """One column of an index. Rows count from 0; `at(-1)` is missing."""

    def __init__(self, parts: Parts, name: str, facts: dict[str, Any]):
        self.kind: str = facts["kind"]
        self._parts = parts
        self._name = f"{name}.{'o' if self.kind == 'text' else 'n'}"
        self.words = Words(parts, f"{name}.w", facts) if self.kind == "text" else None
        self._null = NULLS.get(self.kind)
        self._scale: int = facts.get("scale", 1)

    def at(self, row: int) -> Any:
        if row < 0:
            return None
        value = self._parts.view(self._name)[row]
        if self.words is not None:
            return self.words.at(value)
        if value == self._null or value != value:
            return None
        return value if self._scale == 1 else value / self._scale

    def raw(self) -> npt.NDArray[Any]:
        """Ordinals of a text column, numbers of another. Shape: (rows,)."""
        return self._parts.array(self._name)

    def objects(self) -> npt.NDArray[np.object_]:
        """Plain Python values and None; one None more at the end, so that row -1 is missing. Shape: (rows + 1,)."""
        import numpy as np

        raw = self.raw()
        out = np.empty(len(raw) + 1, object)
        if self.words is not None:
            out[:-1] = self.words.objects()[raw]
            return out
        out[:-1] = (raw if self._scale == 1 else raw / self._scale).tolist()
        out[:-1][(raw == self._null) if self._null is not None else np.isnan(raw)] = None
        return out
