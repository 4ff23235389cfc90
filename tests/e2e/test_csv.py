"""CSV as firms write it: the same rows, however written, make the same boards, and what was understood is said."""
import csv
import io
import json
import os
import pathlib
import subprocess
import unittest

from harness import CSV, NDJSON, SAMPLE, ServerCase, program, sample_document, small_document

SMALL = "result_id;company;channel;contacted_at;wait_seconds;q1;csat;comment\r\n"
ROWS = SMALL + "r1;A;phone;04.05.2026 10:15;12,0;2;5;Veldig fornøyd, god hjelp på telefonen\r\n" \
    "r2;B;phone;05.05.2026 10:15;;1;4;Dårlig service, måtte vente lenge i kø\r\n"


def rewritten(delimiter, encoding, line_end="\r\n", before=""):
    """The sample's results in another dialect."""
    made = io.StringIO()
    with open(SAMPLE / "results.csv", encoding="utf-8", newline="") as given:
        csv.writer(made, delimiter=delimiter, lineterminator=line_end).writerows(csv.reader(given))
    return (before + made.getvalue()).encode(encoding)


class CsvAsItComes(ServerCase):
    def given_small(self, suffix=""):
        return self.given_wave(small_document(time_zone="Europe/Oslo"), suffix=suffix)

    def assert_part(self, reading, part, is_, by):
        self.assertEqual((reading[part]["is"], reading[part]["by"]), (is_, by), reading)

    def test_the_same_rows_make_the_same_boards_however_they_are_written(self):
        plain = self.given_wave()
        plain.upload((SAMPLE / "results.csv").read_bytes())
        boards = plain.boards()
        dialects = [(";", "utf-8-sig", "\r\n", ""), ("\t", "utf-16", "\r\n", ""), ("|", "cp949", "\n", ""),
                    (";", "mac_roman", "\r", ""), (";", "utf-16-be", "\n", ""), ("\t", "cp1252", "\r\n", "sep=\t\r\n")]
        for number, dialect in enumerate(dialects):
            wave = self.given_wave(suffix=f"-{number}")
            answer = wave.upload(rewritten(*dialect))
            self.assert_status(answer, 200)
            self.assertEqual(answer.json["accepted"], 4279, dialect)
            self.assertEqual(wave.boards(), boards, dialect)

    def test_what_was_understood_stands_in_the_answer_and_with_the_upload(self):
        wave = self.given_small()
        answer = wave.upload(ROWS.encode("cp1252"))
        self.assert_status(answer, 200)
        self.assertEqual(answer.json["accepted"], 2, answer.json)
        reading = answer.json["reading"]
        self.assert_part(reading, "encoding", "windows-1252", "detected")
        self.assertIn("uchardet", reading["encoding"]["because"])
        self.assert_part(reading, "delimiter", "semicolon", "detected")
        self.assert_part(reading, "header", 1, "assumed")
        self.assert_part(reading, "decimal", "comma", "detected")
        self.assert_part(reading, "dates", None, "unneeded")
        self.assertEqual(wave.get(f"/uploads/{answer.json['upload']}").json["reading"], reading)

    def test_other_formats_have_no_reading(self):
        wave = self.given_small()
        row = {"result_id": "n1", "company": "A", "channel": "phone", "q1": 2}
        answer = wave.upload(json.dumps(row).encode(), NDJSON)
        self.assertIsNone(answer.json["reading"])
        self.assertIsNone(wave.get(f"/uploads/{answer.json['upload']}").json["reading"])

    def test_what_is_declared_is_used_and_said(self):
        wave = self.given_small()
        by_charset = wave.upload(ROWS.encode("cp1252"), 'text/csv; charset="ISO-8859-1"')
        self.assert_part(by_charset.json["reading"], "encoding", "windows-1252", "declared")
        query = "/uploads?encoding=macintosh&delimiter=semicolon&decimal=comma&header_rows=1&dates=dmy"
        by_query = wave.ask("POST", query, ROWS.encode("mac_roman"), Content_Type="text/csv; charset=utf-8")
        self.assertEqual(by_query.json["duplicates"], 2, by_query.json)
        for part, is_ in (("encoding", "macintosh"), ("delimiter", "semicolon"), ("header", 1), ("decimal", "comma"),
                          ("dates", "dmy")):
            self.assert_part(by_query.json["reading"], part, is_, "declared")

    def test_a_wrong_word_is_refused_before_anything_is_read(self):
        wave = self.given_small()
        for query in ("encoding=klingon", "delimiter=x", "decimal=dot", "header_rows=9", "dates=ymd"):
            self.assert_status(wave.ask("POST", f"/uploads?{query}", ROWS.encode(), Content_Type=CSV), 422,
                               "bad_csv_option")
        self.assert_status(wave.ask("POST", "/uploads?dates=dmy", b"{}", Content_Type=NDJSON), 422, "bad_csv_option")
        self.assertEqual(wave.stored(), 0)

    def test_a_mark_against_the_declaration_stores_nothing(self):
        wave = self.given_small()
        answer = wave.upload(ROWS.encode("utf-16"), "text/csv; charset=utf-8")
        self.assert_status(answer, 422, "file_unreadable")
        self.assertEqual(answer.json["errors"][0]["code"], "encoding_clash")
        self.assertEqual(wave.stored(), 0)

    def test_the_same_bytes_declared_otherwise_are_read_again(self):
        wave = self.given_small()
        data = ROWS.replace("04.05.2026", "04/06/2026").replace("05.05.2026", "13/05/2026").encode()
        self.assertFalse(wave.upload(data, digest=True).json["same_file"])
        self.assertTrue(wave.upload(data, digest=True).json["same_file"])
        again = wave.ask("POST", "/uploads?dates=mdy", data, Content_Type=CSV).json
        self.assertFalse(again["same_file"])
        self.assertEqual([error["code"] for error in again["errors"]], ["result_id_conflict", "not_an_instant"])

    def test_bytes_that_were_declared_otherwise_before_are_read_as_they_come(self):
        wave = self.given_small()
        data = ROWS.replace("04.05.2026", "04/06/2026").replace("05.05.2026", "05/06/2026").encode()
        declared = wave.ask("POST", "/uploads?dates=mdy", data, Content_Type=CSV).json
        self.assertEqual((declared["received"], declared["rejected"]), (declared["accepted"], 0))
        again = wave.upload(data, digest=True).json
        self.assertFalse(again["same_file"])
        self.assertEqual([error["code"] for error in again["errors"]], ["ambiguous_date"] * 2)

    def plaudit(self, wave, *words):
        environment = {"PATH": os.environ["PATH"], "HOME": self.home, "LC_ALL": "C.UTF-8",
                       "LSAN_OPTIONS": self.server.environment["LSAN_OPTIONS"],
                       "PLAUDIT_SERVER": f"http://127.0.0.1:{self.server.port}",
                       "PLAUDIT_KEY_FILE": self.key_file(wave.key)}
        return subprocess.run([program("plaudit"), *words], env=environment, capture_output=True, timeout=60,
                              check=False)

    def test_the_client_declares_and_shows_it(self):
        wave = self.given_small()
        path = pathlib.Path(self.home) / "results.csv"
        path.write_bytes(ROWS.encode("cp1252"))
        where = ["-p", wave.programme, "-w", "w1"]
        done = self.plaudit(wave, "upload", *where, "--encoding", "latin1", "--decimal", "comma", str(path))
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertIn("encoding      windows-1252 (declared)", done.stdout.decode())
        self.assertIn("delimiter     semicolon (detected: ", done.stdout.decode())
        wrong = self.plaudit(wave, "upload", *where, "--delimiter", "x", str(path))
        self.assertEqual(wrong.returncode, 2, wrong.stderr.decode())

    def test_without_a_server_the_same_is_understood(self):
        wave = self.given_wave()
        files = [pathlib.Path(self.home) / name for name in ("results.txt", "programme.json")]
        files[0].write_bytes(rewritten("\t", "utf-16"))
        files[1].write_text(json.dumps(sample_document()), encoding="utf-8")
        self.assert_status(wave.upload(files[0].read_bytes()), 200)
        for words in ((), ("--encoding", "utf-16", "--delimiter", "tab")):
            done = self.plaudit(wave, "board", "--file", str(files[0]), "--type", "csv", "--programme", str(files[1]),
                                "--sector", "S01", "--json", *words)
            self.assertEqual(done.returncode, 0, done.stderr.decode())
            self.assertEqual(done.stdout.removesuffix(b"\n"), wave.get("/standings?sector=S01").body)


if __name__ == "__main__":
    unittest.main(verbosity=2)
