"""Workbooks, SPSS files and Triple-S surveys give what the same rows give as CSV."""
import base64
import csv
import hashlib
import io
import json
import os
import pathlib
import socket
import struct
import subprocess
import unittest

import made_files as made
from harness import (BUILD, CSV, SAMPLE, Stream, ask, program, sample_rows, small_document,
                     wait_until)
from tus_client import TusCase, metadata

ROWS = 300


def table_of(rows):
    header, lines = sample_rows()
    return list(csv.reader(io.StringIO((header + b"".join(lines[:rows])).decode(), newline="")))


def csv_of(table):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return text.getvalue().encode()


class Formats(TusCase):
    def another_wave(self):
        """Of an organisation that no other has."""
        self.waves_given = getattr(self, "waves_given", 0) + 1
        return self.given_wave(suffix=str(self.waves_given))

    def upload(self, wave, data, content_type, query="", **headers):
        return wave.ask("POST", f"/uploads{query}", data, Content_Type=content_type, **headers)

    def test_every_format_gives_the_boards_of_the_csv_file(self):
        table = table_of(ROWS)
        forms = {"csv": (CSV, csv_of(table)), "xlsx": (made.XLSX, made.xlsx(Results=table)),
                 "sav": (made.SAV, made.sav(table)),
                 "triple_s": (made.TRIPLE_S, made.triple_s_zip(table))}
        boards = {}
        for word, (content_type, data) in forms.items():
            wave = self.another_wave()
            answer = self.upload(wave, data, content_type)
            self.assertEqual(answer.status, 200, answer)
            said = answer.json
            self.assertEqual((said["received"], said["accepted"], said["rejected"]),
                             (ROWS, ROWS, 0), f"{word}: {answer}")
            told = wave.get(f"/uploads/{said['upload']}").json
            self.assertEqual(told["format"], word)
            self.assertEqual(told["bytes"], len(data), word)
            self.assertEqual(told["reading"], said["reading"])
            if word != "csv":
                self.assertEqual((said["reading"]["format"], said["reading"]["rows"],
                                  said["reading"]["columns"]), (word, ROWS, len(table[0])))
            boards[word] = wave.boards()
        for word in ("xlsx", "sav", "triple_s"):
            self.assertEqual(boards[word], boards["csv"], word)

    def test_a_bad_row_has_the_same_place_and_code_in_every_format(self):
        table = table_of(5)
        table[3][table[0].index("q01")] = "97"
        faults = []
        for content_type, data in ((CSV, csv_of(table)), (made.XLSX, made.xlsx(A=table)),
                                   (made.SAV, made.sav(table)),
                                   (made.TRIPLE_S, made.triple_s_zip(table))):
            answer = self.upload(self.another_wave(), data, content_type)
            self.assertEqual((answer.status, answer.json["accepted"]), (200, 4), answer)
            faults.append(answer.json["errors"])
        self.assertEqual((faults[0][0]["row"], faults[0][0]["column"]), (3, "q01"))
        for other in faults[1:]:
            self.assertEqual(other, faults[0])

    def test_a_run_goes_on_with_its_reason_when_its_client_is_gone(self):
        wave = self.another_wave()
        table = table_of(2000)
        self.upload(wave, csv_of(table), CSV)
        place = table[0].index("q01")
        changed = [table[0]] + [[*row[:place], "1" if row[place] != "1" else "2", *row[place + 1:]]
                                for row in table[1:]]
        tried = wave.ask("POST", "/uploads?dry_run=1", made.xlsx(A=changed), Content_Type=made.XLSX)
        reason = "because " + "so " * 300 + "it is"
        with socket.create_connection(("127.0.0.1", self.server.port)) as client:
            client.sendall(f"POST {wave.path}/uploads/{tried.json['upload']}/run?replace=1&reason="
                           f"{reason.replace(' ', '+')} HTTP/1.1\r\nHost: h\r\n"
                           f"Authorization: Bearer {wave.key}\r\n\r\n".encode())
            wait_until(lambda: self.spooled("passing-*"), 30, "no table is made")
            # Reset, not half closed: who only says that he is done waits for the answer.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        newest = lambda: wave.get("/uploads").json["data"][0]
        wait_until(lambda: newest()["state"] == "done", 60, "the run does not end")
        self.assertGreater(newest()["replaced"], 1000)
        self.assertEqual(self.server.sql(
            f"select distinct reason from result_revision join wave using (wave_id) join programme using "
            f"(programme_id) join organisation o using (organisation_id) where o.code = "
            f"'{wave.organisation}'").partition(": ")[2], reason)

    def test_a_sheet_is_chosen_by_name_or_number_and_told(self):
        book = made.xlsx(Notes=[["about"], ["nothing"]], Results=table_of(10))
        for sheet in ("Results", "2"):
            answer = self.upload(self.another_wave(), book, made.XLSX, f"?sheet={sheet}")
            self.assertEqual((answer.status, answer.json["accepted"]), (200, 10), answer)
            self.assertEqual(answer.json["reading"]["sheet"]["is"], "Results")
            self.assertEqual(answer.json["reading"]["sheet"]["by"], "declared")
        wave = self.given_wave()
        answer = self.upload(wave, book, made.XLSX, "?sheet=Other")
        self.assertEqual((answer.status, answer.json["code"]), (422, "file_unreadable"), answer)
        self.assertEqual(answer.json["errors"][0]["code"], "no_such_sheet")
        self.assertEqual(answer.json["detail"], "the file cannot be read; expected: one of the sheets: Notes, Results")
        for content_type, query in ((made.SAV, "?sheet=1"), (CSV, "?sheet=1"),
                                    (made.XLSX, "?sheet=")):
            answer = self.upload(wave, b"x", content_type, query)
            self.assertEqual((answer.status, answer.json["code"]), (422, "bad_upload_option"))

    def typed(self, *dates):
        header = ["result_id", "company", "channel", "contacted_at", "wait_seconds", "q1", "comment"]
        return [header] + [[f"r{n}", "A", "phone", date, "12,0", "2", " said: \"a, b\" "]
                           for n, date in enumerate(dates, 1)]

    def test_the_texts_of_a_workbook_are_read_as_somebody_typed_them(self):
        wave = self.given_wave(small_document(time_zone="Europe/Oslo"))
        table = self.typed("04.05.2026 10:15", "05.05.2026 10:15")
        survey = [table[0], [f"What is {name}?" for name in table[0]],
                  [f'{{"ImportId":"{name}"}}' for name in table[0]]] + table[1:]
        for rows, header, by in ((table, 1, "assumed"), (survey, 3, "detected")):
            answer = self.upload(wave, made.xlsx(A=rows), made.XLSX)
            self.assertEqual((answer.status, answer.json["received"], answer.json["rejected"]),
                             (200, 2, 0), answer)
            reading = answer.json["reading"]
            self.assertEqual((reading["format"], reading["rows"]), ("xlsx", len(rows) - 1))
            self.assertEqual((reading["header"]["is"], reading["header"]["by"]), (header, by))
            self.assertEqual((reading["decimal"]["is"], reading["decimal"]["by"]),
                             ("comma", "detected"))
            told = wave.get(f"/uploads/{answer.json['upload']}").json
            self.assertEqual(told["reading"], reading)
        self.assertEqual(wave.stored(), 2)

    def test_of_a_workbook_it_is_declared_how_texts_are_written(self):
        wave = self.given_wave(small_document(time_zone="Europe/Oslo"))
        book = made.xlsx(A=self.typed("04/05/2026 10:15"))
        doubtful = self.upload(wave, book, made.XLSX).json
        self.assertEqual([error["code"] for error in doubtful["errors"]], ["ambiguous_date"])
        answer = self.upload(wave, book, made.XLSX, "?dates=dmy&decimal=comma&header_rows=1").json
        self.assertEqual((answer["same_file"], answer["accepted"]), (False, 1), answer)
        self.assertEqual([answer["reading"][part]["by"] for part in ("header", "decimal", "dates")],
                         ["declared"] * 3)
        for query in ("?encoding=utf-8", "?delimiter=comma", "?dates=ymd"):
            answer = self.upload(wave, book, made.XLSX, query)
            self.assertEqual((answer.status, answer.json["code"]), (422, "bad_csv_option"), query)
        answer = self.upload(wave, b"x", made.SAV, "?dates=dmy")
        self.assertEqual((answer.status, answer.json["code"]), (422, "bad_csv_option"))

    def test_the_same_file_again_is_known_but_one_sheet_of_it_is_not_the_file(self):
        wave = self.given_wave()
        book = made.xlsx(A=table_of(10), B=table_of(20))
        self.assertEqual(self.upload(wave, book, made.XLSX, "?sheet=B").json["accepted"], 20)
        first = self.upload(wave, book, made.XLSX).json
        self.assertEqual((first["same_file"], first["received"], first["duplicates"]),
                         (False, 10, 10))
        again = self.upload(wave, book, made.XLSX).json
        self.assertEqual((again["same_file"], again["upload"], again["received"]),
                         (True, first["upload"], 10))

    def test_a_file_that_was_damaged_on_its_way_is_not_counted(self):
        wave = self.given_wave()
        data = made.sav(table_of(10))
        other = base64.b64encode(hashlib.sha256(data + b"x").digest()).decode()
        answer = self.upload(wave, data, made.SAV, Repr_Digest=f"sha-256=:{other}:")
        self.assertEqual((answer.status, answer.json["code"]), (422, "digest_mismatch"), answer)
        self.assertEqual(wave.stored(), 0)
        right = base64.b64encode(hashlib.sha256(data).digest()).decode()
        answer = self.upload(wave, data, made.SAV, Repr_Digest=f"sha-256=:{right}:")
        self.assertEqual((answer.status, answer.json["accepted"]), (200, 10), answer)

    def test_a_file_that_cannot_be_read_says_why_and_counts_nothing(self):
        wave = self.given_wave()
        data = made.sav(table_of(10))
        cases = ((made.SAV, b"$FL9" + data[4:], "not_sav"), (made.SAV, data[:-10], "truncated"),
                 (made.XLSX, data, "not_an_xlsx"), (made.TRIPLE_S, data, "not_triple_s"),
                 (made.TRIPLE_S, made.zipped([("a.sss", b"<sss/>")]), "no_data_file"),
                 (made.TRIPLE_S, made.xlsx(A=table_of(2)), "not_triple_s"))
        for content_type, content, code in cases:
            answer = self.upload(wave, content, content_type)
            self.assertEqual((answer.status, answer.json["code"]), (422, "file_unreadable"), answer)
            self.assertEqual(answer.json["errors"][0]["code"], code)
        self.assertEqual(wave.stored(), 0)
        answer = self.upload(wave, b"x", "application/vnd.ms-excel")
        self.assertEqual((answer.status, answer.json["code"]), (415, "unknown_format"))

    def plaudit(self, *words, **settings):
        environment = {n: v for n, v in os.environ.items() if not n.startswith("PLAUDIT_")}
        return subprocess.run([program("plaudit", BUILD), *words], capture_output=True, timeout=120,
                              env=environment | {"LC_ALL": "C.UTF-8"} | settings, check=False)

    def given_files(self, table):
        """The table in every format, by name."""
        folder = pathlib.Path(self.home) / self._testMethodName
        folder.mkdir()
        metadata, data = made.triple_s(table)
        files = {"r.csv": csv_of(table), "r.sav": made.sav(table), "s.sss": metadata, "s.asc": data,
                 "r.xlsx": made.xlsx(Notes=[["about"], ["nothing"]], Results=table)}
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return folder

    def test_the_client_declares_of_a_workbook_what_it_does_of_csv(self):
        document = small_document(time_zone="Europe/Oslo")
        wave = self.given_wave(document)
        folder = pathlib.Path(self.home) / self._testMethodName
        folder.mkdir()
        (folder / "r.xlsx").write_bytes(made.xlsx(A=self.typed("04/05/2026 10:15")))
        (folder / "p.json").write_text(json.dumps(document), encoding="utf-8")
        settings = {"PLAUDIT_SERVER": f"http://127.0.0.1:{self.server.port}",
                    "PLAUDIT_KEY_FILE": self.key_file(wave.key),
                    "PLAUDIT_PROGRAMME": wave.programme, "PLAUDIT_WAVE": wave.code}
        done = self.plaudit("upload", str(folder / "r.xlsx"), "--dates", "dmy", **settings)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertIn("  dates         dmy (declared)\n", done.stdout.decode())
        (folder / "r.csv").write_bytes(csv_of(self.typed("04/05/2026 10:15")))
        offline = ("board", "--programme", str(folder / "p.json"), "--json", "--file")
        of_csv = self.plaudit(*offline, str(folder / "r.csv"), "--dates", "dmy")
        offline += (str(folder / "r.xlsx"),)
        done = self.plaudit(*offline, "--dates", "dmy")
        self.assertEqual((done.returncode, done.stdout), (0, of_csv.stdout), done.stderr.decode())
        self.assertIn("  decimal mark  comma (detected: ", done.stderr.decode())
        for words in (["--encoding", "utf-8"], ["--delimiter", "comma"]):
            self.assertEqual(self.plaudit(*offline, *words).returncode, 2, words)

    def test_the_client_sends_each_as_what_its_name_says(self):
        table = table_of(20)
        folder = self.given_files(table)
        for words in (["r.xlsx", "--sheet", "Results"], ["r.sav"], ["s.sss"]):
            wave = self.another_wave()
            settings = {"PLAUDIT_SERVER": f"http://127.0.0.1:{self.server.port}",
                        "PLAUDIT_KEY_FILE": self.key_file(wave.key),
                        "PLAUDIT_PROGRAMME": wave.programme, "PLAUDIT_WAVE": wave.code}
            for known in (False, True):
                done = self.plaudit("upload", str(folder / words[0]), *words[1:], **settings)
                self.assertEqual(done.returncode, 0, done.stderr.decode())
                if not known:
                    self.assertRegex(done.stdout.decode(), r"20")
            self.assertEqual((wave.stored(), wave.counted()), (20, 20), words)
        done = self.plaudit("upload", str(folder / "r.sav"), "--sheet", "1", **settings)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("only XLSX has sheets", done.stderr.decode())

    def test_a_board_without_a_server_is_the_same_of_every_format(self):
        folder = self.given_files(table_of(ROWS))
        programme = str(SAMPLE / "programme.json")
        boards = {}
        for words in (["r.csv"], ["r.xlsx", "--sheet", "2"], ["r.sav"], ["s.sss"]):
            done = self.plaudit("board", "--programme", programme, "--json", "--sector", "S01",
                                "--file", str(folder / words[0]), *words[1:])
            self.assertEqual(done.returncode, 0, done.stderr.decode())
            boards[words[0]] = done.stdout
        self.assertEqual(set(boards.values()), {boards["r.csv"]})
        (folder / "r.sav").write_bytes((folder / "r.sav").read_bytes()[:-10])
        done = self.plaudit("board", "--programme", programme, "--file", str(folder / "r.sav"))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"row {ROWS}", done.stderr.decode())
        self.assertIn("truncated", done.stderr.decode())

    def test_a_resumable_upload_is_made_a_table_when_it_is_whole(self):
        wave = self.given_wave()
        book = made.xlsx(Notes=[["about"], ["nothing"]], Results=table_of(20))
        said = metadata(filename="results.xlsx", sheet="Results")
        tus = self.given_tus(wave, len(book), described=said)
        self.assert_status(tus.patch(0, book[:1000]), 204)
        self.assert_status(tus.patch(1000, book[1000:]), 204)
        report = self.assert_counted(wave, tus, 20)
        self.assertEqual((report["format"], report["bytes"]), ("xlsx", len(book)))
        self.assertEqual(report["reading"]["sheet"]["is"], "Results")
        data = made.sav(table_of(20))[:-8]
        tus = self.given_tus(wave, len(data), body=data, described=metadata(filename="cut.zsav"))
        view = tus.counted()
        self.assertEqual((view["state"], view["failure"]["code"]), ("failed", "file_unreadable"), view)

    def test_a_dry_run_stores_nothing_and_is_run_for_good_from_the_kept_file(self):
        table = table_of(20)
        for content_type, data, query in ((made.XLSX, made.xlsx(A=[["x"]], B=table), "&sheet=B"),
                                          (made.SAV, made.sav(table), ""),
                                          (made.TRIPLE_S, made.triple_s_zip(table), "")):
            wave = self.another_wave()
            answer = self.upload(wave, data, content_type, f"?dry_run=1{query}")
            self.assertEqual((answer.status, answer.json["state"], answer.json["accepted"]),
                             (200, "tried", 20), answer)
            self.assertEqual(wave.stored(), 0)
            number = answer.json["upload"]
            self.assertEqual([p.read_bytes() for p in self.spooled(f"upload-{number}")], [data])
            run = wave.ask("POST", f"/uploads/{number}/run")
            self.assertEqual((run.status, run.json["accepted"]), (200, 20), run)
            self.assertEqual((wave.stored(), wave.counted()), (20, 20))

    def test_a_server_that_cannot_keep_it_says_so(self):
        wave = self.given_wave()
        self.server.stop()
        blocked = pathlib.Path(self.home) / "a-file"
        blocked.write_text("")
        self.server.start("--spool", str(blocked))
        try:
            answer = self.upload(wave, made.sav(table_of(5)), made.SAV)
            self.assertEqual((answer.status, answer.json["code"]), (503, "spool_unavailable"), answer)
            self.assertIn("Retry-After", answer.headers)
            self.assertEqual(wave.upload(csv_of(table_of(5))).json["accepted"], 5)
        finally:
            self.server.stop()
            self.server.start()

    def test_a_client_that_goes_away_leaves_nothing(self):
        wave = self.given_wave()
        stream = Stream(wave, made.XLSX)
        stream.send(b"PK\3\4" + bytes(200000))
        stream.close()
        wait_until(lambda: not self.spooled("passing-*"), 30, "a file stays behind")
        self.assertEqual(wave.stored(), 0)
        self.assertEqual(ask(self.server, "GET", "/readyz").status, 200)


if __name__ == "__main__":
    unittest.main()
