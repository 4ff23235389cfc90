#!/usr/bin/env python3
"""Files whose columns are not canonical: stored mappings, uploads read with them, and what stays on record."""
import base64
import hashlib
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from harness import CSV, JSON, NDJSON, SHARED, ServerCase, ask, program, small_document

PROFILE = {
    "mapping": "firm",
    "reading": {"delimiter": "semicolon", "dates": "dmy"},
    "columns": {
        "result_id": {"joined": ["Batch", "Nr"], "by": "-"},
        "company": {"column": "Firma", "labels": {"B": ["Bjørk AS", "Bjork"]}},
        "channel": {"column": "Kanal", "labels": {"phone": ["Telefon", "tlf"], "chat": "Nettprat"}},
        "contacted_at": {"joined": ["Dato", "Kl"], "by": " "},
        "q1": {"column": "Hilste agenten?", "labels": {"2": ["Ja", "Yes"], "0": "Nei"}, "missing": ["98"]},
        "csat": {"column": "Alt i alt", "reversed": {"from": 1, "to": 5}},
        "shopper": {"column": "E-post", "hashed": True},
    },
    "leave_out": [{"why": "test calls", "column": "Status", "is": ["test"]}],
    "ignored": ["Merknad"],
    "hash_key": "a key of this test alone",
}
HEADER = "Batch;Nr;Firma;Kanal;Dato;Kl;Hilste agenten?;Alt i alt;E-post;Status;Merknad\n"
ROWS = HEADER + "a;1;Alder;Telefon;04/05/2026;10:15;Ja;1;x@example.org;ok;\n" \
    "a;2;bjork;tlf;04/05/2026;10:20;98;5;X@example.org;ok;hm\n" \
    "a;3;A;Nettprat;04/05/2026;10:30;;;y@example.org;TEST;\n" \
    "a;4;Aldar;tlf;04/05/2026;10:40;Kanskje;2;y@example.org;ok;\n" \
    "a;5;Alde;fax;04/05/2026;10:50;Ja;2;y@example.org;ok;\n"


