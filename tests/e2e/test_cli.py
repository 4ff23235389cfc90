"""plaudit, the client: its exit status says what became of it, and --json changes no byte."""
import json
import os
import pathlib
import subprocess
import unittest

from harness import (SAMPLE, ServerCase, ask, program, sample_document, sample_rows,
                     small_document)

OK, FAILURE, USAGE, NOT_FOUND, DENIED, CONFLICT, REJECTED, TRY_AGAIN = 0, 1, 2, 3, 4, 5, 6, 7


class Cli(ServerCase):
    def run_cli(self, *words, key=None, wave="2020", programme="sample", **environment):
        whole = {"PATH": os.environ["PATH"], "HOME": self.home, "LC_ALL": "C.UTF-8",
                 "ASAN_OPTIONS": f"detect_leaks=1:log_path={self.home}/sanitizer",
                 "LSAN_OPTIONS": self.server.environment["LSAN_OPTIONS"],
                 "PLAUDIT_SERVER": f"http://127.0.0.1:{self.server.port}",
                 "PLAUDIT_PROGRAMME": programme, "PLAUDIT_WAVE": wave, **environment}
        if key:
            whole["PLAUDIT_KEY_FILE"] = self.key_file(key)
        done = subprocess.run([program("plaudit"), *words], env=whole, capture_output=True,
                              timeout=60, check=False)
        self.server.check_sanitizers()
        return done

    def assert_exit(self, done, code):
        self.assertEqual(done.returncode, code,
                         f"{done.stdout.decode()[-800:]}{done.stderr.decode()[-800:]}")

    def file(self, name, data):
        path = pathlib.Path(self.home) / name
        path.write_bytes(data)
        return str(path)

    def test_a_wave_from_its_programme_file_to_its_board(self):
        key = self.server.key("cli-firm")
        self.assert_exit(self.run_cli("programme", "put", str(SAMPLE / "programme.json"), key=key), OK)
        self.assert_exit(self.run_cli("wave", "open", key=key), OK)
        self.assert_exit(self.run_cli("upload", str(SAMPLE / "results.csv"), key=key), OK)
        again = self.run_cli("upload", str(SAMPLE / "results.csv"), "--json", key=key)
        self.assert_exit(again, OK)
        self.assertEqual(json.loads(again.stdout)["duplicates"], 4279)
        board = self.run_cli("board", "--sector", "S01", key=key)
        self.assert_exit(board, OK)
        self.assertIn("Falcon Insurance", board.stdout.decode())
        self.assertIn("85.6", board.stdout.decode())
        self.assert_exit(self.run_cli("sectors", "--ascii", key=key), OK)
        got = self.run_cli("programme", "get", key=key)
        self.assertEqual(json.loads(got.stdout), sample_document())
        self.assert_exit(self.run_cli("wave", "close", key=key), OK)
        self.assert_exit(self.run_cli("upload", str(SAMPLE / "results.csv"), key=key), OK)
        header, rows = sample_rows()
        late = self.file("late.csv", header + b"late" + rows[0])
        self.assert_exit(self.run_cli("upload", late, key=key), CONFLICT)

    def test_a_programme_file_says_itself_which_programme_it_is(self):
        key = self.server.key("cli-firm-own-code")
        put = self.run_cli("programme", "put", str(SAMPLE / "programme.json"), key=key, programme="")
        self.assert_exit(put, OK)
        got = self.run_cli("programme", "get", key=key)
        self.assertEqual(json.loads(got.stdout), sample_document())

    def test_json_is_the_servers_answer_byte_for_byte(self):
        wave = self.given_wave()
        wave.upload((SAMPLE / "results.csv").read_bytes())
        for words, address in ((("board", "--sector", "S01"), "/standings?sector=S01"),
                               (("board", "--sector", "S02", "--metric", "nps"),
                                "/standings?sector=S02&metric=nps"),
                               (("sectors",), "/sectors"), (("wave", "get"), "")):
            done = self.run_cli(*words, "--json", key=wave.key)
            self.assert_exit(done, OK)
            self.assertEqual(done.stdout, wave.get(address).body, words)
        done = self.run_cli("board", "--sector", "S01", "--csv", key=wave.key)
        self.assertEqual(done.stdout, wave.get("/standings.csv?sector=S01").body)

    def test_each_kind_of_failure_has_its_exit_status(self):
        wave = self.given_wave()
        key = wave.key
        self.assert_exit(self.run_cli("help"), OK)
        self.assert_exit(self.run_cli("board", "--no-such-option", key=key), USAGE)
        self.assert_exit(self.run_cli("frobnicate", key=key), USAGE)
        self.assert_exit(self.run_cli("wave", "get", key=key, programme="nothing"), NOT_FOUND)
        self.assert_exit(self.run_cli("wave", "get", key=key, wave="1999"), NOT_FOUND)
        self.assert_exit(self.run_cli("wave", "get"), DENIED)
        wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
        self.assert_exit(self.run_cli("wave", "get", key=wrong), DENIED)
        sponsor = self.server.key(wave.organisation, "sponsor")
        self.assert_exit(self.run_cli("wave", "close", key=sponsor), DENIED)
        self.assert_exit(self.run_cli("wave", "open", key=key), CONFLICT)
        bad = self.file("bad.csv", b"result_id,company,channel\n1,C001,phone\n2,nobody,phone\n")
        done = self.run_cli("upload", bad, key=key)
        self.assert_exit(done, REJECTED)
        self.assertIn("unknown_company", (done.stdout + done.stderr).decode())
        self.assert_exit(self.run_cli("wave", "get", key=key,
                                      PLAUDIT_SERVER="http://127.0.0.1:1"), TRY_AGAIN)
        self.assert_exit(self.run_cli("upload", "/nonexistent.csv", key=key), FAILURE)
        unreadable = self.file("unreadable.csv", b"result_id,result_id\n1,1\n")
        self.assert_exit(self.run_cli("upload", unreadable, key=key), FAILURE)

    def test_a_wave_is_published_corrected_and_published_again(self):
        wave = self.given_wave()
        wave.upload((SAMPLE / "results.csv").read_bytes())
        self.assert_exit(self.run_cli("wave", "publish", key=wave.key), CONFLICT)
        wave.ask("POST", "/close")
        done = self.run_cli("wave", "publish", "--ceremony-on", "2020-11-12", key=wave.key)
        self.assert_exit(done, OK)
        self.assertIn("ceremony_on           2020-11-12", done.stdout.decode())
        answer = wave.ask("PATCH", "/results/K00001", b'{"status":"excluded","reason":"a test"}')
        self.assert_status(answer, 200)
        company = answer.json["company"]
        self.assert_exit(self.run_cli("wave", "publish", key=wave.key), FAILURE)
        done = self.run_cli("wave", "publish", "--reason", "a test call", key=wave.key)
        self.assert_exit(done, OK)
        said = done.stdout.decode()
        self.assertIn("changed since revision 1\n", said)
        self.assertRegex(said, rf"(?m)^{company} +n \d+ to \d+  score [\d.]+ to [\d.]+  rank ")
        done = self.run_cli("wave", "publications", key=wave.key)
        self.assert_exit(done, OK)
        self.assertRegex(done.stdout.decode(), r"(?m)^revision 2  [0-9a-f]{12}  announced \S+  a test call$")
        for revision in ("0", "1", "2"):
            done = self.run_cli("board", "--sector", "S01", "--revision", revision, "--json",
                                key=wave.key)
            self.assertEqual(done.stdout,
                             wave.get(f"/standings?sector=S01&revision={revision}").body)
        self.assert_exit(self.run_cli("wave", "get", "--reader", "x", key=wave.key), USAGE)

    def test_a_key_file_others_can_read_is_not_used(self):
        wave = self.given_wave()
        path = self.key_file(wave.key)
        os.chmod(path, 0o644)
        done = self.run_cli("wave", "get", PLAUDIT_KEY_FILE=path)
        self.assert_exit(done, DENIED)
        self.assertNotIn(wave.key.encode(), done.stdout + done.stderr)
        os.chmod(path, 0o600)
        self.assert_exit(self.run_cli("wave", "get", PLAUDIT_KEY_FILE=path), OK)

    def test_all_faults_of_a_programme_file_are_listed(self):
        key = self.server.key("cli-faults")
        document = sample_document()
        document["colour"] = "red"
        document["instruments"][0]["items"][0]["area"] = "nowhere"
        document["instruments"][0]["questions"][0]["scale"] = {"min": 5, "max": 1}
        document["waves"][0]["sectors"][0]["companies"].append("NOBODY")
        document["waves"][0]["time_zone"] = "Europe Oslo"
        expected = {("/colour", "unknown_key"), ("/instruments/0/items/0/area", "unknown_area"),
                    ("/instruments/0/questions/0/scale", "not_a_scale"),
                    ("/waves/0/sectors/0/companies/6", "unknown_company"),
                    ("/waves/0/time_zone", "not_a_time_zone")}
        path = self.file("faulty.json", json.dumps(document).encode())
        done = self.run_cli("programme", "put", path, key=key)
        self.assert_exit(done, FAILURE)
        said = (done.stdout + done.stderr).decode()
        for pointer, code in expected:
            self.assertIn(pointer, said)
            self.assertIn(code, said)
        answer = ask(self.server, "PUT", "/v1/programmes/sample", json.dumps(document).encode(), key,
                     Content_Type="application/json")
        self.assertEqual(answer.status, 422)
        self.assertEqual({(e["pointer"], e["code"]) for e in answer.json["errors"]}, expected)
        self.assertEqual(ask(self.server, "GET", "/v1/programmes/sample", key=key).status, 404)

    def given_reviewed(self):
        wave = self.given_wave(small_document())
        wave.upload(b"result_id,company,channel,q1,q2,nps\na,A,phone,2,1,9\nb,A,chat,0,,1\n"
                    b"c,B,phone,1,1,8\n")

        def review(*words, code=OK):
            done = self.run_cli("review", *words, key=wave.key, wave="w1", programme="small")
            self.assert_exit(done, code)
            return done.stdout.decode()
        return wave, review

    def test_review_by_words_ids_and_filters(self):
        wave, review = self.given_reviewed()
        lines = review("list").splitlines()
        self.assertEqual(lines[0].split(), ["Result", "Company", "Channel", "Answered", "Score",
                                            "Status", "Revision"])
        self.assertEqual(lines[1].split(), ["a", "A", "phone", "yes", "100", "submitted", "1"])
        self.assertEqual(review("exclude", "b", "zz", "--reason", "a test"),
                         "1 changed, 0 unchanged, 1 unknown\nunknown: zz\n")
        self.assertEqual(review("approve", "--status", "submitted", "--company", "A"),
                         "1 changed, 0 unchanged, 0 unknown\n")
        self.assertEqual([line.split()[0] for line in review("list", "--status", "excluded")
                          .splitlines()[1:]], ["b"])
        review("approve", code=USAGE)
        review("approve", "a", "--status", "submitted", code=USAGE)
        review("return", "a", "--revision", "1", code=CONFLICT)
        self.assertIn("returned", review("return", "a", "--revision", "2"))
        self.assertEqual(json.loads(review("show", "a", "--json")), wave.get("/results/a").json)

    def test_a_correction_its_faults_and_an_appeal(self):
        wave, review = self.given_reviewed()
        review("correct", "a", "q1=9", "--reason", "r", code=FAILURE)
        review("correct", "a", "q1", "--reason", "r", code=USAGE)
        review("correct", "a", "q1=0", "nps=", code=FAILURE)
        shown = review("correct", "a", "q1=0", "nps=", "--reason", "the recording")
        self.assertRegex(shown, r"(?m)^score +60$")
        self.assertIn("revision 1 was submitted, score 100", shown)
        self.assertIn(": the recording", shown)
        review("note", "a", "asked the shopper")
        review("appeal", "a", "we were closed")
        self.assertIn("we were closed", review("appeals", "--open"))
        appeal = wave.get("/results/a").json["appeals"][0]["appeal"]
        review("decide", appeal, "maybe", "words", code=FAILURE)
        shown = review("decide", appeal, "upheld", "so they were", "--status", "excluded")
        self.assertRegex(shown, r"(?m)^status +excluded$")
        self.assertEqual(review("appeals", "--open"), "none\n")

    def test_a_closed_wave_is_opened_again_with_a_reason(self):
        wave, _ = self.given_reviewed()

        def step(*words):
            return self.run_cli("wave", *words, key=wave.key, wave="w1", programme="small")
        self.assert_exit(step("close"), OK)
        self.assert_exit(step("open"), FAILURE)
        self.assert_exit(step("open", "--reason", "more forms"), OK)
        self.assertEqual(wave.get("").json["history"][-1]["reason"], "more forms")
        self.assert_exit(step("get", "--reason", "x"), USAGE)


if __name__ == "__main__":
    unittest.main(verbosity=2)
