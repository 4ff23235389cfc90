"""Results out again: whole or recognisably cut, the same in when uploaded, one consistent version."""
import csv
import hashlib
import io
import json
import unittest
import zipfile
from xml.etree import ElementTree

from exporting import Export, ExportCase, digest
from harness import CSV, NDJSON, ask, sample_rows, small_document

# What spreadsheets and CSV readers stumble over.
RESULTS = [
    {"result_id": "-5", "company": "A", "channel": "phone", "shopper": "=S1", "csat": 5, "ces": 7,
     "nps": 9, "answers": {"q1": 2, "q2": 1}, "comment": "a\r\nb, \"c\"; d"},
    {"result_id": "'-5", "company": "A", "channel": "chat", "shopper": "'@S2", "nps": 1,
     "answers": {"q1": 0}, "comment": "=1+1"},
    {"result_id": "00123", "company": "B", "channel": "phone", "attempt": 2, "wait_seconds": 30,
     "contacted_at": "2020-03-01T10:15:00.5+01:00", "answers": {"q1": 1}, "comment": "1,5"},
    {"result_id": "1E5", "company": "B", "channel": "chat", "answered": False, "shopper": "S;4",
     "comment": "Sj\u00f8 \U0001f600\t"},
    {"result_id": "''=x", "company": "B", "channel": "phone", "duration_seconds": 7,
     "customer": True, "answers": {"q1": 1, "q2": 1}, "comment": "'"}]
RULES = {"fieldwork": {"breaches": {"shopper_is_customer": "excludes"}}}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMS = (".csv", ".csv?dialect=excel-nb", ".csv?formulas=kept", ".csv?columns=canonical",
         ".csv?dialect=excel-nb&columns=canonical&formulas=kept", ".ndjson",
         ".ndjson?columns=canonical")