class Mappings(ServerCase):
    def given_small(self, suffix=""):
        return self.given_wave(small_document(time_zone="Europe/Oslo"), suffix=suffix)

    def at(self, wave, rest=""):
        return f"/v1/programmes/{wave.programme}/mappings{rest}"

    def put(self, wave, profile, code=None):
        return ask(wave.server, "PUT", self.at(wave, f"/{code or profile['mapping']}"), json.dumps(profile).encode(),
                   wave.key, Content_Type=JSON)

    def upload(self, wave, data, mapping="firm", content_type=CSV, **headers):
        return wave.ask("POST", f"/uploads?mapping={mapping}", data, Content_Type=content_type, **headers)

    def test_put_get_list_and_delete(self):
        wave = self.given_small()
        first = self.put(wave, PROFILE)
        self.assert_status(first, 201)
        self.assertEqual(first.json, {"mapping": "firm", "revision": 1, "changed": True})
        again = self.put(wave, PROFILE)
        self.assert_status(again, 200)
        self.assertEqual((again.json["revision"], again.json["changed"]), (1, False))
        self.assertEqual(self.put(wave, {**PROFILE, "others": "ignored"}).json["revision"], 2)
        got = ask(wave.server, "GET", self.at(wave, "/firm"), key=wave.key)
        self.assertEqual((got.json["others"], got.headers["ETag"]), ("ignored", '"2"'))
        old = ask(wave.server, "GET", self.at(wave, "/firm?revision=1"), key=wave.key)
        self.assertEqual(old.json, PROFILE)
        listed = ask(wave.server, "GET", self.at(wave), key=wave.key).json["data"]
        self.assertEqual([(m["mapping"], m["revision"]) for m in listed], [("firm", 2)])
        self.assert_status(ask(wave.server, "DELETE", self.at(wave, "/firm"), key=wave.key), 204)
        for method in ("GET", "DELETE"):
            self.assert_status(ask(wave.server, method, self.at(wave, "/firm"), key=wave.key), 404, "unknown_mapping")
        self.assertEqual(ask(wave.server, "GET", self.at(wave), key=wave.key).json["data"], [])
        self.assert_status(self.upload(wave, ROWS.encode()), 404, "unknown_mapping")
        back = self.put(wave, PROFILE)
        self.assert_status(back, 201)
        self.assertEqual(back.json["revision"], 4)
        events = self.server.sql("select string_agg(event, ' ' order by audit_id) from audit a join organisation o "
                                 f"using (organisation_id) where o.code = '{wave.organisation}' and event ~ 'mapping'")
        self.assertEqual(events, "mapping.put mapping.put mapping.delete mapping.put")

    def test_every_fault_of_a_profile_is_told_by_its_place(self):
        wave = self.given_small()
        wrong = {**PROFILE, "others": "maybe", "columns": {**PROFILE["columns"], "csat": {"colum": "x"}}}
        answer = self.put(wave, wrong)
        self.assert_status(answer, 422, "mapping_faults")
        self.assertEqual([e["pointer"] for e in answer.json["errors"]], ["/columns/csat/colum", "/columns/csat",
                                                                         "/others"])
        unknown = {**PROFILE, "columns": {**PROFILE["columns"], "q9": "x", "channel": {"constant": "fax"}}}
        answer = self.put(wave, unknown)
        self.assert_status(answer, 422, "mapping_faults")
        self.assertEqual([(e["pointer"], e["code"]) for e in answer.json["errors"]],
                         [("/columns/channel/constant", "unknown_channel"), ("/columns/q9", "unknown_column")])
        self.assert_status(self.put(wave, PROFILE, "other"), 422, "other_mapping")

    def test_others_do_not_see_them_and_sponsors_may_not(self):
        wave = self.given_small()
        self.put(wave, PROFILE)
        stranger = self.given_wave(small_document(), suffix="-other")
        self.assert_status(ask(self.server, "GET", self.at(wave, "/firm"), key=stranger.key), 404, "unknown_mapping")
        self.assert_status(self.upload(stranger, ROWS.encode()), 404, "unknown_mapping")
        sponsor = self.server.key(wave.organisation, "sponsor")
        for method in ("GET", "DELETE"):
            self.assert_status(ask(self.server, method, self.at(wave, "/firm"), key=sponsor), 403, "not_allowed")

    def test_a_file_is_read_with_it(self):
        wave = self.given_small()
        self.put(wave, PROFILE)
        answer = self.upload(wave, ROWS.encode())
        self.assert_status(answer, 200)
        said = answer.json
        self.assertEqual([said[c] for c in ("received", "accepted", "duplicates", "rejected", "left_out")],
                         [5, 2, 0, 2, 1])
        self.assertEqual(said["left_out_by"], [{"why": "test calls", "rows": 1}])
        self.assertEqual(said["reading"]["delimiter"]["by"], "declared")
        self.assertEqual([(e["row"], e["column"], e["code"], e["value"]) for e in said["errors"]], [
            (4, "Hilste agenten?", "unknown_label", "Kanskje"), (4, "Firma", "unknown_company", "Aldar"),
            (5, "Firma", "unknown_company", "Alde"), (5, "Kanal", "unknown_channel", "fax")])
        self.assertIn("perhaps A (Alder)", said["errors"][2]["expected"])
        kept = wave.get(f"/uploads/{said['upload']}").json
        self.assertEqual([kept[c] for c in ("mapping", "mapping_revision", "left_out", "left_out_by")],
                         ["firm", 1, 1, said["left_out_by"]])
        one, two = (wave.get(f"/results/a-{n}").json for n in (1, 2))
        self.assertEqual((one["cx"]["csat"], two["cx"]["csat"]), (5, 1))
        self.assertEqual((one["company"], two["company"]), ("A", "B"))
        self.assertEqual(one["contacted_at"][:16], "2026-05-04T08:15")
        self.assertEqual(one["shopper"], two["shopper"])
        self.assertNotIn("example", json.dumps([one, two, said]))

    def test_the_same_file_is_the_same_only_with_the_same_mapping(self):
        wave = self.given_small()
        self.put(wave, PROFILE)
        good = ("".join(ROWS.splitlines(keepends=True)[:4])).encode()
        self.assertEqual(self.with_digest(wave, good).json["accepted"], 2)
        again = self.with_digest(wave, good).json
        self.assertEqual((again["same_file"], again["duplicates"], again["left_out"]), (True, 2, 1))
        self.put(wave, {**PROFILE, "leave_out": [{"why": "none", "column": "Status", "is": ["never"]}]})
        other = self.with_digest(wave, good).json
        self.assertEqual((other["same_file"], other["duplicates"], other["accepted"]), (False, 2, 1))

    def with_digest(self, wave, data):
        said = base64.b64encode(hashlib.sha256(data).digest()).decode()
        return self.upload(wave, data, Repr_Digest=f"sha-256=:{said}:")

    def test_a_file_of_other_columns_stores_nothing_and_names_all_of_them(self):
        wave = self.given_small()
        self.put(wave, PROFILE)
        answer = self.upload(wave, ROWS.replace("Alt i alt", "Totalt").replace("Status", "Stand").encode())
        self.assert_status(answer, 422, "mapping_not_of_file")
        faults = [(e["row"], e["code"], e["column"]) for e in answer.json["errors"]]
        self.assertEqual(faults, [(0, "unlisted_column", "Totalt"), (0, "unlisted_column", "Stand"),
                                  (0, "missing_column", "Alt i alt"), (0, "missing_column", "Status")])
        stored = wave.get(f"/uploads/{answer.json['upload']}/errors").json["data"]
        self.assertEqual([(e["row"], e["code"], e["column"]) for e in stored], faults)
        self.assertEqual(wave.stored(), 0)

    def test_a_mapping_of_another_wave_is_refused(self):
        document = small_document()
        document["instruments"].append({"code": "i2", "questions": [
            {"code": "nps", "measure": "nps", "scale": {"min": 0, "max": 10}}]})
        document["waves"].append({**document["waves"][0], "code": "w2", "instrument": "i2", "series": "other"})
        wave = self.given_wave(document)
        self.assert_status(self.put(wave, {"mapping": "m", "columns": {
            "result_id": "a", "company": "b", "channel": {"constant": "phone"}, "q1": "c"}}), 201)
        wave.code = "w2"
        wave.path = wave.path.replace("/w1", "/w2")
        self.assert_status(wave.ask("POST", "/open"), 200)
        answer = self.upload(wave, b"a,b,c\n1,A,2\n", "m")
        self.assert_status(answer, 422, "mapping_does_not_fit")
        self.assertIn("/columns/q1", answer.json["detail"])

    def test_ndjson_is_read_with_it_too(self):
        wave = self.given_small()
        self.put(wave, {"mapping": "j", "others": "ignored", "columns": {
            "result_id": "id", "company": "answers.who", "channel": {"constant": "phone"},
            "nps": {"column": "score", "missing": ["-1"]}}})
        rows = [{"id": "n1", "answers": {"who": "A"}, "score": 9, "more": 1},
                {"id": "n2", "answers": {"who": "B"}, "score": -1}]
        answer = self.upload(wave, "\n".join(map(json.dumps, rows)).encode(), "j", NDJSON)
        self.assertEqual(answer.json["accepted"], 2, answer.json)
        self.assertEqual(wave.get("/results/n1").json["cx"]["nps"], 9)

    def test_a_file_is_previewed_and_its_proposal_can_be_put_and_used(self):
        wave = self.given_small()
        good = "".join(ROWS.splitlines(keepends=True)[:4]).replace("04/05", "04.05").replace("/2026", ".2026")
        shown = wave.ask("POST", "/uploads/preview", good.encode(), Content_Type=CSV)
        self.assert_status(shown, 200)
        self.assertEqual(shown.json["mapping"], {"code": "proposed", "by": "proposed"})
        becomes = {c["column"]: c["becomes"] for c in shown.json["reasons"]["columns"]}
        self.assertEqual((becomes["Firma"], becomes["Kanal"], becomes["Dato"], becomes["E-post"]),
                         ("company", "channel", "contacted_at", None))
        self.assertEqual(shown.json["rows"][0]["becomes"]["channel"], "phone")
        self.assert_status(self.put(wave, shown.json["proposal"]), 201)
        self.assertEqual(wave.stored(), 0)
        taken = self.upload(wave, good.encode(), "proposed").json
        self.assertEqual((taken["accepted"], taken["rejected"]), (2, 1), taken)
        self.assertEqual(taken["errors"][0]["code"], "unknown_company")

    def test_an_upload_is_previewed_by_another_mapping(self):
        wave = self.given_small()
        self.put(wave, PROFILE)
        upload = wave.upload(ROWS.encode()).json["upload"]
        shown = wave.ask("GET", f"/uploads/{upload}/preview?mapping=firm")
        self.assert_status(shown, 200)
        self.assertEqual(shown.json["mapping"], {"code": "firm", "by": "given"})
        rows = shown.json["rows"]
        self.assertEqual((len(rows), rows[0]["becomes"]["csat"], rows[2]["left_out"]), (5, "5", True))
        self.assertEqual(rows[3]["faults"][0]["code"], "unknown_label")
        self.assertEqual(shown.json["reading"]["delimiter"]["by"], "declared")
        for rest, code in ((f"/uploads/{upload}9/preview", "unknown_upload"),
                           (f"/uploads/{upload}/preview?mapping=none", "unknown_mapping")):
            self.assert_status(wave.ask("GET", rest), 404, code)
        sponsor = self.server.key(wave.organisation, "sponsor")
        self.assert_status(wave.ask("GET", f"/uploads/{upload}/preview", key=sponsor), 403, "not_allowed")
        tried = wave.ask("POST", "/uploads?mapping=firm&dry_run=1", ROWS.encode(), Content_Type=CSV).json["upload"]
        self.assertEqual(wave.get(f"/uploads/{tried}/preview").json["rows"], rows)

    def test_a_workbook_is_previewed_behind_a_dry_run(self):
        wave = self.given_small()
        workbook = SHARED / "samples" / "xlsx-libreoffice.xlsx"
        if not workbook.exists():
            self.skipTest(f"there is no {workbook}")
        tried = wave.ask("POST", "/uploads?dry_run=1", workbook.read_bytes(),
                         Content_Type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet").json
        shown = wave.get(f"/uploads/{tried['upload']}/preview").json
        self.assertEqual([c["column"] for c in shown["reasons"]["columns"]],
                         ["Bedrift", "Bransje", "CES", "CSAT", "NPS", "Kommentar"])
        self.assertEqual(shown["reading"], tried["reading"], "it is read as the upload was")

    def plaudit(self, *words, wave=None):
        environment = {"PATH": os.environ["PATH"], "HOME": self.home, "LC_ALL": "C.UTF-8",
                       "LSAN_OPTIONS": self.server.environment["LSAN_OPTIONS"]}
        if wave is not None:
            environment.update({"PLAUDIT_SERVER": f"http://127.0.0.1:{self.server.port}",
                                "PLAUDIT_KEY_FILE": self.key_file(wave.key), "PLAUDIT_PROGRAMME": wave.programme,
                                "PLAUDIT_WAVE": wave.code})
        return subprocess.run([program("plaudit"), *words], env=environment, capture_output=True, text=True,
                              timeout=60, check=False)

    def test_the_client_stores_and_uses_mappings(self):
        wave = self.given_small()
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.home))
        (folder / "firm.json").write_text(json.dumps(PROFILE), encoding="utf-8")
        (folder / "rows.csv").write_text(ROWS, encoding="utf-8")
        done = self.plaudit("upload", "--mapping", str(folder / "firm.json"), str(folder / "rows.csv"), wave=wave)
        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertIn("1  left out by the mapping", done.stdout)
        for words, said in ((("list",), "firm  revision 1 of "), (("get", "firm"), "Hilste agenten?"),
                            (("put", str(folder / "firm.json")), "it is stored already"),
                            (("delete", "firm"), "mapping deleted")):
            done = self.plaudit("mapping", *words, wave=wave)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(said, done.stdout)
        (folder / "bad.json").write_text('{"mapping":"m","columns":{"q":{}}}', encoding="utf-8")
        done = self.plaudit("mapping", "put", str(folder / "bad.json"), wave=wave)
        self.assertEqual(done.returncode, 1)
        self.assertIn("not_one_source", done.stderr)

    def test_a_dry_run_leaves_out_what_the_upload_will(self):
        wave = self.given_small()
        self.put(wave, PROFILE)
        counts = []
        for query in ("&dry_run=1", "&dry_run=1&on_error=abort", ""):
            said = wave.ask("POST", f"/uploads?mapping=firm{query}", ROWS.encode(), Content_Type=CSV).json
            counts.append([said[c] for c in ("received", "accepted", "rejected", "left_out", "left_out_by")])
        self.assertEqual(counts[0], counts[2])
        self.assertEqual(counts[0], [5, 2, 2, 1, [{"why": "test calls", "rows": 1}]])
        self.assertEqual(counts[1][3:], counts[0][3:])

    def test_the_board_is_the_one_that_is_made_without_a_server(self):
        wave = self.given_small()
        self.put(wave, PROFILE)
        self.upload(wave, ROWS.encode())
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.home))
        for name, text in (("p.json", json.dumps(small_document(time_zone="Europe/Oslo"))), ("rows.csv", ROWS),
                           ("m.json", json.dumps(PROFILE))):
            (folder / name).write_text(text, encoding="utf-8")
        done = self.plaudit("board", "--file", str(folder / "rows.csv"), "--mapping", str(folder / "m.json"),
                            "--programme", str(folder / "p.json"), "--sector", "S", "--json")
        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertIn("rows left out by the mapping: 1", done.stderr)
        self.assertEqual(json.loads(done.stdout), wave.get("/standings?sector=S").json)

    def test_the_client_looks_at_a_file_without_a_server(self):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.home))
        (folder / "p.json").write_text(json.dumps(small_document(time_zone="Europe/Oslo")), encoding="utf-8")
        (folder / "rows.csv").write_text(ROWS, encoding="utf-8")
        where = ["--programme", str(folder / "p.json"), str(folder / "rows.csv")]
        shown = self.plaudit("upload", "--preview", *where)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("Firma", shown.stdout)
        self.assertIn("row 1: result_id=", shown.stdout)
        (folder / "m.json").write_text(json.dumps(PROFILE), encoding="utf-8")
        given = self.plaudit("upload", "--preview", "--mapping", str(folder / "m.json"), *where)
        self.assertIn("by the mapping given", given.stdout)
        self.assertNotIn("Because", given.stdout, "a proposal that nobody asked for")
        made = self.plaudit("mapping", "propose", *where)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(json.loads(made.stdout)["columns"]["company"], {"column": "Firma"})
        self.assertIn("Because", made.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
