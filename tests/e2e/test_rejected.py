#!/usr/bin/env python3
"""The rejected rows of a file come back as a file of its kind; mended, it is sent again as it is."""
import csv
import io
import json
import os
import pathlib
import subprocess
import unittest

from harness import CSV, JSON, NDJSON, ServerCase, ask, program, sample_rows, small_document
from made_files import SAV, XLSX, sav, xlsx

ADDED = ["error_code", "error_column", "error_value", "error_expected"]
ROWS = [["result_id", "company", "channel", "q1", "q2", "csat", "comment"],
        ["a", "A", "phone", "1", "1", "5", "=1+1 is their own"],
        ["b", "X", "phone", "1", "1", "9", "-minus, \"quoted\""],
        ["c", "B", "fax", "1", "", "5", "blå"],
        ["d", "B", "chat", "1", "", "5", ""]]
MENDED = {"b": {"company": "A", "csat": "4"}, "c": {"channel": "chat"}}


def written(rows, delimiter=",", encoding="utf-8", line_end="\r\n"):
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return made.getvalue().encode(encoding)


def mend(rows):
    """What a firm does in its spreadsheet: the faulty cells, nothing else."""
    header = rows[0]
    for row in rows[1:]:
        for column, value in MENDED[row[0]].items():
            row[header.index(column)] = value
    return rows


