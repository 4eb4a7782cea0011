"""A VBA project from its source text alone ([MS-OVBA]): no compiled code, so Excel compiles it when it loads it.

A writer of our own rather than pyOpenVBA, because the file must be the same bytes on every machine and hold no module that
is not ours, and so that nobody needs a further package to build it. Its output is read back by two independent readers in
the tests.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from .cfb import compound_file

CODE_PAGE = "cp1252"
STANDARD, DOCUMENT = "Module", "Document"
CHUNK = 4096
SOURCE_ONLY = bytes.fromhex("cc61ffff000000")  # the _VBA_PROJECT stream of a project without compiled code: 2.3.4.1
OLE_AUTOMATION = r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation"
HOST_EXTENDER = "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000"  # the VBA editor: 2.3.1.18


@dataclass(frozen=True)
class Module:
    """name; code with its Attribute lines, lines ending in CR LF; kind: STANDARD, or DOCUMENT (workbook or sheet)."""

    name: str
    code: str
    kind: str = STANDARD


def vba_project(name: str, modules: Sequence[Module]) -> bytes:
    """The content of vbaProject.bin."""
    guid = "{" + str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.vba")).upper() + "}"
    names = [module.name.encode(CODE_PAGE) + b"\0" + module.name.encode("utf-16-le") + b"\0\0" for module in modules]
    streams = {
        "PROJECT": _project(name, guid, modules),
        "PROJECTwm": b"".join(names) + b"\0\0",  # 2.3.3
        "VBA/_VBA_PROJECT": SOURCE_ONLY,
        "VBA/dir": compressed(_directory(name, modules)),
    }
    for module in modules:
        streams[f"VBA/{module.name}"] = compressed(module.code.encode(CODE_PAGE))
    return compound_file(streams)


def _project(name: str, guid: str, modules: Sequence[Module]) -> bytes:
    """The PROJECT stream (2.3.1): what the editor shows. No password; the project is visible."""
    lines = [f'ID="{guid}"']
    lines += [f"{m.kind}={m.name}{'/&H00000000' if m.kind == DOCUMENT else ''}" for m in modules]
    lines += [f'Name="{name}"', 'HelpContextID="0"', 'VersionCompatible32="393222000"']
    lines += [
        f'CMG="{_hidden(bytes(4), guid)}"',
        f'DPB="{_hidden(bytes(1), guid)}"',
        f'GC="{_hidden(bytes([255]), guid)}"',
    ]
    lines += ["", "[Host Extender Info]", HOST_EXTENDER, "", "[Workspace]"]
    lines += [f"{m.name}=0, 0, 0, 0, C" for m in modules]
    return "".join(f"{line}\r\n" for line in lines).encode(CODE_PAGE)


def _hidden(data: bytes, guid: str, seed: int = 0x5A) -> str:
    """Data encryption (2.4.3.2), with a fixed seed where Excel takes a random one."""
    key = sum(guid.encode(CODE_PAGE)) & 0xFF
    out = [seed, seed ^ 2, seed ^ key]  # the second holds the version, which is 2
    last, before = out[2], out[1]
    plain = key
    for byte in bytes([7] * ((seed & 6) // 2)) + struct.pack("<I", len(data)) + data:
        value = byte ^ ((before + plain) & 0xFF)
        before, last, plain = last, value, byte
        out.append(value)
    return bytes(out).hex().upper()


def _record(number: int, value: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(value)) + value


def _directory(name: str, modules: Sequence[Module]) -> bytes:
    """The dir stream before compression (2.3.4.2)."""
    english, zero = struct.pack("<I", 0x409), bytes(4)
    out = [
        _record(0x01, struct.pack("<I", 3)),  # for 64-bit Windows; Excel takes it elsewhere too
        _record(0x02, english) + _record(0x14, english) + _record(0x03, struct.pack("<H", 1252)),
        _record(0x04, name.encode(CODE_PAGE)),
        _record(0x05) + _record(0x40) + _record(0x06) + _record(0x3D) + _record(0x07, zero) + _record(0x08, zero),
        struct.pack("<HIIH", 0x09, 4, 1, 1),  # version: its length says 4 although 6 bytes follow (2.3.4.2.1.11)
        _record(0x0C) + _record(0x3C),
        _record(0x16, b"stdole") + _record(0x3E, "stdole".encode("utf-16-le")),
        _record(0x0D, struct.pack("<I", len(OLE_AUTOMATION)) + OLE_AUTOMATION.encode(CODE_PAGE) + bytes(6)),
        _record(0x0F, struct.pack("<H", len(modules))) + _record(0x13, b"\xff\xff"),
    ]
    for module in modules:
        narrow, wide = module.name.encode(CODE_PAGE), module.name.encode("utf-16-le")
        out.append(_record(0x19, narrow) + _record(0x47, wide) + _record(0x1A, narrow) + _record(0x32, wide))
        out.append(_record(0x1C) + _record(0x48) + _record(0x31, zero))  # its source begins where its stream begins
        out.append(_record(0x1E, zero) + _record(0x2C, b"\xff\xff"))
        out.append(_record(0x21 if module.kind == STANDARD else 0x22))
        out.append(_record(0x2B))
    return b"".join(out) + _record(0x10)


def compressed(data: bytes) -> bytes:
    """Compression (2.4.1): chunks of 4,096 bytes, each a header and tokens."""
    return b"\x01" + b"".join(_chunk(data[i : i + CHUNK]) for i in range(0, len(data), CHUNK))


def _chunk(data: bytes) -> bytes:
    body, at = bytearray(), 0
    seen: dict[bytes, list[int]] = {}  # where each three bytes began
    while at < len(data):
        flags_at = len(body)
        body.append(0)
        for bit in range(8):
            if at >= len(data):
                break
            bits = max((at - 1).bit_length(), 4)  # how many of a copy token's bits hold its offset: 2.4.1.3.19.1
            start, length = _earlier(data, at, seen, (0xFFFF >> bits) + 3)
            if length:
                body[flags_at] |= 1 << bit
                body += struct.pack("<H", (at - start - 1) << (16 - bits) | (length - 3))
            else:
                body.append(data[at])
            for i in range(at, at + (length or 1)):
                seen.setdefault(data[i : i + 3], []).append(i)
            at += length or 1
    if len(body) < CHUNK:
        return struct.pack("<H", 0xB000 | (len(body) - 1)) + body
    if len(data) < CHUNK:
        raise ValueError("this text cannot be compressed as VBA's sources are")
    return struct.pack("<H", 0x3000 | (CHUNK - 1)) + data


def _earlier(data: bytes, at: int, seen: dict[bytes, list[int]], longest: int) -> tuple[int, int]:
    """The longest earlier run of the bytes that come next: where, and how long; (0, 0) if it is under three bytes."""
    best, length, most = 0, 0, min(longest, len(data) - at)
    if most < 3:
        return 0, 0
    for start in reversed(seen.get(data[at : at + 3], ())):
        run = 3
        while run < most and data[start + run] == data[at + run]:
            run += 1
        if run > length:
            best, length = start, run
            if run == most:
                break
    return best, length
