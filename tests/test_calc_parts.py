"""The extension's parts without LibreOffice: what is in wpxl.oxt, the loader by itself, and the process that it asks."""

from __future__ import annotations

import ast
import datetime as dt
import io
import json
import math
import os
import re
import signal
import struct
import sys
import threading
import time
import types
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wpxl
from wpxl.catalogue import CATALOGUE
from wpxl.errors import CODES, Fault
from wpxl.hosts.calc import cells, extension, server
from wpxl.store import shipped

LOADER = Path(extension.__file__).with_name("loader.py")
NUMBERS = {"#NULL!": 521, "#DIV/0!": 532, "#VALUE!": 519, "#REF!": 524, "#NAME?": 525, "#NUM!": 503, "#N/A": 32767}


# --------------------------------------------------------------------------------------------------------- what is built


def test_the_built_extension_is_fresh_and_the_same_everywhere() -> None:
    built = extension.build()
    assert built == extension.build()
    assert (shipped("workbook") / "wpxl.oxt").read_bytes() == built, "run 'wpxl addin build --calc'"
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert extension.SETTINGS not in archive.namelist()
        listed = re.findall(r'full-path="([^"]+)"', archive.read("META-INF/manifest.xml").decode())
        assert set(listed) < set(archive.namelist())


def test_every_function_is_declared_as_the_catalogue_has_it() -> None:
    types_of, words = extension.parts()["wpxl.idl"], ElementTree.fromstring(extension.parts()["CalcAddIns.xcu"])
    methods = dict(re.findall(r"sequence< sequence<any> > (\w+)\((.*)\);", types_of))
    assert list(methods) == list(CATALOGUE)
    name = "{http://openoffice.org/2001/registry}name"
    nodes = {node.get(name): node for node in words.iter("node")}
    for function in CATALOGUE.values():
        assert methods[function.name].count("[in]") == len(function.args)
        texts = [value.text for value in nodes[function.name].iter("value")]
        told = [text for arg in function.args for text in (arg.name, arg.help)]
        assert texts == [function.name, function.name, function.summary, "Add-In", *told]
    assert "[in] sequence<any> argument2" in methods["WP_WHY"]
    assert (
        ElementTree.fromstring(extension._said("Description", "R & D, <5").replace("oor:", "")).findtext("value")
        == "R & D, <5"
    )


def test_the_loader_suits_the_pythons_that_libreoffice_brings() -> None:
    tree = ast.parse(LOADER.read_text("utf-8"), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    of_uno = {"unohelper", "com.sun.star.lang", "org.wpxl.calc"}
    assert {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names} == of_uno


# --------------------------------------------------------------------------------------------------------- cells, both ways

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.dates(dt.date(1901, 1, 1)),
    st.sampled_from([Fault(code, "x") for code in CODES]),
)


def as_calc_has_it(value: Any) -> Any:
    """Numbers and texts; an error is its number, which a plain number never is."""
    if isinstance(value, Fault):
        return ("error", NUMBERS.get(value.code, 519))
    if isinstance(value, dt.date):
        return float(value.toordinal() - dt.date(1899, 12, 30).toordinal())
    return "" if value is None else value if isinstance(value, str) else float(value)


def seen(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        low, high = struct.unpack("<II", struct.pack("<d", value))
        return ("error" if high == 0x7FF80000 else "another", low)
    return value


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[VALUES] * width), min_size=1, max_size=6)))
def test_answers_reach_calc_as_numbers_texts_and_errors(grid: list[tuple[Any, ...]]) -> None:
    loader = loaded()
    got = loader.cells(*json.loads(json.dumps(cells.answer(grid))))
    assert [[seen(cell) for cell in row] for row in got] == [[as_calc_has_it(cell) for cell in row] for row in grid]
    assert {type(cell) for row in got for cell in row} <= {float, str} and type(got) is type(got[0]) is tuple


def test_what_formulas_hand_over() -> None:
    asked = (None, 0.0, 2.5, "", "x", ((1.0, ""), (0.0, "y")))
    got = [cells.argument(argument) for argument in json.loads(json.dumps(asked))]
    assert got == [None, ((None,),), 2.5, "", "x", [[1.0, None], [0.0, "y"]]]


def test_whole_columns_end_where_their_cells_do(monkeypatch: pytest.MonkeyPatch) -> None:
    loader = loaded()
    short, column = (("a",), ("",)), (("a",), ("",), ("b",), ("",), ("",))
    assert loader.clipped(("x", None, short, column)) == ("x", None, short, column)
    monkeypatch.setattr(loader, "WHOLE", 5)
    assert loader.clipped((0.0, short, column, (("",),) * 5)) == (0.0, short, column[:3], (("",),) * 3)
    assert loader.clipped(((("",),) * 6,)) == ((("",),),)


