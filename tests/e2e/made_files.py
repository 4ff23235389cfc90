"""Tables as XLSX, SPSS and Triple-S files, made here from the formats' descriptions.

A table is a list of rows of strings, the first the header; a column is numeric where every value in
it is a number or empty.
"""
import io
import struct
import zipfile
from xml.sax.saxutils import escape, quoteattr

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAV = "application/x-spss-sav"
TRIPLE_S = "application/zip"
SYSTEM_MISSING = -1.7976931348623157e308


def is_number(text):
    return text == "" or text.lstrip("-").replace(".", "", 1).isdigit()


def numeric_columns(table):
    return [all(is_number(row[i]) for row in table[1:]) and any(row[i] for row in table[1:])
            for i in range(len(table[0]))]


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return packed.getvalue()


def column_name(i):
    return (chr(ord("A") + i // 26 - 1) if i >= 26 else "") + chr(ord("A") + i % 26)


def sheet(table):
    numeric = numeric_columns(table)
    lines = []
    for r, row in enumerate(table, 1):
        cells = []
        for c, value in enumerate(row):
            place = f"{column_name(c)}{r}"
            if value == "":
                continue
            if r > 1 and numeric[c]:
                cells.append(f'<c r="{place}"><v>{value}</v></c>')
            else:
                cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
        lines.append(f'<row r="{r}">{"".join(cells)}</row>')
    return ('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f'<sheetData>{"".join(lines)}</sheetData></worksheet>')


def xlsx(**sheets):
    """One sheet a table, by its name."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    names = list(sheets)
    files = [("[Content_Types].xml",
              f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
              'ContentType="application/xml"/><Default Extension="rels" ContentType='
              '"application/vnd.openxmlformats-package.relationships+xml"/><Override '
              'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
              'officedocument.spreadsheetml.sheet.main+xml"/></Types>'),
             ("_rels/.rels",
              f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
              f'Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
             ("xl/workbook.xml",
              f'<workbook xmlns="{main}" xmlns:r="{related}"><sheets>'
              + "".join(f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="r{i}"/>'
                        for i, name in enumerate(names, 1)) + "</sheets></workbook>"),
             ("xl/_rels/workbook.xml.rels",
              f'<Relationships xmlns="{package}/relationships">'
              + "".join(f'<Relationship Id="r{i}" Type="{related}/worksheet" '
                        f'Target="worksheets/sheet{i}.xml"/>' for i, _ in enumerate(names, 1))
              + "</Relationships>")]
    files += [(f"xl/worksheets/sheet{i}.xml", sheet(sheets[name]))
              for i, name in enumerate(names, 1)]
    return zipped(files)


def padded(data, size):
    return data.ljust(size, b" ")


def sav(table):
    """Uncompressed, UTF-8."""
    numeric = numeric_columns(table)
    widths = [0 if numeric[i] else max(1, max(len(row[i].encode()) for row in table[1:]))
              for i in range(len(table[0]))]
    out = [b"$FL2", padded(b"@(#) made for a test", 60),
           struct.pack("<iiiiid", 2, -1, 0, 0, len(table) - 1, 100.0),
           padded(b"04 May 2610:15:00", 17 + 64 + 3)]
    for i, width in enumerate(widths):
        form = 0x010800 if width else 0x050800
        out += [struct.pack("<iiiiii", 2, width, 0, 0, form, form), padded(b"V%d" % i, 8)]
        for _ in range((width + 7) // 8 - 1):
            out.append(struct.pack("<iiiiii8s", 2, -1, 0, 0, 0, 0, b" " * 8))
    names = "\t".join(f"V{i}={name}" for i, name in enumerate(table[0])).encode()
    out += [struct.pack("<iiii8i", 7, 3, 4, 8, 22, 0, 0, -1, 1, 1, 2, 65001),
            struct.pack("<iiii", 7, 13, 1, len(names)), names, struct.pack("<ii", 999, 0)]
    for row in table[1:]:
        for value, width in zip(row, widths):
            if width:
                out.append(padded(value.encode(), (width + 7) // 8 * 8))
            else:
                out.append(struct.pack("<d", float(value) if value else SYSTEM_MISSING))
    return b"".join(out)


def triple_s(table):
    """Metadata and data of fixed columns."""
    numeric = numeric_columns(table)
    at, variables, widths = 1, [], []
    for i, name in enumerate(table[0]):
        width = max(1, max(len(row[i]) for row in table[1:]))
        kind = "quantity" if numeric[i] else "character"
        variables.append(f'<variable ident="{i + 1}" type="{kind}"><name>{escape(name)}</name>'
                         f'<position start="{at}" finish="{at + width - 1}"/></variable>')
        widths.append(width)
        at += width
    metadata = ('<?xml version="1.0"?>\n<!DOCTYPE sss PUBLIC "-//triple-s//DTD Survey Interchange '
                'v2.0//EN" "http://www.triple-s.org/dtd/sss_v20.dtd">\n<sss version="2.0"><survey>'
                f'<name>x</name><record ident="A">{"".join(variables)}</record></survey></sss>')
    lines = ["".join(value.rjust(width) if numeric[i] else value.ljust(width)
                     for i, (value, width) in enumerate(zip(row, widths))) for row in table[1:]]
    return metadata.encode(), ("\r\n".join(lines) + "\r\n").encode()


def triple_s_zip(table):
    metadata, data = triple_s(table)
    return zipped([("survey.sss", metadata), ("survey.asc", data)])