class Rejected(ServerCase):
    def given_small(self, suffix=""):
        return self.given_wave(small_document(), suffix=suffix)

    def rejected(self, wave, upload):
        return wave.get(f"/uploads/{upload.json['upload']}/rejected")

    def test_csv_comes_back_mended_and_is_taken(self):
        for number, (delimiter, encoding, line_end) in enumerate(
                [(",", "utf-8", "\r\n"), (";", "cp1252", "\n"), ("\t", "utf-16", "\r\n"), ("|", "utf-8-sig", "\n")]):
            wave = self.given_small(f"-{number}")
            upload = wave.upload(written(ROWS, delimiter, encoding, line_end))
            self.assertEqual([upload.json["accepted"], upload.json["rejected"]], [2, 2], upload.json)
            answer = self.rejected(wave, upload)
            self.assertEqual(answer.headers["Content-Type"], "text/csv; charset=utf-8")
            self.assertEqual(answer.headers["Content-Disposition"],
                             f'attachment; filename="rejected-{upload.json["upload"]}.csv"')
            self.assertEqual(answer.body.startswith(b"\xef\xbb\xbf"), encoding != "utf-8")
            text = answer.body.decode("utf-8-sig")
            self.assertEqual(text.count("\r\n"), 3 if line_end == "\r\n" else 0)
            rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
            self.assertEqual(rows[0], ROWS[0] + ADDED)
            self.assertEqual([row[:7] for row in rows[1:]], [ROWS[2], ROWS[3]])
            self.assertEqual(rows[1][7:10], ["unknown_company | off_scale", "company | csat", "X | 9"])
            self.assertEqual(rows[2][7:10], ["unknown_channel", "channel", "fax"])
            unmended = wave.upload(answer.body)
            self.assertEqual([unmended.json["received"], unmended.json["rejected"]], [2, 2])
            self.assertEqual(self.rejected(wave, unmended).body, answer.body, "the columns stand once")
            again = wave.upload(written(mend(rows), delimiter))
            self.assertEqual([again.json["accepted"], again.json["errors_total"]], [2, 0], again.json)
            self.assertEqual(wave.stored(), 4)

    def test_json_comes_back_mended_and_is_taken(self):
        for number, (content_type, join) in enumerate([(NDJSON, "\n".join), (JSON, lambda x: f"[{','.join(x)}]")]):
            wave = self.given_small(f"-j{number}")
            objects = [dict(zip(ROWS[0], row)) for row in ROWS[1:]]
            upload = wave.upload(join([json.dumps(o) for o in objects]).encode(), content_type)
            self.assertEqual(upload.json["rejected"], 2)
            answer = self.rejected(wave, upload)
            self.assertEqual(answer.headers["Content-Type"], content_type)
            text = answer.body.decode()
            found = json.loads(text) if content_type == JSON else [json.loads(line) for line in text.splitlines()]
            self.assertEqual([{k: v for k, v in o.items() if k not in ADDED} for o in found], objects[1:3])
            self.assertEqual([o["error_column"] for o in found], ["company | csat", "channel"])
            for o in found:
                o.update(MENDED[o["result_id"]])
            again = wave.upload(join([json.dumps(o) for o in found]).encode(), content_type)
            self.assertEqual([again.json["accepted"], again.json["errors_total"]], [2, 0], again.json)

    def test_tables_come_back_as_csv(self):
        for number, (data, content_type) in enumerate([(xlsx(Results=ROWS), XLSX), (sav(ROWS), SAV)]):
            wave = self.given_small(f"-t{number}")
            upload = wave.upload(data, content_type)
            self.assertEqual(upload.json["rejected"], 2, upload.json)
            answer = self.rejected(wave, upload)
            rows = list(csv.reader(io.StringIO(answer.body.decode())))
            self.assertEqual(rows[0], ROWS[0] + ADDED)
            self.assertEqual([row[0] for row in rows[1:]], ["b", "c"])
            again = wave.upload(written(mend(rows)))
            self.assertEqual([again.json["accepted"], again.json["errors_total"]], [2, 0], again.json)

    def test_rows_of_a_workbook_come_back_below_all_its_header_rows(self):
        wave = self.given_small("-survey")
        header = [ROWS[0], [f"{name}?" for name in ROWS[0]], ['{"ImportId":"x"}'] * len(ROWS[0])]
        upload = wave.upload(xlsx(Results=header + ROWS[1:]), XLSX)
        self.assertEqual(upload.json["rejected"], 2, upload.json)
        rows = list(csv.reader(io.StringIO(self.rejected(wave, upload).body.decode())))
        self.assertEqual([row[:len(ROWS[0])] for row in rows[:3]], header)
        self.assertEqual([row[0] for row in rows[3:]], ["b", "c"])

    def test_rows_that_cannot_be_divided_stand_whole(self):
        wave = self.given_small()
        data = b"result_id,company,channel,q1\na,A,phone,1\nb,A\"A,phone,1\nc,A\nd,A,phone,1,2\n"
        upload = wave.upload(data)
        lines = self.rejected(wave, upload).body.decode().splitlines()
        self.assertTrue(lines[1].startswith('b,A"A,phone,1,quote_inside_field,company,'), lines)
        self.assertTrue(lines[2].startswith("c,A,too_few_fields,channel,"), lines)
        self.assertTrue(lines[3].startswith("d,A,phone,1,2,too_many_fields,,"), lines)

    def test_what_the_database_refuses_comes_back_too(self):
        wave = self.given_small()
        wave.upload(b"result_id,company,channel,q1\na,A,phone,1\n")
        upload = wave.upload(b"result_id,company,channel,q1\nb,B,chat,1\na,B,phone,1\n")
        rows = list(csv.reader(io.StringIO(self.rejected(wave, upload).body.decode())))
        self.assertEqual([row[:6] for row in rows[1:]],
                         [["a", "B", "phone", "1", "result_id_conflict", "result_id"]])

    def test_a_run_and_a_dry_run_have_theirs(self):
        wave = self.given_small()
        tried = wave.ask("POST", "/uploads?dry_run=1", written(ROWS), Content_Type=CSV)
        run = wave.ask("POST", f"/uploads/{tried.json['upload']}/run")
        self.assertEqual(self.rejected(wave, tried).body, self.rejected(wave, run).body)
        refused = wave.ask("POST", f"/uploads/{tried.json['upload']}/run?on_error=abort")
        self.assertEqual(self.rejected(wave, refused).body, self.rejected(wave, run).body)

    def test_many_rows_with_many_faults_all_come_back(self):
        wave = self.given_wave()
        header, rows = sample_rows()
        faulty = [row.replace(b"phone", b"pigeon").replace(b"email", b"owl") for row in rows]
        upload = wave.upload(header + b"".join(faulty))
        rejected = upload.json["rejected"]
        self.assertGreater(rejected, 2000)
        found = list(csv.reader(io.StringIO(self.rejected(wave, upload).body.decode())))
        self.assertEqual(len(found), rejected + 1)
        own = {row.decode().split(",")[0]: row.decode().rstrip("\r\n") for row in faulty}
        for row in self.rejected(wave, upload).body.decode().splitlines()[1:]:
            self.assertTrue(row.startswith(own[row.split(",")[0]]), row)

    def test_columns_of_a_programme_win_over_those_added(self):
        document = small_document()
        document["instruments"][0]["items"][0]["code"] = "error_code"
        wave = self.given_wave(document)
        upload = wave.upload(b"result_id,company,channel,error_code,error_column\na,A,phone,7,x\nb,A,phone,1,x\n")
        self.assertEqual([upload.json["accepted"], upload.json["rejected"]], [1, 1], upload.json)
        self.assertEqual(upload.json["errors"][0]["column"], "error_code")

    def plaudit(self, wave, *words):
        environment = {"PATH": os.environ["PATH"], "HOME": self.home, "LC_ALL": "C.UTF-8",
                       "LSAN_OPTIONS": self.server.environment["LSAN_OPTIONS"],
                       "PLAUDIT_SERVER": f"http://127.0.0.1:{self.server.port}",
                       "PLAUDIT_KEY_FILE": self.key_file(wave.key), "PLAUDIT_PROGRAMME": wave.programme,
                       "PLAUDIT_WAVE": wave.code}
        return subprocess.run([program("plaudit"), *words], env=environment, capture_output=True, text=True,
                              timeout=60, check=False)

    def test_the_client_tries_fetches_and_sends_again(self):
        wave = self.given_small()
        files = [pathlib.Path(self.home) / name for name in ("sent.csv", "back.csv", "more.csv")]
        files[0].write_bytes(written(ROWS))
        tried = self.plaudit(wave, "upload", "--dry-run", str(files[0]))
        self.assertEqual(tried.returncode, 6, tried.stderr)
        self.assertIn("was only tried: nothing is stored", tried.stdout)
        refused = self.plaudit(wave, "upload", "--on-error", "abort", "--rejected", str(files[1]), str(files[0]))
        self.assertEqual(refused.returncode, 6, refused.stderr)
        self.assertIn("was refused as a whole: nothing is stored", refused.stdout)
        self.assertIn("of these 2 without fault, held back with the others", refused.stdout)
        self.assertEqual(wave.stored(), 0)
        rows = list(csv.reader(io.StringIO(files[1].read_text(encoding="utf-8"))))
        self.assertEqual([row[0] for row in rows], ["result_id", "b", "c"])
        number = wave.get("/uploads").json["data"][0]["upload"]
        fetched = self.plaudit(wave, "rejected", number, "-o", str(files[2]))
        self.assertEqual(fetched.returncode, 0, fetched.stderr)
        self.assertEqual(files[2].read_bytes(), files[1].read_bytes())
        self.assertEqual(self.plaudit(wave, "rejected", number).stdout, files[1].read_text(encoding="utf-8"))
        files[1].write_bytes(written(mend(rows)))
        again = self.plaudit(wave, "upload", str(files[1]))
        self.assertEqual(again.returncode, 0, again.stdout + again.stderr)
        listed = self.plaudit(wave, "uploads").stdout.splitlines()
        self.assertEqual([line.split()[1] for line in listed], ["state", "done", "refused", "tried"])
        self.assertEqual(self.plaudit(wave, "rejected", "999999").returncode, 3)

    def test_others_do_not_see_it(self):
        wave, other = self.given_small(), self.given_small("-other")
        upload = wave.upload(written(ROWS))
        path = f"/uploads/{upload.json['upload']}/rejected"
        self.assert_status(other.ask("GET", path), 404, "unknown_upload")
        sponsor = self.server.key(wave.organisation, role="sponsor")
        self.assert_status(ask(self.server, "GET", wave.path + path, key=sponsor), 403, "not_allowed")


if __name__ == "__main__":
    unittest.main(verbosity=2)
