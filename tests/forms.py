"""A workbook with wpxl's formulas in the forms in which Excel saves them, each with a wrong saved value: raw XML, because no
library writes all of them. Hosts.md's forms: names of add-ins, arrays, spills, Tables, names, other workbooks."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from conftest import plain

import wpxl
from wpxl.workbooks.refs import Area, letters

UNKNOWN, NO_ROOM = "LibreOffice does not know", "This formula's answer has no room: Forms!D"
FETCHES = "WEBSERVICE asks for something outside the workbook: it keeps the value that it had."
WRONG = 999  # saved with every formula
STEP = 12  # rows between the forms, so that no answer reaches the next
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
X14AC = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
METADATA = (
    f'{HEAD}<metadata xmlns="{MAIN}" xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray">'
    '<metadataTypes count="1"><metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" pasteAll="1" pasteValues="1" '
    'merge="1" splitFirst="1" rowColShift="1" clearFormats="1" clearComments="1" assign="1" coerce="1" cellMeta="1"/>'
    '</metadataTypes><futureMetadata name="XLDAPR" count="1"><bk><extLst><ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}">'
    '<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk></futureMetadata>'
    '<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
)
# Column A of the sheet Data from row 2 on: a postcode, one as typed, one that is none, a blank, two more, an error, a 0.
POSTCODES: list[Any] = ["TF7 5UG", "tf32hr", "WS108P", None, "B32 3PB", "XX1 1AA", "#N/A", 0]
FORMATTED = ["TF7 5UG", "TF3 2HR", "#VALUE!", "", "B32 3PB", "XX1 1AA", "#N/A", "#VALUE!"]
RANKS = [5203, 980, "#VALUE!", "", 13845, 7462]  # IMD 2019
LEARNERS = ["TF7 5UG", "WS2 9XE", "B8 3BF"]
PLAIN, ARRAY, SPILL, SHARED = "plain", "array", "spill", "shared"


class Form(NamedTuple):
    """A formula in column D of the sheet Forms; «name» in it is the row of another form.

    saved: rows and columns of the answer in the file; expected: the answer, or (a text) how the refusal begins.
    """

    name: str
    formula: str
    expected: Any
    kind: str = PLAIN
    saved: tuple[int, int] = (1, 1)

    @property
    def refused(self) -> str:
        """How the refusal begins, or nothing."""
        return str(self.expected) if str(self.expected).startswith((UNKNOWN, NO_ROOM, FETCHES)) else ""

    @property
    def grid(self) -> list[list[Any]]:
        """What the cells must hold afterwards."""
        if self.refused:
            return [["#VALUE!" if self.refused == NO_ROOM else WRONG]]
        return self.expected if isinstance(self.expected, list) else [[self.expected]]


def asked(name: str, *arguments: Any) -> list[list[Any]]:
    return [["" if v is None else v for v in row] for row in plain(wpxl.call(name, *arguments))]


def column(values: Sequence[Any]) -> list[list[Any]]:
    return [[value] for value in values]


F, A3 = "WP_POSTCODE_FORMAT", "WP_POSTCODE_FORMAT(Data!A3)"
RANK = '"IMD 2019 rank"'
FORMS = [
    Form("bare name", A3, "TF3 2HR"),
    Form("name in small letters", "wp_postcode_format(data!a3)", "TF3 2HR"),
    Form("add-in as a linked workbook", f"[1]!{A3}", "TF3 2HR"),
    Form("add-in by its path", f"'C:\\Users\\Zoë O''Neil\\AppData\\XLSTART\\wpxl.xlam'!{A3}", "TF3 2HR"),
    Form("add-in by its file name", f"wpxl.xlam!{A3}", "TF3 2HR"),
    Form("_xludf.", f"_xludf.{A3}", "TF3 2HR"),
    Form("_xll.", f"_xll.{A3}", "TF3 2HR"),
    Form("_xlfn.", f"_xlfn.{A3}", "TF3 2HR"),
    Form("a space after the bracket", f"{F}( Data!A3 )", "TF3 2HR"),
    Form("text as argument", f'{F}("tf75ug")', "TF7 5UG"),
    Form("an argument left out", "WP_POSTCODE(Data!A2,,FALSE)", asked("WP_POSTCODE", "TF7 5UG")[0][0]),
    Form("a blank cell", f"{F}(Data!A5)", ""),
    Form("a 0 that is none", f"{F}(Data!A9)", "#VALUE!"),
    Form("an error as argument", f"{F}(Data!A8)", "#N/A"),
    Form("of a range the first answer", f"{F}(Data!A2:A4)", "TF7 5UG"),
    Form("an array written out", f'{F}({{"TF75UG";"tf32hr"}})', column(FORMATTED[:2]), ARRAY, (2, 1)),
    Form("in IF, compared as text", f'IF({A3}="TF3 2HR","yes","no")', "yes"),
    Form("in IF, compared as number", f"IF(WP_POSTCODE(Data!A3,{RANK})<1000,1,2)", 1),
    Form("TRUE or FALSE", f'{A3}="TF3 2HR"', True),
    Form("in IFERROR", f'IFERROR({F}(Data!A4),"see WP_WHY")', "see WP_WHY"),
    Form("in IFNA", f'_xlfn.IFNA({F}(Data!A8),"none")', "none"),
    Form("in SUM", f"SUM(WP_POSTCODE(Data!A2:A3,{RANK}),1)", 5203 + 980 + 1),
    Form("in INDEX", 'INDEX(WP_POSTCODE(Data!A2:A3,"IMD 2019 rank, status"),2,1)', 980),
    Form("in MATCH", f'MATCH("B32 3PB",{F}(Data!A2:A7),0)', 5),
    Form("in VLOOKUP", f"VLOOKUP({F}(Data!A6),Data!A2:B7,2,FALSE)", 50),
    Form("in SUMPRODUCT, compared", f'SUMPRODUCT(({F}(Data!A6:A7)="B32 3PB")*Data!B6:B7)', 50),
    Form("in XLOOKUP", f"_xlfn.XLOOKUP({F}(Data!A6),Data!A2:A7,Data!B2:B7)", 50),
    Form("in TEXTJOIN", f'_xlfn.TEXTJOIN("/",TRUE,{F}(Data!A2:A3))', "TF7 5UG/TF3 2HR"),
    Form("in LET", f"_xlfn.LET(_xlpm.rank,WP_POSTCODE(Data!A3,{RANK}),_xlpm.rank*2)", 1960),
    Form("joined to a text", f'"Rank "&WP_POSTCODE(Data!A3,{RANK})', "Rank 980"),
    Form("one function in another", f"WP_POSTCODE({A3},{RANK})", 980),
    Form("WP_WHY", f'WP_WHY("{F}",Data!A4)', asked("WP_WHY", F, "WS108P")[0][0]),
    Form("beside TODAY", f'IF(TODAY()>40000,{A3},"")', "TF3 2HR"),
    Form("by INDIRECT", f'{F}(INDIRECT("Data!A3"))', "TF3 2HR"),
    Form("a sheet with an apostrophe", f"{F}('Mine ''n'' yours'!A1)", "WS2 9XE"),
    Form("array of its own size", f"{F}(Data!A2:A7)", column(FORMATTED[:6]), ARRAY, (6, 1)),
    Form("array larger than its answer", f"{F}(Data!A2:A3)", column([*FORMATTED[:2], "#N/A"]), ARRAY, (3, 1)),
    Form("array smaller than its answer", f"{F}(Data!A2:A7)", column(FORMATTED[:2]), ARRAY, (2, 1)),
    Form("array in one cell", A3, "TF3 2HR", ARRAY),
    Form("array with an error among its cells", f"{F}(Data!A2:A9)", column(FORMATTED), ARRAY, (8, 1)),
    Form("spill in one cell", A3, "TF3 2HR", SPILL),
    Form("spill of TRUE or FALSE", f'IF({A3}="TF3 2HR",TRUE,FALSE)', True, SPILL),
    Form("spill as it was", f"{F}(Data!A2:A7)", column(FORMATTED[:6]), SPILL, (6, 1)),
    Form("spill that grows down", f"{F}(Data!A2:A7)", column(FORMATTED[:6]), SPILL),
    Form(
        "spill that grows right",
        'WP_POSTCODE(Data!A2:A3,"IMD 2019 rank, status")',
        asked("WP_POSTCODE", [["TF7 5UG"], ["tf32hr"]], "IMD 2019 rank, status"),
        SPILL,
        (2, 1),
    ),
    Form("spill that shrinks", f"{F}(Data!A2:A3)", column(FORMATTED[:2]), SPILL, (6, 2)),
    Form("spill with headings", f"WP_POSTCODE(Data!A2:A3,{RANK},TRUE)", column(["IMD 2019 rank", 5203, 980]), SPILL),
    Form(
        "spill whose width is in a cell",
        "WP_POSTCODE(Data!A2:A3,Data!C1)",
        asked("WP_POSTCODE", [["TF7 5UG"], ["tf32hr"]], "IMD 2019 rank, status"),
        SPILL,
    ),
    Form("spill of a table", 'WP_SCHOOL_FIND("ash",,,3)', asked("WP_SCHOOL_FIND", "ash", None, None, 3), SPILL),
    Form("spill of a whole column", f"ROWS({F}(Data!B:B))", 9, SPILL),
    Form("spill with an error among its cells", f"{F}(Data!A2:A9)", column(FORMATTED), SPILL),
    Form(
        "spill of a filtered list",
        f'_xlfn._xlws.FILTER(Data!A5:B7,{F}(Data!A5:A7)="B32 3PB")',
        [["B32 3PB", 50]],
        SPILL,
    ),
    Form("spill without room", f"{F}(Data!A2:A3)", NO_ROOM, SPILL),
    Form("what spilled elsewhere (D2#)", "SUM(_xlfn.ANCHORARRAY($D$«spill that grows right»))", 5203 + 980),
    Form("@ of an answer", f"_xlfn.SINGLE({F}(Data!A2:A4))", "TF7 5UG", SPILL),
    Form("@ of a range", f"{F}(_xlfn.SINGLE(Data!A$2:A$3))", "#VALUE!", SPILL),
    Form("shared formula", f"{F}(Data!A2)", column(FORMATTED[:3]), SHARED, (3, 1)),
    Form("a name for a formula", 'Band&"!"', asked("WP_PRIORITY", 900001)[0][0] + "!"),
    Form("a name for cells", "ROWS(WP_POSTCODE(Postcodes))", 6),
    Form("a name for a cell, blank", f"{F}(Blank)", ""),
    Form("a Table's column", f"{F}(Learners[Postcode])", column(LEARNERS), SPILL),
    Form("a Table with its headings", f"ROWS({F}(Learners[#All]))", 4, SPILL),
    Form("another workbook's value", f"[2]Rates!$A$1*WP_POSTCODE(Data!A3,{RANK})", 1960),
    Form("a function of wpxl's that does not exist", "WP_NOSUCH(Data!A3)", "#NAME?"),
    Form("a function unknown to LibreOffice", f"_xlfn.VSTACK({F}(Data!A2:A3),1)", UNKNOWN, SPILL),
    Form("LAMBDA", f"_xlfn.MAP(Data!A2:A3,_xlfn.LAMBDA(_xlpm.x,{F}(_xlpm.x)))", UNKNOWN, SPILL),
    Form("something from outside", f'IF({A3}="",_xlfn.WEBSERVICE("x"),1)', FETCHES),
    Form("two removes away", "LEN($D$«bare name»)+1", 8),
]
ROWS = {form.name: 2 + STEP * at for at, form in enumerate(FORMS)}
IN_THE_WAY = "Mind the gap"
# Cells that wpxl has no part in, and what is saved in them: they must stay.
OTHERS = {"F2": "TODAY()", "F3": "RAND()", "F4": "Data!B2*2", "F5": 'CELL("filename")', "F6": "_xlfn.VSTACK(1,2)"}
# The Table: a column of wpxl's, and one that depends on it.
TABLE = ('WP_POSTCODE(Learners[[#This Row],[Postcode]],"IMD 2019 rank")', "Learners[[#This Row],[Rank]]<2000")
IN_TABLE = [[asked("WP_POSTCODE", p, "IMD 2019 rank")[0][0] for p in LEARNERS], [False, False, True]]


def build(path: Path) -> Path:
    """The workbook."""
    names = ["Data", "Forms", "Learners", "Mine 'n' yours"]
    sheets = [_data(), _forms(), _learners(), _sheet([[(_text("A1", "WS2 9XE"))]])]
    kinds = {f"worksheets/sheet{at}.xml": "worksheet" for at in range(1, 5)} | {"metadata.xml": "sheetMetadata"}
    kinds |= {f"externalLinks/externalLink{at}.xml": "externalLink" for at in (1, 2)}
    tabs = "".join(f'<sheet name={quoteattr(n)} sheetId="{at}" r:id="rId{at}"/>' for at, n in enumerate(names, 1))
    defined = {
        "Band": "WP_PRIORITY(Data!$C$2)", "Blank": "Data!$A$5", "Postcodes": "Data!$A$2:$A$7", "_xlnm.Print_Area": "Data!$A$1:$B$9",
    }  # fmt: skip
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        + "".join(f'<Override PartName="/xl/{n}" ContentType="{TYPE}.{k}+xml"/>' for n, k in kinds.items())
        + f'<Override PartName="/xl/tables/table1.xml" ContentType="{TYPE}.table+xml"/></Types>',
        "_rels/.rels": _relationships({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{tabs}</sheets><externalReferences>'
        '<externalReference r:id="rId6"/><externalReference r:id="rId7"/></externalReferences><definedNames>'
        + "".join(f'<definedName name="{n}"{_scope(n)}>{f}</definedName>' for n, f in sorted(defined.items()))
        + '</definedNames><calcPr calcId="191029"/></workbook>',
        "xl/_rels/workbook.xml.rels": _relationships(
            {f"rId{at}": (k, n) for at, (n, k) in enumerate(kinds.items(), 1)}
        ),
        "xl/metadata.xml": METADATA,
        **{f"xl/worksheets/sheet{at}.xml": text for at, text in enumerate(sheets, 1)},
        "xl/worksheets/_rels/sheet3.xml.rels": _relationships({"rId1": ("table", "../tables/table1.xml")}),
        "xl/tables/table1.xml": _table(),
        "xl/theme/theme1.xml": "<theme>kept as it is, whatever it holds</theme>",
    }
    for at, (book, sheet, value) in enumerate((("wpxl.xlam", "wpxl", 0), ("rates.xlsx", "Rates", 2)), 1):
        parts[f"xl/externalLinks/externalLink{at}.xml"] = (
            f'{HEAD}<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{OFFICE}" r:id="rId1"><sheetNames><sheetName '
            f'val="{sheet}"/></sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1"><v>{value}</v></cell>'
            "</row></sheetData></sheetDataSet></externalBook></externalLink>"
        )
        parts[f"xl/externalLinks/_rels/externalLink{at}.xml.rels"] = _relationships(
            {"rId1": ("externalLinkPath", f"file:///C:/no/such/{book}")}, ' TargetMode="External"'
        )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _forms() -> str:
    rows: dict[int, dict[str, str]] = {}

    def put(at: int, letter: str, cell: str) -> None:
        rows.setdefault(at, {})[letter] = cell

    for form in FORMS:
        at, (down, across) = ROWS[form.name], form.saved
        put(at, "A", _text(f"A{at}", form.name))
        text = form.formula
        for name, row in ROWS.items():
            text = text.replace(f"«{name}»", str(row))
        where = Area(at, 4, at + down - 1, 3 + across)
        for row in range(at, at + down):
            for one in range(4, 4 + across):
                put(row, letters(one), f'<c r="{letters(one)}{row}" s="0"><v>{WRONG}</v></c>')
        for row in range(at + 1, at + down) if form.kind == SHARED else ():
            put(row, "D", f'<c r="D{row}"><f t="shared" si="0"/><v>{WRONG}</v></c>')
        how = {PLAIN: "<f>", SHARED: f'<f t="shared" ref="{where}" si="0">'}.get(
            form.kind, f'<f t="array" ref="{where}">'
        )
        mark = ' cm="1"' if form.kind == SPILL else ""
        put(at, "D", f'<c r="D{at}" s="0"{mark}>{how}{escape(text)}</f><v>{WRONG}</v></c>')
    put(ROWS["spill without room"] + 1, "D", _text(f"D{ROWS['spill without room'] + 1}", IN_THE_WAY))
    for cell, text in OTHERS.items():
        put(int(cell[1:]), "F", f'<c r="{cell}"><f>{escape(text)}</f><v>{WRONG}</v></c>')
    put(2, "G", f'<c r="G2"><f>IF(D2="TF3 2HR",COUNTIF(D:D,"TF3 2HR"),0)</f><v>{WRONG}</v></c>')
    return _sheet([[cells[k] for k in sorted(cells)] for _, cells in sorted(rows.items())], sorted(rows))


def _data() -> str:
    rows = [[_text("A1", "Postcode"), _text("C1", "IMD 2019 rank, status")]]
    for at, postcode in enumerate(POSTCODES, 2):
        here = []
        if postcode == "#N/A":
            here.append(f'<c r="A{at}" t="e"><v>#N/A</v></c>')
        elif postcode is not None:
            here.append(_text(f"A{at}", postcode) if postcode else f'<c r="A{at}"><v>0</v></c>')
        here.append(f'<c r="B{at}"><v>{(at - 1) * 10}</v></c>')
        if at == 2:
            here.append(f'<c r="C{at}"><v>900001</v></c>')
        rows.append(here)
    return _sheet(rows)


def _learners() -> str:
    heads = ["Learner", "Postcode", "Rank", "Deprived"]
    rows = [[_text(f"{letters(at)}1", head) for at, head in enumerate(heads, 1)]]
    for at, postcode in enumerate(LEARNERS, 2):
        formulas = [f'<c r="{c}{at}"><f>{escape(f)}</f><v>{WRONG}</v></c>' for c, f in zip("CD", TABLE, strict=True)]
        rows.append([_text(f"A{at}", f"Learner {at}"), _text(f"B{at}", postcode), *formulas])
    return _sheet(rows, tail=f'<tableParts count="1"><tablePart xmlns:r="{OFFICE}" r:id="rId1"/></tableParts>')


def _table() -> str:
    heads = ["Learner", "Postcode", "Rank", "Deprived"]
    formulas = ["", "", *(f"<calculatedColumnFormula>{escape(f)}</calculatedColumnFormula>" for f in TABLE)]
    columns = "".join(
        f'<tableColumn id="{at}" name="{head}">{formula}</tableColumn>'
        for at, (head, formula) in enumerate(zip(heads, formulas, strict=True), 1)
    )
    return (
        f'{HEAD}<table xmlns="{MAIN}" id="1" name="Learners" displayName="Learners" ref="A1:D4" totalsRowShown="0">'
        f'<autoFilter ref="A1:D4"/><tableColumns count="4">{columns}</tableColumns></table>'
    )


def _text(cell: str, text: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _sheet(rows: Sequence[Sequence[str]], numbers: Sequence[int] = (), tail: str = "") -> str:
    made = "".join(
        f'<row r="{at}" spans="1:7" x14ac:dyDescent="0.25">{"".join(cells)}</row>'
        for at, cells in zip(numbers or range(1, len(rows) + 1), rows, strict=True)
    )
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:x14ac="{X14AC}" xmlns:mc="{COMPATIBILITY}" mc:Ignorable="x14ac">'
        '<dimension ref="A1:D4"/><sheetViews><sheetView workbookViewId="0"/></sheetViews>'
        f'<sheetData>{made}</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        f"{tail}</worksheet>"
    )


def _relationships(targets: dict[str, tuple[str, str]], mode: str = "") -> str:
    entries = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{to}"{mode}/>' for key, (kind, to) in targets.items()
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{entries}</Relationships>'


def _scope(name: str) -> str:
    return ' localSheetId="0"' if name.startswith("_xlnm") else ""
