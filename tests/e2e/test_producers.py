#!/usr/bin/env python3
"""One table as several programs write it in XLSX reads to one CSV.

The table is written here by hand, by libxlsxwriter (both of its ways) and by openpyxl; the first
is opened and saved anew by openpyxl, LibreOffice and gnumeric. What is not installed is skipped.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

BUILD = pathlib.Path(os.environ.get("PLAUDIT_BUILD_DIR", "build/dev")) / "tests" / "e2e"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."

NAMES = ["result_id", "company", "when", "day", "time", "score", "ok", "ratio", "comment", "empty"]
# Text; a serial and the style it is shown in; truth.
ROWS = [
    ["00123", "Ice Mobil", (46348 + 615 / 1440, 1), (46348, 2), (0.5, 3), 73.9, True, 1 / 3,
     'Veldig fornøyd, "takk"'],
    ["1E5", "우체국", (46349 + 1 / 86400, 1), (61, 2), (0.75, 3), -0.5, False, 1e-5, "to\nlinjer"],
    None,
    ["R-3", "Oslo kommune", (45000, 1), (45000, 2), (0, 3), 100, True, 12345.6789, " rom "],
]
EXPECTED = (
    '"result_id",company,when,day,time,score,ok,ratio,comment,empty\n'
    '00123,Ice Mobil,2026-11-22 10:15:00,2026-11-22,12:00:00,73.9,TRUE,0.333333333333333,'
    '"Veldig fornøyd, ""takk""",\n'
    '1E5,우체국,2026-11-23 00:00:01,1900-03-01,18:00:00,-0.5,FALSE,0.00001,"to\nlinjer",\n'
    '\n'
    'R-3,Oslo kommune,2023-03-15 00:00:00,2023-03-15,00:00:00,100,TRUE,12345.6789, rom ,\n')


def cell(place, value):
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, tuple):
        return f'<c r="{place}" s="{value[1]}"><v>{value[0]!r}</v></c>'
    if isinstance(value, str):
        text = value.replace("&", "&amp;").replace("<", "&lt;")
        return (f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>')
    return f'<c r="{place}"><v>{value!r}</v></c>'


def sheet():
    rows = []
    for number, row in enumerate([NAMES] + ROWS, 1):
        cells = [cell(f"{chr(ord('A') + at)}{number}", value) for at, value in enumerate(row or [])]
        if cells:
            rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(rows)


def write_by_hand(path):
    xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    relation = '<Relationship Id="rId{}" Type="' + OFFICE + '/{}" Target="{}"/>'
    relations = f'{xml}<Relationships xmlns="{PACKAGE}/relationships">' + "{}</Relationships>"
    override = '<Override PartName="/xl/{}.xml" ContentType="' + TYPE + '{}+xml"/>'
    parts = {
        "[Content_Types].xml":
            f'{xml}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'{override.format("workbook", "sheet.main")}'
            f'{override.format("worksheets/sheet1", "worksheet")}'
            f'{override.format("styles", "styles")}</Types>',
        "_rels/.rels": relations.format(relation.format(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml":
            f'{xml}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="Results" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations.format(
            relation.format(1, "worksheet", "worksheets/sheet1.xml") +
            relation.format(2, "styles", "styles.xml")),
        "xl/styles.xml":
            f'{xml}<styleSheet xmlns="{MAIN}"><numFmts count="3">'
            '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/>'
            '<numFmt numFmtId="165" formatCode="dd.mm.yyyy"/>'
            '<numFmt numFmtId="166" formatCode="hh:mm"/></numFmts>'
            '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
            '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
            '<borders count="1"><border/></borders>'
            '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/>'
            '<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>'
            '<xf numFmtId="166" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml":
            f'{xml}<worksheet xmlns="{MAIN}"><sheetData>{sheet()}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)


def python_with_openpyxl():
    for python in (sys.executable, "/usr/bin/python3"):
        if os.path.exists(python) and subprocess.run(
                [python, "-c", "import openpyxl"], capture_output=True, check=False).returncode == 0:
            return python
    raise unittest.SkipTest("openpyxl (Debian: python3-openpyxl) is not installed: skipped")


def needs_program(*names):
    for name in names:
        if shutil.which(name):
            return shutil.which(name)
    raise unittest.SkipTest(f"{names[0]} is not installed: skipped")


OPENPYXL_SAVES = "import openpyxl, sys; openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])"
OPENPYXL_WRITES = """
import datetime, openpyxl, sys
names, rows, path = eval(sys.argv[1]), eval(sys.argv[2]), sys.argv[3]
sheet = openpyxl.Workbook().active
sheet.append(names)
epoch = datetime.datetime(1899, 12, 30)
codes = [None, "yyyy-mm-dd hh:mm:ss", "dd.mm.yyyy", "hh:mm"]
for at, row in enumerate(rows, 2):
    for column, value in enumerate(row or [], 1):
        cell = sheet.cell(at, column)
        if isinstance(value, tuple):
            cell.number_format = codes[value[1]]
            cell.value = value[0]
            cell.number_format = codes[value[1]]
        else:
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
sheet.parent.save(path)
"""


class Producers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="plaudit-producers-")
        self.addCleanup(self.folder.cleanup)
        self.base = self.path("base.xlsx")
        write_by_hand(self.base)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def run_program(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False,
                              cwd=self.folder.name,
                              env={**os.environ, "HOME": self.folder.name, "LC_ALL": "C.UTF-8"})
        self.assertEqual(done.returncode, 0, f"{command}: {done.stdout}{done.stderr}")
        return done

    def reads_as_the_table(self, path):
        done = subprocess.run([str(BUILD / "read_xlsx"), path], capture_output=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertEqual(done.stdout.decode(), EXPECTED)

    def test_written_by_hand(self):
        self.reads_as_the_table(self.base)

    def test_libxlsxwriter_with_shared_strings(self):
        self.written_by_libxlsxwriter()

    def test_libxlsxwriter_in_constant_memory(self):
        self.written_by_libxlsxwriter("constant")

    def written_by_libxlsxwriter(self, *options):
        program = BUILD / "write_xlsx"
        if not program.exists():
            self.skipTest("libxlsxwriter-dev was not there when the tests were built: skipped")
        self.run_program(str(program), self.path("new.xlsx"), *options)
        self.reads_as_the_table(self.path("new.xlsx"))

    def test_openpyxl_writes(self):
        self.run_program(python_with_openpyxl(), "-c", OPENPYXL_WRITES, repr(NAMES), repr(ROWS),
                         self.path("new.xlsx"))
        self.reads_as_the_table(self.path("new.xlsx"))

    def test_openpyxl_saves_anew(self):
        self.run_program(python_with_openpyxl(), "-c", OPENPYXL_SAVES, self.base,
                         self.path("new.xlsx"))
        self.reads_as_the_table(self.path("new.xlsx"))

    def test_gnumeric_saves_anew(self):
        self.run_program(needs_program("ssconvert"), "--export-type=Gnumeric_Excel:xlsx2",
                         self.base, self.path("new.xlsx"))
        self.reads_as_the_table(self.path("new.xlsx"))

    def test_libreoffice_saves_anew(self):
        os.mkdir(self.path("out"))
        self.run_program(needs_program("soffice", "libreoffice"), "--headless",
                         f"-env:UserInstallation=file://{self.path('profile')}",
                         "--convert-to", "xlsx", "--outdir", self.path("out"), self.base)
        self.reads_as_the_table(self.path("out/base.xlsx"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
