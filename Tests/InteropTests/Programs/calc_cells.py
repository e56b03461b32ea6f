"""calc_cells.py EXPORT.csv SHEET.xlsx guarded|plain: whether Calc has the cells that lorabook exported.

EXPORT.csv is the plain export of the data given to Calc. A number must be a number, equal after rounding
to the 15 digits that Calc writes; a text must be a text; and no cell may contain a formula. With `guarded`
each sweep's name has an apostrophe before it, with `plain` none has.
"""

import csv
import re
import sys
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def column_of(reference):
    index = 0
    for letter in re.match("[A-Z]+", reference).group():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def sheet(path):
    """The first sheet's cells as (type, value, formula), by row and column."""
    with zipfile.ZipFile(path) as book:
        strings = []
        if "xl/sharedStrings.xml" in book.namelist():
            root = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
            strings = ["".join(t.text or "" for t in item.iter(MAIN + "t")) for item in root]
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells = {}
    for row_index, row in enumerate(root.iter(MAIN + "row")):
        for cell in row.iter(MAIN + "c"):
            value = cell.findtext(MAIN + "v")
            if value is None:
                continue
            kind = cell.get("t", "n")
            text = strings[int(value)] if kind == "s" else value
            place = (row_index, column_of(cell.get("r")))
            cells[place] = (kind, text, cell.findtext(MAIN + "f"))
    return cells


def main():
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    cells = sheet(sys.argv[2])
    header = rows[0]
    texts = {"sweep", "profile", "rule", "run"}
    numbers = 0
    for row_index, row in enumerate(rows):
        for column, text in enumerate(row):
            cell = cells.pop((row_index, column), None)
            what = (row_index + 1, header[column], text, cell)
            if text == "":
                assert cell is None, what
                continue
            assert cell is not None, what
            kind, value, formula = cell
            assert formula is None, what
            if row_index == 0 or header[column] in texts or text in ("nan", "inf", "-inf"):
                guarded = sys.argv[3] == "guarded" and row_index > 0 and header[column] == "sweep"
                assert kind in ("s", "str"), what
                assert value == ("'" if guarded else "") + text, what
            else:
                number = Decimal(text)
                half = Decimal(5).scaleb(number.adjusted() - 15)
                assert kind == "n", what
                assert abs(Decimal(value) - number) <= half, what
                numbers += 1
    assert not cells, f"cells beyond the export: {cells}"
    assert numbers > 0
    print(len(rows), "rows,", numbers, "numbers")


main()
