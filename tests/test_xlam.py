"""wpxl.xlam: equal to a fresh build, read back by other people's readers, and sound by the rules that Excel would enforce.

A broken VBA project opens as "we found a problem with some content", with no reason given; so each rule is a gate here,
and each gate is shown a project that breaks it.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from wpxl.catalogue import CATALOGUE
from wpxl.hosts.excel_com import cells, ribbon, wrappers, xlam
from wpxl.hosts.excel_com.cfb import compound_file
from wpxl.hosts.excel_com.ovba import Module, compressed, vba_project
from wpxl.macros import ACTIONS

ROOT = Path(__file__).resolve().parent.parent
MODULES = xlam.modules()
HAND_WRITTEN = [m for m in MODULES if m.name != wrappers.MODULE and m.name != xlam.SHEET]
NAMESPACE = {"ui": ribbon.NAMESPACE, "m": xlam.MAIN}
# Pictures that Office has: [MS-CUSTOMUI], the imageMso table.
PICTURES = set(
    """AcceptInvitation AddressBook AutoSum Camera ChartInsert ChartTypeBarInsertGallery ChartTypeColumnInsertGallery
    Clear ClearAll CreateReport CreateReportInDesignView DatabaseRelationships DataValidationCircleInvalid EqualSign
    FileSave FindDialog FindNext FunctionsDateTimeInsertGallery FunctionWizard Help HighImportance ImportExcel Info
    Lock MailMergeAutoCheckForErrors PasteSpecialDialog Pushpin RefreshAll ReviewDeleteComment ReviewNewComment
    ReviewNextComment TableInsert TextFromFileInsert TraceError""".split()  # noqa: SIM905  a list of words
)


@pytest.fixture(scope="module")
def built() -> bytes:
    return xlam.build()


@pytest.fixture(scope="module")
def parts(built: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# ------------------------------------------------------------------------------------------------ the file as a whole


@pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="not run from a checkout")
def test_the_committed_files_are_a_fresh_build() -> None:
    for path, data in xlam.in_checkout().items():
        assert path.read_bytes() == data, f"{path.name} is stale: run 'wpxl addin build'"


def test_the_command_writes_it(run: Callable[..., tuple[int, str, str]], tmp_path: Path, built: bytes) -> None:
    target = tmp_path / "wpxl.xlam"
    code, said, _ = run("addin", "build", "-o", str(target))
    assert code == 0 and target.read_bytes() == built and "kB" in said
    assert "as it was" in run("addin", "build", "-o", str(target))[1]


def test_the_zip_does_not_depend_on_machine_or_day(built: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        entries = archive.infolist()
    assert [e.filename for e in entries] == sorted(e.filename for e in entries)
    assert {(e.compress_type, e.date_time, e.create_system) for e in entries} == {(0, (1980, 1, 1, 0, 0, 0), 0)}


def test_other_readers_find_exactly_these_sources(built: bytes, tmp_path: Path) -> None:
    olevba = pytest.importorskip("oletools.olevba", reason="oletools is not installed (extra: test)")
    found = {name: code for _, _, name, code in olevba.VBA_Parser("wpxl.xlam", data=built).extract_macros()}
    ending = {"Module": ".bas", "Document": ".cls"}
    assert found == {f"{m.name}{ending[m.kind]}": m.code for m in MODULES}


def test_a_second_reader_finds_nothing_wrong(built: bytes, tmp_path: Path) -> None:
    pyopenvba = pytest.importorskip("pyopenvba", reason="pyOpenVBA is not installed (extra: test)")
    from pyopenvba import integrity

    path = tmp_path / "wpxl.xlam"
    path.write_bytes(built)
    report = integrity.check_file(str(path))
    assert report.ok and not report.issues
    with pyopenvba.ExcelFile(str(path)) as file:
        assert file.module_names() == [m.name for m in MODULES]


@pytest.mark.slow
def test_libreoffice_opens_it_and_keeps_the_modules(built: bytes, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "wpxl.xlam").write_bytes(built)
    command = [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--infilter=Calc MS Excel 2007 VBA XML", "--convert-to", "ods", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "wpxl.xlam")], check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(tmp_path / "wpxl.ods") as archive:
        listed = {Path(n).stem for n in archive.namelist() if n.startswith("Basic/wpxl/")} - {"script-lb"}
    assert listed == {m.name for m in MODULES}


# --------------------------------------------------------------------------------------------- the package and ribbon


def test_the_package_holds_together(parts: dict[str, bytes]) -> None:
    documents = {name: etree.fromstring(data) for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    types = documents["[Content_Types].xml"]
    overrides = {e.get("PartName"): e.get("ContentType") for e in types if e.get("PartName")}
    assert {f"/{name}" for name in parts} >= set(overrides)
    assert overrides["/xl/workbook.xml"] == "application/vnd.ms-excel.addin.macroEnabled.main+xml"
    defaults = {e.get("Extension") for e in types if e.get("Extension")}
    assert {name.rpartition(".")[2] for name in parts} <= defaults
    for name, folder in (("_rels/.rels", ""), ("xl/_rels/workbook.xml.rels", "xl/")):
        assert all(f"{folder}{relation.get('Target')}" in parts for relation in documents[name])
    named = [documents["xl/workbook.xml"].find("m:workbookPr", NAMESPACE).get("codeName")]
    named.append(documents["xl/worksheets/sheet1.xml"].find("m:sheetPr", NAMESPACE).get("codeName"))
    assert named == [m.name for m in MODULES if m.kind == "Document"]
    relation = next(r for r in documents["_rels/.rels"] if r.get("Target") == "customUI/customUI14.xml")
    assert relation.get("Type") == "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"


def test_every_action_has_its_button_and_every_callback_its_procedure(parts: dict[str, bytes]) -> None:
    tree = etree.fromstring(parts["customUI/customUI14.xml"])
    ids = [e.get("id") for e in tree.iter("{*}tab", "{*}group", "{*}button")]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[A-Za-z_]\w*", name) for name in ids)
    buttons = {b.get("id"): b for b in tree.iter("{*}button")}
    assert list(buttons) == [f"wpxl_{name}" for g in ribbon.GROUPS for name, a in ACTIONS.items() if a.group == g]
    named = {value for e in tree.iter() for key, value in e.attrib.items() if key.startswith(("on", "get"))}
    code = "".join(m.code for m in MODULES)
    assert named == set(re.findall(r"Public Sub (\w+)\(control As Object\)", code))
    assert "As IRibbonControl" not in code, "that would need a reference to Office's library"
    assert f'PREFIX As String = "{ribbon.PREFIX}"' in code


def test_words_and_pictures_of_the_buttons() -> None:
    for action in ACTIONS.values():
        assert action.image in PICTURES, f"{action.name}: find '{action.image}' in [MS-CUSTOMUI] first"
        assert action.group in ribbon.GROUPS
        assert 0 < len(action.label) <= 30 and 0 < len(action.screentip) <= 255
        assert 0 < len(action.supertip) <= ribbon.TIP_LIMIT


# ------------------------------------------------------------------------------------------- rules for the VBA's text


def faults(modules: Sequence[Module]) -> list[str]:
    """Everything in these sources that Excel, a virus scanner or the next reader would stumble over."""
    return [f"{m.name}: {fault}" for m in modules for fault in _faults(m)]


def _faults(module: Module) -> list[str]:
    found, code = [], module.code
    lines = code.split("\r\n")
    if len(module.name) > 31 or not re.fullmatch(r"[A-Za-z]\w*", module.name):
        found.append("name")
    if "\n" in code.replace("\r\n", "") or "\r" in code.replace("\r\n", ""):
        found.append("line ends")
    try:
        code.encode("cp1252")
    except UnicodeEncodeError:
        found.append("code page")
    if max(map(len, lines)) > 1023:
        found.append("line length")
    if any(len(run) > 24 for run in re.findall(r"(?:[^\r]* _\r\n)+", code) for run in [run.split("\r\n")[:-1]]):
        found.append("continuations")
    if f'Attribute VB_Name = "{module.name}"' != lines[0]:
        found.append("VB_Name")
    if module.name != xlam.SHEET and "Option Explicit" not in lines:
        found.append("Option Explicit")
    bare = re.sub(r'"[^"\r]*"', '""', code)  # without texts
    bare = re.sub(r"'[^\r]*", "", bare)  # without remarks
    forbidden = r"(?i)\b(Declare|Shell|WScript|PtrSafe|FileSystemObject|CallByName|VBProject|Kill|SendKeys)\b"
    if re.search(forbidden, bare) or re.findall(r'CreateObject\("(?!wpxl\.Server"\))', code):
        found.append("forbidden")
    for signature in re.findall(r"(?:Function|Sub) \w+\(((?:[^()]|\(\))*)\)", bare.replace(" _\r\n", " ")):
        names = re.findall(r"(\w+)(?:\(\))? As ", signature)
        found += [f"argument {name}" for name in names if name.lower() in RESERVED_BY_VBA]
    opened = len(re.findall(r"(?m)^(?:Public |Private )?(?:Sub|Function) ", bare))
    if opened != len(re.findall(r"(?m)^End (?:Sub|Function)\r?$", bare)):
        found.append("procedures")
    if bare.count("#If ") != bare.count("#End If"):
        found.append("#If")
    return found


# Words that VBA keeps for itself, from its language reference: statements, operators, types and markers.
RESERVED_BY_VBA = set(
    """and as boolean byref byte byval call case class close const currency date debug declare dim do double each else
    elseif empty end enum eqv erase error event exit false for friend function get global gosub goto if imp implements in
    input integer is let like lock long loop lset me mod new next not nothing null object on open option optional or
    paramarray preserve print private property public put raiseevent randomize redim rem resume return rset select set
    single static step stop string sub then to true type typeof unlock until variant wend while with write
    xor""".split()  # noqa: SIM905  a list of words
) - {"error", "object", "property", "class", "step", "randomize"}  # these VBA takes as names


def test_the_sources_keep_every_rule() -> None:
    assert faults(MODULES) == []


BROKEN: list[tuple[str, Callable[[Module], Module]]] = [
    ("name", lambda m: replace(m, name="w" * 32)),
    ("name", lambda m: replace(m, name="_bridge")),
    ("line ends", lambda m: replace(m, code=m.code.replace("\r\n", "\n", 3))),
    ("line ends", lambda m: replace(m, code=m.code + "\r")),
    ("code page", lambda m: replace(m, code=m.code + "' ≥\r\n")),
    ("line length", lambda m: replace(m, code=m.code + "'" + "x" * 1023 + "\r\n")),
    ("continuations", lambda m: replace(m, code=m.code + "a = 1" + " + _\r\n  1" * 25 + "\r\n")),
    ("VB_Name", lambda m: replace(m, code=m.code.replace("VB_Name", "VB_Nme", 1))),
    ("Option Explicit", lambda m: replace(m, code=m.code.replace("Option Explicit\r\n", ""))),
    ("forbidden", lambda m: replace(m, code=m.code + 'Private Declare Sub Sleep Lib "kernel32" ()\r\n')),
    ("forbidden", lambda m: replace(m, code=m.code + 'x = CreateObject("WScript.Network")\r\n')),
    ("argument type", lambda m: replace(m, code=m.code + "Sub X(type As Long)\r\nEnd Sub\r\n")),
    (
        "argument next",
        lambda m: replace(m, code=m.code + "Sub X(a As Long, _\r\n  Optional next As Long)\r\nEnd Sub\r\n"),
    ),
    ("procedures", lambda m: replace(m, code=m.code.replace("\r\nEnd Sub\r\n", "\r\n", 1))),
    ("#If", lambda m: replace(m, code=m.code + "#If Mac Then\r\n")),
]


@pytest.mark.parametrize(("fault", "spoil"), BROKEN, ids=[f"{i}-{name}" for i, (name, _) in enumerate(BROKEN)])
def test_each_rule_can_be_seen_to_fail(fault: str, spoil: Callable[[Module], Module]) -> None:
    spoilt = spoil(next(m for m in MODULES if m.name == "wpxlBridge"))
    assert any(found.endswith(f": {fault}") for found in faults([spoilt]))


def test_an_argument_with_a_name_of_vbas_own_gets_another() -> None:
    from wpxl.catalogue import Arg

    assert wrappers.name_in_vba(Arg("function", "x")) == "function_"
    assert wrappers.name_in_vba(Arg("Date", "x")) == "Date_"
    assert wrappers.name_in_vba(Arg("postcodes", "x")) == "postcodes"
    assert {word for word in RESERVED_BY_VBA if word not in wrappers.RESERVED} == set()


def test_every_function_has_its_wrapper_with_its_arguments() -> None:
    code = wrappers.source().replace(" _\r\n        ", " ")
    found = dict(re.findall(r"Public Function (\w+)\(((?:[^()]|\(\))*)\)", code))
    assert list(found) == list(CATALOGUE)
    for name, signature in found.items():
        names = [re.sub(r" As Variant|Optional |ParamArray |\(\)", "", given) for given in signature.split(", ")]
        assert [n.rstrip("_") for n in names if n] == [arg.name for arg in CATALOGUE[name].args]
        assert signature.count("Optional ") == sum(not a.required for a in CATALOGUE[name].args) * (name != "WP_WHY")


def test_little_is_written_by_hand_and_both_sides_know_the_same_mark() -> None:
    assert sum(len(m.code.splitlines()) for m in HAND_WRITTEN) < 400
    assert f"MARK As Long = {ord(cells.MARK)} " in next(m.code for m in MODULES if m.name == "wpxlValues")
    assert 'ChrW$(MARK) & "areas"' in "".join(m.code for m in MODULES) and f"{cells.MARK}areas" == cells.AREAS


# ----------------------------------------------------------------------------------------- the container and its bytes


def test_the_project_holds_source_alone(parts: dict[str, bytes]) -> None:
    olefile = pytest.importorskip("olefile", reason="oletools is not installed (extra: test)")
    with olefile.OleFileIO(io.BytesIO(parts["xl/vbaProject.bin"])) as file:
        assert not file.parsing_issues
        streams = {"/".join(path) for path in file.listdir()}
        assert streams == {"PROJECT", "PROJECTwm", "VBA/_VBA_PROJECT", "VBA/dir", *(f"VBA/{m.name}" for m in MODULES)}
        assert file.openstream("VBA/_VBA_PROJECT").read().hex() == "cc61ffff000000"
        project = file.openstream("PROJECT").read().decode("cp1252")
    assert "Reference" not in project and 'Name="wpxl"' in project
    assert re.findall(r"^(?:Document|Module)=(\w+)", project, re.M) == [m.name for m in MODULES]


def test_the_directory_names_each_module_and_its_kind(parts: dict[str, bytes]) -> None:
    """The dir stream record by record: [MS-OVBA] 2.3.4.2."""
    import struct

    olevba = pytest.importorskip("oletools.olevba", reason="oletools is not installed (extra: test)")
    with olevba.olefile.OleFileIO(io.BytesIO(parts["xl/vbaProject.bin"])) as file:
        data = bytes(olevba.decompress_stream(bytearray(file.openstream("VBA/dir").read())))
    records: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data):
        number, length = struct.unpack_from("<HI", data, at)
        length = 6 if number == 0x09 else length  # the version's length leaves two bytes out
        records.append((number, data[at + 6 : at + 6 + length]))
        at += 6 + length
    assert records[-1] == (0x10, b"") and (0x03, b"\xe4\x04") in records and (0x04, b"wpxl") in records
    assert [v.decode() for n, v in records if n == 0x19] == [m.name for m in MODULES]
    assert [v.decode("utf-16-le") for n, v in records if n == 0x32] == [m.name for m in MODULES]
    assert [n for n, _ in records if n in (0x21, 0x22)] == [0x22 if m.kind == "Document" else 0x21 for m in MODULES]
    assert {v for n, v in records if n == 0x31} == {bytes(4)}, "each source begins where its stream begins"
    assert dict(records)[0x0F] == bytes([len(MODULES), 0])


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 40])
def test_directories_of_every_size_are_valid_red_black_trees(count: int) -> None:
    olefile = pytest.importorskip("olefile", reason="oletools is not installed (extra: test)")
    streams = {f"VBA/{'m' * (i % 5 + 1)}{i}": bytes([i]) * (i * 700) for i in range(count)}
    with olefile.OleFileIO(io.BytesIO(compound_file({**streams, "PROJECT": b"x" * 4096}))) as file:
        assert {"/".join(p): file.openstream(p).read() for p in file.listdir()} == {**streams, "PROJECT": b"x" * 4096}
        entries = file.direntries

        def black_height(sid: int, above: int, low: tuple[int, str], high: tuple[int, str]) -> int:
            if sid == 0xFFFFFFFF:
                return 1
            entry = entries[sid]
            key = (len(entry.name), entry.name.upper())
            assert low < key < high, "siblings stand by length, then by name"
            assert not (entry.color == 0 and above == 0), "two reds in a row"
            left = black_height(entry.sid_left, entry.color, low, key)
            assert left == black_height(entry.sid_right, entry.color, key, high), "paths of unequal blackness"
            return left + entry.color

        for entry in entries:
            if entry is not None and entry.sid_child != 0xFFFFFFFF:
                assert entries[entry.sid_child].color == 1, "the top is black"
                black_height(entry.sid_child, 1, (0, ""), (99, ""))


def test_compression_is_undone_by_another_reader() -> None:
    import random

    olevba = pytest.importorskip("oletools.olevba", reason="oletools is not installed (extra: test)")
    r = random.Random(5)
    texts = [b"", b"a", b"aaaa" * 3000, b"Public Sub X()\r\nEnd Sub\r\n" * 400, bytes(4096)]
    texts += [bytes(r.choices(b"abcdef \r\n", k=r.randrange(1, 13_000))) for _ in range(30)]
    texts += [bytes(r.randrange(256) for _ in range(4096)), bytes(r.randrange(256) for _ in range(2000))]
    for text in texts:
        assert bytes(olevba.decompress_stream(bytearray(compressed(text)))) == text or not text
    with pytest.raises(ValueError, match="cannot be compressed"):
        compressed(bytes(r.randrange(256) for _ in range(4000)))


def test_a_project_of_many_modules(tmp_path: Path) -> None:
    """More than one sector of the table, streams on both sides of the mini stream's limit."""
    olevba = pytest.importorskip("oletools.olevba", reason="oletools is not installed (extra: test)")
    import random

    r = random.Random(3)
    many = []
    for i in range(30):
        words = " ".join(str(r.random()) for _ in range(1 + i * 40))
        many.append(Module(f"m{i}", f'Attribute VB_Name = "m{i}"\r\n\' ' + "\r\n' ".join(words.split()) + "\r\n"))
    data = vba_project("many", many)
    found = {name: code for _, _, name, code in olevba.VBA_Parser("vbaProject.bin", data=data).extract_macros()}
    assert found == {f"{m.name}.bas": m.code for m in many}