def test_a_moment_of_a_day() -> None:
    assert cells.answer([(dt.datetime(1900, 3, 1, 18),)]) == ([[61.75]], [])


# --------------------------------------------------------------------------------------------------------- the process


def frames(*questions: Any) -> bytes:
    texts = [json.dumps(question).encode() for question in questions]
    return b"".join(struct.pack(">I", len(text)) + text for text in texts)


def unframed(data: bytes) -> list[Any]:
    found = []
    while data:
        length = struct.unpack(">I", data[:4])[0]
        found.append(json.loads(data[4 : 4 + length]))
        data = data[4 + length :]
    return found


def test_one_answer_for_each_question() -> None:
    out = io.BytesIO()
    asked = frames(["WP_POSTCODE_FORMAT", ["tf75ug"]], ["WP_POSTCODE_FORMAT", [[["x"], [""]]]], ["WP_NO", []])
    server.talk(io.BytesIO(asked + b"\0\0\0\x09torn"), out)
    assert unframed(out.getvalue()) == [
        [[["TF7 5UG"]], []],
        [[[""], [""]], [[0, 0, "#VALUE!"]]],
        [[[""]], [[0, 0, "#NAME?"]]],
    ]


def test_a_sentence_that_may_rest_on_a_hidden_0_says_so() -> None:
    for given_cell, told in ((0.0, True), ([[""]], False), ("", False)):
        answer = server.reply("WP_WHY", ["WP_PRIORITY_FROM", 61.0, 47.0, given_cell])
        assert str(answer[0][0]).endswith(server.HINT) is told
    assert server.reply("WP_POSTCODE", ["tf75ug", "region", 0.0]) == [("West Midlands",)]


# --------------------------------------------------------------------------------------------------------- the loader


def stubs() -> dict[str, types.ModuleType]:
    """What LibreOffice's Python has and this one has not."""
    made = {
        name: types.ModuleType(name) for name in ("unohelper", "com", "com.sun", "com.sun.star", "com.sun.star.lang")
    }
    made |= {name: types.ModuleType(name) for name in ("org", "org.wpxl", "org.wpxl.calc")}
    lang, own, helper = made["com.sun.star.lang"], made["org.wpxl.calc"], made["unohelper"]
    for module, name in ((lang, "XLocalizable"), (lang, "XServiceName"), (own, "XFunctions"), (helper, "Base")):
        setattr(module, name, type(name, (), {}))
    setattr(helper, "ImplementationHelper", lambda: types.SimpleNamespace(addImplementation=lambda *_: None))  # noqa: B010
    return made


def loaded() -> Any:
    """The loader's module, anew."""
    module = types.ModuleType("loader")
    module.__file__ = str(LOADER)
    exec(compile(LOADER.read_text("utf-8"), str(LOADER), "exec"), module.__dict__)
    return module


@pytest.fixture(autouse=True)
def _uno(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, module in stubs().items():
        monkeypatch.setitem(sys.modules, name, module)


@pytest.fixture
def loader(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A loader whose process is this very Python's, ended afterwards."""
    monkeypatch.setenv("WPXL_CALC_PYTHON", sys.executable)
    module = loaded()
    yield module
    if module.ASKING._process is not None:
        module.ASKING._process.end()


def format_of(loader: Any, *texts: str) -> list[Any]:
    functions = loader.Functions(None)
    return [functions.WP_POSTCODE_FORMAT(text) for text in texts]


TF, WS = (("TF7 5UG",),), (("WS10 8PQ",),)


def log(home: Path) -> str:
    return (home / "log" / "calc.log").read_text("utf-8")


def test_it_asks_one_process_and_its_stdin_ends_it(loader: Any, home: Path) -> None:
    assert format_of(loader, "tf75ug", "ws108pq") == [TF, WS]
    functions = loader.Functions(None)
    assert functions.WP_WHY("WP_POSTCODE", ("WS108P",))[0][0] == wpxl.why("WP_POSTCODE", "WS108P")[0]
    assert functions.WP_POSTCODE_FORMAT((("tf75ug",), ("",), ("?",)))[:2] == (("TF7 5UG",), ("",))
    assert functions.getServiceName() == extension.SERVICE and not hasattr(functions, "supportsService")
    assert log(home).count("started process") == 1
    process = loader.ASKING._process._popen
    process.stdin.close()
    assert process.wait(10) == 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM] if sys.platform != "win32" else [signal.SIGTERM])
