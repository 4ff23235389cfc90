"""Corrections by upload and undo, and results without a file, as clients meet them."""
import concurrent.futures
import contextlib
import json
import os
import re
import subprocess
import threading
import unittest

from harness import CSV, JSON, ServerCase, many_rows, program, small_document, wait_until

HEADER = b"result_id,company,channel,shopper,contacted_at,q1,q2,csat,ces,nps\n"
A, B = b"a,A,phone,S-1,,2,1,5,7,9\n", b"b,A,chat,S-2,,0,,2,3,1\n"
NEW_A, C = b"a,B,phone,S-1,,1,1,5,7,9\n", b"c,B,phone,S-3,,1,1,4,6,8\n"
BOARDS = ("/standings?sector=S&include=distribution", "/sectors", "/companies/A", "/companies/B")


class Undo(ServerCase):
    def given_results(self, **wave):
        made = self.given_wave(small_document(**wave))
        self.assertEqual(made.upload(HEADER + A + B).json["accepted"], 2)
        return made

    @staticmethod
    def replace(wave, rows, query="replace=1"):
        return wave.ask("POST", f"/uploads?{query}", HEADER + rows, Content_Type=CSV)

    @staticmethod
    def undo(wave, upload, **body):
        body = {"reason": "the wrong file", **body}
        return wave.ask("POST", f"/uploads/{upload}/undo", json.dumps(body).encode(), Content_Type=JSON)

    @staticmethod
    def boards(wave):
        """Without the version, which grows with every change."""
        return {a: re.sub(rb'"version":\d+', b"", wave.get(a).body) for a in BOARDS}

    @staticmethod
    def post(wave, body, query="", **headers):
        return wave.ask("POST", f"/results{query}", json.dumps(body).encode(), Content_Type=JSON, **headers)

    @staticmethod
    def sample_file(count, prefix="R"):
        header, rows = many_rows(count, prefix)
        return header + b"".join(rows)

    # Replacing and undoing

    def test_what_was_replaced_and_undone_leaves_the_boards_of_before(self):
        wave = self.given_results()
        before = self.boards(wave)
        answer = self.replace(wave, NEW_A + B + C)
        self.assert_status(answer, 200)
        self.assertEqual({k: answer.json[k] for k in ("received", "accepted", "duplicates", "replaced", "rejected")},
                         {"received": 3, "accepted": 1, "duplicates": 1, "replaced": 1, "rejected": 0})
        self.assertNotEqual(self.boards(wave), before)
        seen = wave.get("/results/a").json
        self.assertEqual((seen["company"], seen["revision"], seen["revisions"][0]["reason"]),
                         ("B", 2, f"upload {answer.json['upload']}"))
        undone = self.undo(wave, answer.json["upload"])
        self.assert_status(undone, 200)
        self.assertEqual(undone.json, {"upload": answer.json["upload"], "state": "undone", "removed": 1,
                                       "restored": 1, "kept": 0, "kept_results": []})
        self.assertEqual(self.boards(wave), before)
        self.assertEqual(wave.ask("GET", "/results/c").status, 404)
        said = wave.get(f"/uploads/{answer.json['upload']}").json
        self.assertEqual(said["state"], "undone")
        self.assertEqual((said["undone"]["reason"], said["undone"]["removed"]), ("the wrong file", 1))
        self.server.verify()

    def test_the_same_file_may_be_sent_again_after_its_undo(self):
        wave = self.given_wave(small_document())
        file = HEADER + A + B
        first = wave.upload(file, digest=True).json
        self.assertTrue(wave.upload(file, digest=True).json["same_file"])
        self.assert_status(self.undo(wave, first["upload"]), 200)
        again = wave.upload(file, digest=True).json
        self.assertEqual((again["same_file"], again["accepted"]), (False, 2))

    def test_changed_results_stand_in_the_way_until_it_is_said_what_becomes_of_them(self):
        wave = self.given_results()
        upload = self.replace(wave, NEW_A + C).json["upload"]
        wave.ask("PATCH", "/results/c", b'{"status":"approved"}', Content_Type=JSON)
        refused = self.undo(wave, upload)
        self.assert_status(refused, 409, "changed_since")
        self.assertEqual(refused.json["errors"], [{"result_id": "c", "status": "approved", "revision": 2}])
        kept = self.undo(wave, upload, changed="keep")
        self.assertEqual((kept.json["removed"], kept.json["restored"], kept.json["kept"]), (0, 1, 1))
        self.assertEqual(kept.json["kept_results"][0]["result_id"], "c")
        self.assert_status(self.undo(wave, upload), 409, "upload_undone")

    def test_what_the_request_lacks_is_told_and_nothing_is_undone(self):
        wave = self.given_results()
        upload = self.replace(wave, NEW_A).json["upload"]
        self.assert_status(wave.ask("POST", f"/uploads/{upload}/undo"), 422, "reason_required")
        self.assert_status(self.undo(wave, upload, changed="maybe"), 422, "bad_body")
        self.assert_status(self.undo(wave, upload, force=True), 422, "bad_body")
        self.assert_status(self.undo(wave, 999999), 404, "unknown_upload")
        self.assert_status(self.undo(wave, "x"), 404, "unknown_upload")
        self.assert_status(self.replace(wave, A, "replace=2"), 422, "bad_upload_option")
        self.assert_status(self.replace(wave, A, "reason=why"), 422, "bad_upload_option")
        self.assertEqual(wave.get("/results/a").json["revision"], 2)

    def test_other_organisations_and_sponsors_undo_nothing(self):
        wave = self.given_results()
        other = self.server.key("others")
        sponsor = self.server.key(wave.organisation, "sponsor")
        body = b'{"reason":"r"}'
        self.assert_status(wave.ask("POST", "/uploads/1/undo", body, key=other), 404, "unknown_programme")
        self.assert_status(wave.ask("POST", "/uploads/1/undo", body, key=sponsor), 403, "not_allowed")
        self.assert_status(wave.ask("POST", "/results", body, key=sponsor), 403, "not_allowed")

    def test_a_closed_wave_takes_replacements_with_a_reason_alone(self):
        wave = self.given_results()
        self.assertEqual(wave.ask("POST", "/close").status, 200)
        self.assert_status(self.replace(wave, NEW_A), 422, "reason_required")
        answer = self.replace(wave, NEW_A + C, "replace=1&reason=typed%20wrongly")
        self.assertEqual((answer.json["replaced"], answer.json["rejected"]), (1, 1))
        self.assertEqual(answer.json["errors"][0]["code"], "result_not_stored")
        self.assert_status(self.undo(wave, answer.json["upload"]), 200)
        self.assertEqual(wave.get("/results/a").json["company"], "A")

    def test_what_the_rules_among_results_exclude_follows_replacements_and_undo(self):
        rules = {"shopper_contacts": {"per_company": 1}, "breaches": {"shopper_twice": "excludes"}}
        wave = self.given_wave(small_document(fieldwork=rules, time_zone="Europe/Oslo"))
        first = b"a,A,phone,S,2020-02-03T10:00:00Z,2,1,5,7,9\n"
        later = b"b,A,phone,S,2020-02-04T10:00:00Z,2,1,5,7,9\n"
        wave.upload(HEADER + first + later)
        status = lambda: [wave.get(f"/results/{r}").json["status"] for r in "ab"]
        self.assertEqual(status(), ["submitted", "excluded"])
        upload = self.replace(wave, first.replace(b"02-03", b"02-05")).json["upload"]
        self.assertEqual(status(), ["excluded", "submitted"])
        # Nobody but the rules has changed them.
        self.assert_status(self.undo(wave, upload), 200)
        self.assertEqual(status(), ["submitted", "excluded"])
        self.server.verify()

    def test_boards_and_uploads_go_on_while_a_large_upload_is_undone(self):
        wave = self.given_wave()
        large = wave.upload(self.sample_file(12000)).json
        self.assertEqual(large["accepted"], 12000, large)
        over, seen = threading.Event(), []

        def look():
            while not over.is_set():
                seen.append(wave.counted())

        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            looking = pool.submit(look)
            undoing = pool.submit(self.undo, wave, large["upload"])
            others = [wave.upload(self.sample_file(50, f"S{i}-")).json["accepted"] for i in range(5)]
            self.assertEqual(undoing.result().json["removed"], 12000)
            over.set()
            looking.result()
        self.assertEqual(others, [50] * 5)
        self.assertLessEqual(set(seen) - set(range(0, 300, 50)), set(range(12000, 12300, 50)))
        self.assertEqual((wave.stored(), wave.counted()), (250, 250))
        self.server.verify()

    @contextlib.contextmanager
    def holding(self, what):
        """A session of somebody who does not go on, in the wave made last."""
        number = self.server.sql("select max(wave_id) from wave")
        with subprocess.Popen(["psql", "-XAtq", self.server.conninfo()], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as holder:
            holder.stdin.write(f"begin; {what.format(wave=number)};\n\\echo held\n")
            holder.stdin.flush()
            wait_until(lambda: holder.stdout.readline() == "held\n", 30, "nothing is held")
            yield
            holder.stdin.close()

    def test_an_upload_is_undone_while_a_batch_of_another_is_being_stored(self):
        wave = self.given_results()
        upload = self.replace(wave, NEW_A).json["upload"]
        with self.holding("select pg_advisory_xact_lock_shared(1886152054, {wave})"):
            self.assert_status(self.undo(wave, upload), 200)

    def test_an_upload_is_taken_while_another_is_being_undone(self):
        wave = self.given_results()
        upload = self.replace(wave, NEW_A).json["upload"]
        waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%undoing%'"
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            with self.holding("select from result where wave_id = {wave} and result_id = 'a' for update"):
                undoing = pool.submit(self.undo, wave, upload)
                wait_until(lambda: self.server.sql(waits, "plaudit_runtime") == "1", 30, "nobody undoes")
                self.assertEqual(wave.upload(HEADER + C).json["accepted"], 1)
            self.assert_status(undoing.result(), 200)
        self.assertEqual((wave.get("/results/a").json["company"], wave.stored()), ("A", 3))

    # Results without a file

    def test_one_result_is_new_then_the_same_then_a_conflict_then_replaced(self):
        wave = self.given_wave(small_document())
        one = {"result_id": "a", "company": "A", "channel": "phone", "answers": {"q1": 2, "q2": 1}, "nps": 9}
        other = {**one, "nps": 3}
        new = self.post(wave, one)
        self.assert_status(new, 201)
        self.assertEqual((new.json["cx"]["nps"], new.headers["ETag"]), (9, '"1"'))
        self.assertEqual(wave.counted(), 1)
        self.assert_status(self.post(wave, one), 200)
        conflict = self.post(wave, other)
        self.assert_status(conflict, 409, "result_id_conflict")
        self.assertEqual(conflict.headers["ETag"], '"1"')
        self.assert_status(self.post(wave, other, If_Match='"2"'), 412, "precondition_failed")
        replaced = self.post(wave, other, If_Match='"1"')
        self.assert_status(replaced, 200)
        self.assertEqual((replaced.json["cx"]["nps"], replaced.json["revision"]), (3, 2))
        self.assert_status(self.post(wave, one, "?replace=1&reason=heard%20again"), 200)
        self.assertEqual(wave.get("/results/a").json["cx"]["nps"], 9)
        self.server.verify()

    def test_one_result_that_is_wrong_is_told_every_fault(self):
        wave = self.given_wave(small_document())
        wrong = self.post(wave, {"result_id": "a", "company": "Z", "channel": "phone", "nps": 11})
        self.assert_status(wrong, 422, "result_faults")
        self.assertEqual({(e["column"], e["code"]) for e in wrong.json["errors"]},
                         {("company", "unknown_company"), ("nps", "off_scale")})
        self.assert_status(wave.ask("POST", "/results", b'{"result_id":'), 422, "bad_body")
        self.assert_status(wave.ask("POST", "/results", b"{} {}"), 422, "bad_body")
        self.assert_status(wave.ask("POST", "/results", b""), 422)
        self.assert_status(self.post(wave, {"company": "A", "channel": "phone"}), 422, "result_faults")
        self.assert_status(self.post(wave, {"result_id": "n", "company": "A", "channel": "phone"}, If_Match='"1"'),
                           412, "precondition_failed")
        self.assert_status(wave.ask("POST", "/results", b" " * (1024 * 1024 + 1)), 413, "body_too_large")
        self.assertEqual(wave.stored(), 0)

    def test_of_an_array_each_row_has_its_outcome(self):
        wave = self.given_wave(small_document())
        rows = [{"result_id": r, "company": "A", "channel": "phone", "nps": 9} for r in "abc"]
        self.assertEqual(self.post(wave, rows[:2]).status, 201)
        answer = self.post(wave, [rows[0], {**rows[1], "nps": 1}, {**rows[2], "company": "Z"}, rows[2]])
        self.assert_status(answer, 201)
        self.assertEqual(answer.json["outcomes"], ["duplicate", "rejected", "rejected", "accepted"])
        self.assertEqual([(e["row"], e["code"]) for e in answer.json["errors"]],
                         [(2, "result_id_conflict"), (3, "unknown_company")])
        self.assertEqual(self.post(wave, rows).status, 200)
        self.assert_status(self.post(wave, [{**rows[1], "nps": 1}], "?replace=1"), 200)
        self.assert_status(self.post(wave, [{"result_id": "z"}]), 422, "result_faults")
        self.assert_status(self.post(wave, rows, If_Match='"1"'), 422, "bad_body")
        self.assertEqual(self.post(wave, []).json["outcomes"], [])
        undone = self.undo(wave, answer.json["upload"])
        self.assertEqual((undone.json["removed"], wave.stored()), (1, 2))

    def test_a_broken_array_tells_what_of_it_is_stored(self):
        wave = self.given_wave(small_document())
        answer = wave.ask("POST", "/results", b'[{"result_id":"a","company":"A","channel":"phone"},{"result', Content_Type=JSON)
        self.assert_status(answer, 422, "file_unreadable")
        self.assertEqual(answer.json["accepted"], wave.stored())

    def test_many_at_once_by_themselves_are_each_stored_once(self):
        wave = self.given_wave(small_document())
        rows = [{"result_id": f"r{i % 20}", "company": "AB"[i % 2], "channel": "phone", "nps": i % 2} for i in range(60)]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            statuses = sorted(a.status for a in pool.map(lambda row: self.post(wave, row), rows))
        self.assertEqual(statuses, [200] * 40 + [201] * 20)
        self.assertEqual((wave.stored(), wave.counted()), (20, 20))
        self.server.verify()

    # The client

    def run_cli(self, wave, *words):
        environment = {**os.environ, "PLAUDIT_SERVER": f"http://127.0.0.1:{self.server.port}",
                       "PLAUDIT_KEY_FILE": self.key_file(wave.key), "PLAUDIT_PROGRAMME": wave.programme,
                       "PLAUDIT_WAVE": wave.code, "HOME": self.home}
        return subprocess.run([program("plaudit"), *words], env=environment, capture_output=True, text=True,
                              timeout=60, check=False)

    def test_the_client_replaces_and_undoes(self):
        wave = self.given_results()
        path = os.path.join(self.home, "mended.csv")
        with open(path, "wb") as file:
            file.write(HEADER + NEW_A + C)
        done = self.run_cli(wave, "upload", "--replace", "--reason", "typed wrongly", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1  replaced by a corrected row", done.stdout)
        upload = re.search(r"Upload (\d+)", done.stdout).group(1)
        self.assertEqual(wave.get("/results/a").json["revisions"][0]["reason"], f"upload {upload}: typed wrongly")
        wave.ask("PATCH", "/results/c", b'{"status":"approved"}', Content_Type=JSON)
        refused = self.run_cli(wave, "undo", upload, "--reason", "the wrong file")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("changed_since", refused.stderr)
        self.assertRegex(refused.stderr, r"c\s+approved\s+2")
        undone = self.run_cli(wave, "undo", upload, "--reason", "the wrong file", "--changed", "undo")
        self.assertEqual(undone.returncode, 0, undone.stderr)
        self.assertEqual(undone.stdout.strip(),
                         f"Upload {upload} undone: 1 results removed, 1 as they were before, 0 kept")
        self.assertEqual(self.run_cli(wave, "undo", upload).returncode, 2)
        self.assertEqual(self.run_cli(wave, "upload", "--reason", "r", path).returncode, 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
