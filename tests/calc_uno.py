"""Run by the Python that LibreOffice brings along: works an open office for a test, a line of JSON at a time.

Not a test and not imported by one: only that Python has `uno`.
"""

import json
import sys
import time

import uno

CONNECT = "uno:pipe,name=%s;urp;StarOffice.ComponentContext"


def connect(pipe):
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(150):
        try:
            return resolver.resolve(CONNECT % pipe)
        except Exception:  # not there yet
            time.sleep(0.2)
    raise SystemExit("LibreOffice did not answer on its pipe")


def described(context):
    """The function wizard's words: name → summary, category, and each argument's name, help and whether it may be left out."""
    found = {}
    book = context.ServiceManager.createInstanceWithContext("com.sun.star.sheet.FunctionDescriptions", context)
    for i in range(book.getCount()):
        facts = {fact.Name: fact.Value for fact in book.getByIndex(i)}
        if facts["Name"].startswith("WP_"):
            arguments = [[a.Name, a.Description, a.IsOptional] for a in facts["Arguments"] or ()]
            found[facts["Name"]] = [facts["Description"], facts["Category"], arguments]
    return found


def cell(sheet, place):
    there = sheet.getCellRangeByName(place)
    return there.getError() or (there.String if there.FormulaResultType2 == 2 else there.Value)


def main(pipe):
    context = connect(pipe)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
    sheet = document.Sheets.getByIndex(0)
    for line in sys.stdin:
        what, told = json.loads(line)
        answer = None
        if what == "functions":
            answer = described(context)
        elif what == "set":
            for place, formula in told.items():
                there = sheet.getCellRangeByName(place)
                if ":" in place:
                    there.setArrayFormula(formula)
                else:
                    there.setFormula(formula)
        elif what == "get":
            document.calculateAll()
            answer = [cell(sheet, place) for place in told]
        elif what == "end":
            document.close(True)
            desktop.terminate()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main(sys.argv[1])