class Exports(ExportCase):
    copies = 0

    def given_results(self, **wave):
        made = self.given_wave(small_document(**wave))
        answer = made.upload("\n".join(json.dumps(r) for r in RESULTS).encode(), NDJSON)
        self.assertEqual(answer.json["accepted"], 5, answer)
        return made

    # What it says of itself

    def test_an_export_ends_in_the_digest_and_the_number_of_its_rows(self):
        wave = self.given_results()
        for rest in FORMS:
            answer = self.exported(wave, rest)
            self.assertTrue(answer.whole, rest)
            self.assertEqual(answer.headers["trailer"], "Repr-Digest, Plaudit-Rows")
            self.assertEqual(answer.trailers["repr-digest"], digest(answer.body), rest)
            self.assertEqual(answer.trailers["plaudit-rows"], "5", rest)
            self.assertEqual(answer.headers["plaudit-version"], "5")

    def test_an_end_row_says_the_same_in_the_file(self):
        wave = self.given_results()
        body = self.exported(wave, ".csv?end_row=1", version="1.0").body
        data, _, last = body[:-2].rpartition(b"\r\n")
        cells = last.decode().split(",")
        self.assertEqual(cells[:3], ["plaudit:end", "5",
                                     hashlib.sha256(data + b"\r\n").hexdigest()])
        self.assertEqual(len(cells), len(next(csv.reader(io.StringIO(data.decode())))))
        body = self.exported(wave, ".ndjson?end_row=1", version="1.0").body
        data, _, last = body[:-1].rpartition(b"\n")
        self.assertEqual(json.loads(last), {
            "plaudit:end": True, "plaudit:rows": 5,
            "plaudit:sha256": hashlib.sha256(data + b"\n").hexdigest()})

    def test_http_1_0_cannot_tell_the_end_and_is_told_so(self):
        wave = self.given_results()
        answer = Export(wave, ".csv", version="1.0").read()
        self.assertEqual((answer.status, json.loads(answer.body)["code"]),
                         (422, "end_row_required"))

    def test_the_same_export_is_not_sent_twice(self):
        wave = self.given_results()
        first = self.exported(wave, ".csv")
        again = Export(wave, ".csv", If_None_Match=first.headers["etag"]).read()
        self.assertEqual((again.status, again.body), (304, b""))
        patched = wave.ask("PATCH", "/results/-5", b'{"status":"approved"}',
                           Content_Type="application/json")
        self.assert_status(patched, 200)
        again = self.exported(wave, ".csv", If_None_Match=first.headers["etag"])
        self.assertNotEqual(again.headers["etag"], first.headers["etag"])

    def test_a_head_of_an_export_has_no_body(self):
        wave = self.given_results()
        answer = wave.ask("HEAD", "/results.csv")
        self.assertEqual((answer.status, answer.body), (200, b""))
        self.assertIn("ETag", answer.headers)

    # The same results

    def assert_comes_back(self, wave, rest, document, boards):
        content = {".nd": NDJSON, ".xl": XLSX}.get(rest[:3], CSV)
        answer = self.exported(wave, rest)
        self.copies += 1
        copy = self.given_wave(document, suffix=f"-{self.copies}")
        done = copy.upload(answer.body, content)
        self.assertEqual((done.json["rejected"], done.json["accepted"]),
                         (0, int((answer.trailers or answer.headers)["plaudit-rows"])), done)
        for board in boards:
            self.assertEqual(copy.get(board).body, wave.get(board).body, rest + board)
        for form in (".csv?columns=canonical", ".ndjson?columns=canonical"):
            self.assertEqual(self.exported(copy, form).body, self.exported(wave, form).body, rest)

    def test_what_is_exported_makes_the_same_boards_elsewhere(self):
        wave = self.given_results(**RULES)
        self.assertEqual(wave.get("/results/''=x").json["status"], "excluded")
        for rest in (*FORMS, ".xlsx", ".xlsx?columns=canonical"):
            self.assert_comes_back(wave, rest, small_document(**RULES),
                                   ["/standings?sector=S&metric=nps&include=distribution",
                                    "/sectors", "/companies/B", "/shoppers"])

    def test_the_sample_comes_back(self):
        wave = self.given_wave()
        header, rows = sample_rows()
        wave.upload(header + b"".join(rows[:1200]))
        for rest in (".csv?dialect=excel-nb", ".xlsx"):
            self.assert_comes_back(wave, rest, None, ["/sectors", "/standings?metric=nps",
                                                      "/companies/C001", "/shoppers"])

    def test_rows_say_what_became_of_them(self):
        wave = self.given_results(**RULES)
        rows = {r["result_id"]: r for r in csv.DictReader(io.StringIO(
            self.exported(wave, ".csv?formulas=kept").body.decode(), newline=""))}
        self.assertEqual(rows["-5"]["comment"], RESULTS[0]["comment"])
        self.assertEqual(rows["-5"]["plaudit:score"], "100")
        self.assertEqual(rows["00123"]["plaudit:area:all"], "50")
        self.assertEqual(rows["00123"]["contacted_at"], "2020-03-01T09:15:00.500000Z")
        self.assertEqual(rows["1E5"]["answered"], "0")
        self.assertEqual([rows["-5"][n] for n in ("sector", "plaudit:status", "plaudit:revision")],
                         ["S", "submitted", "1"])
        customer = rows["'''=x"]
        self.assertEqual((customer["plaudit:status"], customer["plaudit:breaches"],
                          customer["customer"]), ("excluded", "shopper_is_customer", "1"))
        lines = [json.loads(l) for l in self.exported(wave, ".ndjson").body.splitlines()]
        self.assertEqual({tuple(line) for line in lines}, {tuple(lines[0])}, "the same keys in each")
        self.assertEqual([l["result_id"] for l in lines], sorted(r["result_id"] for r in RESULTS))
        self.assertEqual(lines[0]["answers"], {"q1": 1, "q2": 1})

    def test_text_that_could_be_a_formula_is_guarded_and_numbers_are_not(self):
        wave = self.given_results()
        text = self.exported(wave, ".csv").body.decode()
        self.assertIn("\"'-5\",A,", text)
        self.assertIn("\"'=1+1\"", text)
        self.assertIn("\"'=S1\"", text)
        text = self.exported(wave, ".csv?dialect=excel-nb").body.decode()
        self.assertTrue(text.startswith("\ufeffresult_id;company;"))
        self.assertIn("\r\n00123;B;", text)

    def test_boards_are_to_be_had_as_a_norwegian_excel_opens_them(self):
        wave = self.given_results()
        for board in ("/standings.csv?sector=S&", "/sectors.csv?", "/fieldwork.csv?",
                      "/awards.csv?"):
            plain, other = wave.get(board), wave.get(board + "dialect=excel-nb")
            rows = list(csv.reader(io.StringIO(plain.body.decode(), newline="")))
            wanted = [[c.replace(".", ",") if c.replace(".", "").replace("-", "").isdigit() else c
                       for c in row] for row in rows]
            self.assertTrue(other.body.startswith(b"\xef\xbb\xbf"))
            self.assertEqual(list(csv.reader(io.StringIO(other.body[3:].decode(), newline=""),
                                             delimiter=";")), wanted, board)
            if board.startswith("/fieldwork"):
                continue
            self.assertNotEqual(plain.headers["ETag"], other.headers["ETag"])
            self.assertEqual(wave.ask("GET", board + "dialect=excel-nb",
                                      If_None_Match=other.headers["ETag"]).status, 304)
        self.assert_status(wave.ask("GET", "/sectors.csv?dialect=latin"), 422, "bad_csv_option")
        self.assert_status(wave.ask("GET", "/standings?sector=S&dialect=excel-nb"), 422,
                           "bad_csv_option")

    # Which results, and who

    def test_an_export_has_the_results_that_are_chosen(self):
        wave = self.given_results(**RULES)

        def ids(query):
            body = self.exported(wave, ".ndjson?" + query).body
            return [json.loads(line)["result_id"] for line in body.splitlines()]
        for query, wanted in (("company=A", ["'-5", "-5"]), ("channel=chat", ["'-5", "1E5"]),
                              ("status=excluded", ["''=x"]), ("company=B&channel=chat", ["1E5"]),
                              ("status=submitted,approved&company=B", ["00123", "1E5"]),
                              ("sector=S&company=A", ["'-5", "-5"]), ("sector=S&company=C", [])):
            self.assertEqual(ids(query), wanted, query)
            page = wave.get("/results?" + query).json
            self.assertEqual(([r["result_id"] for r in page["data"]], page["next_cursor"]),
                             (wanted, None), query)

    def test_what_makes_no_sense_is_refused(self):
        wave = self.given_results()
        for rest, code in ((".csv?columns=some", "bad_export_option"),
                           (".csv?limit=5", "bad_export_option"),
                           ("?columns=canonical", "bad_export_option"),
                           (".ndjson?dialect=excel-nb", "bad_csv_option"),
                           (".csv?formulas=yes", "bad_csv_option"),
                           (".csv?status=gone", "unknown_status")):
            self.assert_status(wave.ask("GET", "/results" + rest), 422, code)
        for rest, code in ((".csv?company=X", "unknown_company"), (".csv?sector=X", "unknown_sector"),
                           (".csv?channel=X", "unknown_channel")):
            self.assert_status(wave.ask("GET", "/results" + rest), 404, code)

    def test_raw_rows_are_the_firms_alone_and_taking_them_is_written_down(self):
        wave = self.given_results()
        sponsor = self.server.key(wave.organisation, "sponsor")
        other = self.server.key(wave.organisation + "-other")
        self.assert_status(wave.ask("GET", "/results.csv", key=sponsor), 403, "not_allowed")
        self.assert_status(wave.ask("GET", "/results.csv", key=other), 404, "unknown_programme")
        self.exported(wave, ".csv?company=A")
        noted = self.server.sql(
            "select detail from audit a join organisation o using (organisation_id) where "
            f"o.code = '{wave.organisation}' and event = 'results.exported'")
        self.assertEqual(json.loads(noted), {"format": "csv", "query": "company=A"})

    # Workbooks and templates

    @staticmethod
    def sheet(body, number=1):
        """Cells of a sheet by address: (type, value, style), and the sheet's XML."""
        book = zipfile.ZipFile(io.BytesIO(body))
        xml = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
        strings = ["".join(t.text or "" for t in s.iter(SHEET + "t")) for s in ElementTree.fromstring(
            book.read("xl/sharedStrings.xml"))] if "xl/sharedStrings.xml" in book.namelist() else []
        cells = {}
        for cell in xml.iter(SHEET + "c"):
            kind, text = cell.get("t", "n"), "".join(t.text or "" for t in cell.iter(SHEET + "t"))
            value = cell.findtext(SHEET + "v")
            if kind == "s":
                kind, text = "inlineStr", strings[int(value)]
            text = text.replace("_x000D_", "\r")
            cells[cell.get("r")] = (kind, text if kind == "inlineStr" else float(value),
                                    cell.get("s"))
        return cells, xml

    def test_a_workbook_has_numbers_dates_and_a_header_that_stays(self):
        wave = self.given_results()
        answer = wave.get("/results.xlsx")
        self.assertEqual(answer.headers["Repr-Digest"], digest(answer.body))
        self.assertEqual(answer.headers["Plaudit-Rows"], "5")
        self.assertEqual(int(answer.headers["Content-Length"]), len(answer.body))
        cells, xml = self.sheet(answer.body)
        rows = list(csv.DictReader(io.StringIO(
            self.exported(wave, ".csv?formulas=kept").body.decode(), newline="")))
        names = {value: address[:-1] for address, (_, value, _) in cells.items()
                 if address.rstrip("0123456789") + "1" == address}
        self.assertEqual(set(names) - {"plaudit:contacted_local"}, set(rows[0]))
        for number, row in enumerate(rows, 2):
            for name, wanted in row.items():
                kind, value, _ = cells.get(f"{names[name]}{number}", ("inlineStr", "", None))
                self.assertEqual(value if kind == "inlineStr" else f"{value:g}", wanted, name)
        kind, value, style = cells[f"{names['plaudit:contacted_local']}3"
                                   if rows[1]["contacted_at"] else
                                   f"{names['plaudit:contacted_local']}5"]
        self.assertEqual((kind, round(value, 6)), ("n", 43891.385417))
        self.assertIsNotNone(style)
        self.assertEqual(cells["A1"][2], cells["B1"][2])
        self.assertEqual(xml.find(f".//{SHEET}pane").get("ySplit"), "1")
        again = wave.ask("GET", "/results.xlsx", If_None_Match=answer.headers["ETag"])
        self.assertEqual(again.status, 304)
        self.assert_status(wave.ask("GET", "/results.xlsx?end_row=1"), 422, "bad_export_option")

    def test_a_workbook_is_made_for_http_1_0_and_for_head(self):
        wave = self.given_results()
        answer = Export(wave, ".xlsx", version="1.0").read()
        self.assertEqual((answer.status, answer.body[:2]), (200, b"PK"))
        head = wave.ask("HEAD", "/results.xlsx")
        self.assertEqual(head.headers["Plaudit-Rows"], "5")

    def test_a_template_has_a_wave_s_columns_and_drop_downs(self):
        wave = self.given_wave(small_document())
        address = f"/v1/programmes/{wave.programme}/template"

        def template(rest):
            return ask(self.server, "GET", address + rest, key=wave.key)
        answer = template(".xlsx?wave=w1")
        self.assertEqual(answer.headers["Repr-Digest"], digest(answer.body))
        cells, xml = self.sheet(answer.body)
        header = template(".csv?wave=w1").body.decode()
        self.assertEqual(",".join(cells[a][1] for a in sorted(cells, key=lambda a: (len(a), a))),
                         header.strip())
        rules = {rule.get("sqref").split("1048576")[0]: rule for rule in
                 xml.iter(SHEET + "dataValidation")}
        self.assertEqual(rules["B2:B"].findtext(SHEET + "formula1"), "codes!$A$2:$A$3")
        self.assertEqual(rules["L2:L"].findtext(SHEET + "formula1"), '"0,1,2"')
        codes, _ = self.sheet(answer.body, 2)
        self.assertEqual([codes[a][1] for a in ("A2", "B2", "C2", "A3", "D2", "F3")],
                         ["A", "Alder", "S", "B", "S", "chat"])
        self.assertTrue(template(".csv?wave=w1&dialect=excel-nb").body.startswith(
            b"\xef\xbb\xbfresult_id;company;"))
        done = wave.upload(header.encode() + b"r1,A,,phone,,,,,,,,1,1,,,,\r\n")
        self.assertEqual((done.json["accepted"], done.json["rejected"]), (1, 0), done)
        self.assert_status(template(".xlsx"), 422, "wave_required")
        self.assert_status(template(".xlsx?wave=w9"), 404, "unknown_wave")


if __name__ == "__main__":
    unittest.main()
