"""A zip that comes out equal, byte for byte, on every machine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can state


def stored(parts: Mapping[str, bytes]) -> bytes:
    """Name → content as a zip, in the order given. Nothing is compressed, because zlib differs between Pythons."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 0  # else the operating system would show
            archive.writestr(entry, content, zipfile.ZIP_STORED)
    return out.getvalue()
