"""Who may do what, and when: keys and the states of a wave."""
import json
import time
import unittest

from harness import CSV, JSON, SAMPLE, ServerCase, Stream, ask, many_rows, sample_document, sample_rows, wait_until

AGAIN = b'{"reason": "more is to come"}'


class Refusals(ServerCase):
    def addresses(self, wave):
        """Every route behind a key: method, path, body."""
        base = f"/v1/programmes/{wave.programme}"
        header, rows = sample_rows()
        return [("GET", base, None), ("PUT", base, json.dumps(sample_document()).encode()),
                ("GET", wave.path, None), ("POST", f"{wave.path}/open", None),
                ("POST", f"{wave.path}/close", None),
                ("POST", f"{wave.path}/uploads", header + rows[0]),
                ("GET", f"{wave.path}/uploads/1", None),
                ("GET", f"{wave.path}/uploads/1/errors", None),
                ("GET", f"{wave.path}/results", None), ("GET", f"{wave.path}/results/1", None),
                ("PATCH", f"{wave.path}/results/1", b"{}"),
                ("POST", f"{wave.path}/results/1/notes", b"{}"),
                ("POST", f"{wave.path}/results/1/appeals", b"{}"),
                ("POST", f"{wave.path}/reviews", b"{}"), ("GET", f"{wave.path}/appeals", None),
                ("PATCH", f"{wave.path}/appeals/1", b"{}"),
                ("GET", f"{wave.path}/standings", None),
                ("GET", f"{wave.path}/standings.csv?sector=S01", None),
                ("GET", f"{wave.path}/sectors", None), ("GET", f"{wave.path}/sectors.csv", None),
                ("GET", f"{wave.path}/companies/C001", None)]

    def ask_all(self, wave, key):
        """(method, path, answer) of each."""
        for method, path, body in self.addresses(wave):
            kind = CSV if path.endswith("/uploads") else JSON
            headers = {"Content_Type": kind} if body else {}
            yield method, path, ask(self.server, method, path, body, key, **headers)

    def test_without_a_key_or_with_a_wrong_secret_everything_is_401(self):
        wave = self.given_wave()
        wrong = wave.key[:-1] + ("A" if wave.key[-1] != "A" else "B")
        for key in (None, wrong, "plaudit_live_aaaaaaaa_" + "A" * 43, "nonsense", wave.key + "x"):
            for method, path, answer in self.ask_all(wave, key):
                self.assertEqual(answer.status, 401, f"{method} {path} with {key}: {answer}")
                self.assertIn("Bearer", answer.headers["WWW-Authenticate"])
            self.assertEqual(ask(self.server, "GET", "/v1/programmes", key=key).status, 401)
        self.assertEqual(wave.stored(), 0)

    def test_a_sponsor_reads_but_changes_nothing(self):
        wave = self.given_wave()
        sponsor = self.server.key(wave.organisation, "sponsor")
        allowed = {wave.path, f"{wave.path}/standings", f"{wave.path}/standings.csv?sector=S01",
                   f"{wave.path}/sectors", f"{wave.path}/sectors.csv",
                   f"{wave.path}/companies/C001"}
        for method, path, answer in self.ask_all(wave, sponsor):
            if method == "GET" and path in allowed:
                self.assertEqual(answer.status, 200, f"{method} {path}: {answer}")
            else:
                self.assert_status(answer, 403, "not_allowed")
        self.assertEqual(wave.stored(), 0)
        self.assertEqual(wave.get("").json["state"], "fielding")

    def test_another_organisations_key_finds_nothing(self):
        wave = self.given_wave()
        wave.upload((SAMPLE / "results.csv").read_bytes())
        other = self.server.key("somebody-else")
        boards = wave.boards()
        for method, path, body in self.addresses(wave):
            if method != "PUT":
                answer = ask(self.server, method, path, body, other, Content_Type=CSV)
                self.assertEqual(answer.status, 404, f"{method} {path}: {answer}")
        self.assertEqual(ask(self.server, "GET", "/v1/programmes", key=other).json["data"], [])
        self.assertEqual(wave.boards(), boards)
        # A programme of the same code is their own, and starts empty.
        mine = self.given_wave(suffix="-mine")
        self.assertEqual((mine.counted(), wave.counted()), (0, 4279))
        upload = mine.upload(b"result_id,company,channel\n1,,\n").json["upload"]
        for rest in ("", "/errors"):
            self.assertEqual(mine.ask("GET", f"/uploads/{upload}{rest}").status, 200)
            answer = wave.ask("GET", f"/uploads/{upload}{rest}")
            self.assertNotIn(b"missing", answer.body)
        self.assert_status(wave.ask("GET", f"/uploads/{upload}"), 404, "unknown_upload")

    def test_a_revoked_key_stops_working_within_a_second(self):
        wave = self.given_wave()
        self.assertEqual(wave.ask("GET").status, 200)
        number = wave.key.split("_")[2]
        done = self.server.command("key", "revoke", number)
        self.assertEqual(done.returncode, 0, done.stderr)
        end = time.monotonic() + 1
        while wave.ask("GET").status == 200 and time.monotonic() < end:
            time.sleep(0.02)
        self.assert_status(wave.ask("GET"), 401, "key_required")
        self.assertNotEqual(self.server.command("key", "revoke", number).returncode, 0)

    def test_an_expired_key_is_not_accepted(self):
        wave = self.given_wave()
        done = self.server.command("key", "create", "--organisation", wave.organisation,
                                   "--expires", "2020-01-01T00:00:00Z")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_status(wave.ask("GET", key=done.stdout.strip()), 401, "key_required")

    def test_an_unknown_query_parameter_is_refused(self):
        wave = self.given_wave()
        for path in ("?x=1", "/standings?sectr=S01", "/sectors?sector=S01", "/companies/C001?a",
                     "/standings?sector=S01&limit=3"):
            self.assert_status(wave.ask("GET", path), 400, "unknown_parameter")
        self.assert_status(wave.ask("POST", "/close?force=1"), 400, "unknown_parameter")
        self.assertEqual(wave.get("").json["state"], "fielding")
        answer = wave.ask("POST", "/uploads?dryrun=1", b"result_id\n", Content_Type=CSV)
        self.assert_status(answer, 400, "unknown_parameter")

    def test_a_draft_or_closed_wave_takes_no_results_and_an_opened_one_does_again(self):
        wave = self.given_wave(opened=False)
        header, rows = sample_rows()
        first, second = header + rows[0], header + rows[1]
        self.assert_status(wave.upload(first), 409, "wave_not_fielding")
        self.assert_status(wave.ask("POST", "/close"), 409, "wrong_state")
        self.assertEqual(wave.ask("POST", "/open").json["state"], "fielding")
        self.assert_status(wave.ask("POST", "/open"), 409, "wrong_state")
        self.assertEqual(wave.upload(first).json["accepted"], 1)
        self.assertEqual(wave.ask("POST", "/close").json["state"], "closed")
        self.assert_status(wave.upload(second), 409, "wave_not_fielding")
        self.assertEqual((wave.stored(), wave.counted()), (1, 1))
        self.assertEqual(wave.ask("POST", "/open", AGAIN).json["state"], "fielding")
        self.assertEqual(wave.upload(second).json["accepted"], 1)
        self.assertEqual((wave.stored(), wave.counted()), (2, 2))

    def test_rows_of_an_upload_a_closing_meets_are_counted_or_refused(self):
        wave = self.given_wave()
        header, rows = many_rows(100000)
        data = header + b"".join(rows)
        stream = Stream(wave)
        size = 128 * 1024
        parts = [data[i:i + size] for i in range(0, len(data), size)]
        for part in parts[:-4]:
            self.assertTrue(stream.send(part))
        wait_until(wave.stored, 60, "no batch is committed")
        self.assertEqual(wave.ask("POST", "/close").json["state"], "closed")
        stored = wave.stored()
        for part in parts[-4:]:
            stream.send(part)
        answer = stream.end()
        self.assertIsNotNone(answer, "the connection broke instead of an answer")
        self.assert_status(answer, 409, "wave_not_fielding")
        self.assertEqual(answer.json["accepted"], stored)
        self.assertEqual((wave.stored(), wave.counted()), (stored, stored))
        self.server.verify()
        self.assertEqual(wave.ask("POST", "/open", AGAIN).status, 200)
        said = wave.upload(data).json
        self.assertEqual((said["accepted"], said["duplicates"]), (len(rows) - stored, stored))
        self.assertEqual(wave.counted(), len(rows))
        self.server.verify()

    def test_a_fielded_instrument_is_not_changed(self):
        wave = self.given_wave()
        document = sample_document()
        document["instruments"][0]["items"][0]["options"][1]["points"] = 3
        path = f"/v1/programmes/{wave.programme}"
        answer = ask(self.server, "PUT", path, json.dumps(document).encode(), wave.key,
                     Content_Type=JSON)
        self.assert_status(answer, 409)
        self.assertIn("instrument_changed", answer.body.decode())
        stored = ask(self.server, "GET", path, key=wave.key)
        self.assertEqual(stored.json, sample_document())


if __name__ == "__main__":
    unittest.main(verbosity=2)