def test_a_process_that_was_ended_is_started_anew(loader: Any, home: Path, how: signal.Signals) -> None:
    assert format_of(loader, "tf75ug") == [TF]
    os.kill(loader.ASKING._process.pid, how)
    loader.ASKING._process._popen.wait(10)
    assert format_of(loader, "ws108pq", "tf75ug") == [WS, TF]
    assert log(home).count("started process") == 2


def stand_in(loader: Any, monkeypatch: pytest.MonkeyPatch, program: str) -> list[int]:
    """Another program in wpxl's place; the list of those started."""
    started: list[int] = []

    def start() -> Any:
        process = loader.Process([sys.executable, "-c", program], dict(os.environ))
        started.append(process.pid)
        return process

    monkeypatch.setattr(loader, "start", start)
    return started


@pytest.mark.parametrize(
    ("program", "starts"),
    [
        ("import time; time.sleep(60)", 1),  # neither reads nor answers
        ("import sys, time; sys.stdin.buffer.read(4); time.sleep(60)", 1),
        ("import sys; sys.stdout.buffer.write(b'ab'); sys.stdout.flush(); import time; time.sleep(60)", 1),
        ("raise SystemExit(1)", 6),  # as without the package
        ("import time; print('hello, this is no answer at all', flush=True); time.sleep(60)", 1),
        ("import sys; sys.stdout.buffer.write(b'\\0\\0\\0\\5hello'); sys.stdout.flush(); sys.stdin.buffer.read()", 6),
    ],
)
def test_no_answer_is_an_error_in_the_cell_and_no_long_wait(
    loader: Any, home: Path, monkeypatch: pytest.MonkeyPatch, program: str, starts: int
) -> None:
    monkeypatch.setattr(loader, "PATIENCE", 0.5)
    started = stand_in(loader, monkeypatch, program)
    began, functions = time.monotonic(), loader.Functions(None)
    large = (("tf75ug" * 9,),) * 20_000  # more than a pipe holds
    answers = [functions.WP_POSTCODE_FORMAT(cells) for cells in (large, "x", "y")]
    assert {seen(answer[0][0]) for answer in answers} == {("error", NUMBERS["#REF!"])}
    assert functions.WP_WHY("WP_POSTCODE", ("x",)) == ((loader.UNREACHED,),)
    assert len(started) == starts and time.monotonic() - began < 10
    assert loader.ASKING.lost == 4 and ("took too long" in log(home)) == (starts == 1)


def test_one_question_that_kills_spoils_no_other(loader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import os; from wpxl.hosts.calc import server; reply = server.reply\n"
        "server.reply = lambda name, given: os._exit(1) if given == ['poison'] else reply(name, given)\n"
        "server.serve()"
    )
    started = stand_in(loader, monkeypatch, program)
    answers = format_of(loader, *["tf75ug", "poison"] * 5)
    assert answers[::2] == [TF] * 5
    assert {seen(answer[0][0]) for answer in answers[1::2]} == {("error", NUMBERS["#REF!"])}
    assert len(started) == 10


def test_several_threads_each_get_their_own_answer(loader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    write = loader.struct.pack
    monkeypatch.setattr(loader.struct, "pack", lambda *given: (time.sleep(0.0005), write(*given))[1])  # let others in
    texts = ["tf75ug", "ws108pq"]
    answers: dict[int, list[Any]] = {}

    def ask(i: int) -> None:
        answers[i] = format_of(loader, *[texts[i % 2]] * 50)

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {i: [(TF, WS)[i % 2]] * 50 for i in range(6)}


def test_what_is_printed_beside_is_no_answer(loader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import os; from wpxl.hosts.calc import server; reply = server.reply\n"
        "def noisy(*question):\n    print('noise', flush=True); os.write(1, b'noise'); return reply(*question)\n"
        "server.reply = noisy; server.serve()"
    )
    stand_in(loader, monkeypatch, program)
    assert format_of(loader, "tf75ug", "ws108pq") == [TF, WS]


def test_an_extension_that_was_not_installed_says_so(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WPXL_CALC_PYTHON", raising=False)
    module = loaded()
    monkeypatch.setattr(module, "HERE", str(tmp_path))
    assert seen(format_of(module, "tf75ug")[0][0][0]) == ("error", NUMBERS["#REF!"])
    assert "wpxl addin install --calc" in log(home)
    (tmp_path / extension.SETTINGS).write_text(json.dumps({"python": sys.executable, "home": str(tmp_path / "other")}))
    assert module.settings() == {"python": sys.executable, "home": str(home)}  # the environment comes first
