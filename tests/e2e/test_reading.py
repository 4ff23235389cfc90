"""Boards as a reader meets them: validators, forms, health, and what is written down of it."""
import csv
import io
import json
import re
import unittest

from harness import SAMPLE, ServerCase, ask, sample_rows, small_document


class Reading(ServerCase):
    def test_a_board_has_a_validator_that_changes_with_the_counts(self):
        wave = self.given_wave()
        header, rows = sample_rows()
        wave.upload(header + b"".join(rows[:2000]))
        for address in ("/standings?sector=S01", "/standings.csv?sector=S01", "/sectors",
                        "/companies/C001"):
            first = wave.get(address)
            etag = first.headers["ETag"]
            self.assertRegex(etag, r'^(W/)?"[^"]+"$')
            for said in (etag, f'"other", {etag}', "*"):
                same = wave.ask("GET", address, If_None_Match=said)
                self.assertEqual((same.status, same.body, same.headers["ETag"]), (304, b"", etag),
                                 address)
            self.assertEqual(wave.ask("GET", address, If_None_Match='"other"').status, 200)
        old = {a: wave.get(a).headers["ETag"] for a in ("/standings?sector=S01", "/sectors")}
        wave.upload(header + b"".join(rows[2000:]))
        for address, etag in old.items():
            new = wave.ask("GET", address, If_None_Match=etag)
            self.assertEqual(new.status, 200, address)
            self.assertNotEqual(new.headers["ETag"], etag)

    def test_suffix_and_accept_give_the_same_csv_with_the_figures_of_the_json(self):
        wave = self.given_wave()
        wave.upload((SAMPLE / "results.csv").read_bytes())
        by_suffix = wave.get("/standings.csv?sector=S02")
        by_accept = wave.get("/standings?sector=S02", Accept="text/csv")
        self.assertEqual(by_suffix.body, by_accept.body)
        self.assertTrue(by_suffix.headers["Content-Type"].startswith("text/csv"))
        rows = list(csv.DictReader(io.StringIO(by_suffix.body.decode(), newline="")))
        standings = wave.get("/standings.json?sector=S02").json["standings"]
        self.assertEqual([r["company"] for r in rows], [s["company"]["code"] for s in standings])
        for row, said in zip(rows, standings):
            self.assertEqual(row["base_status"], said["base_status"])
            if said["base_status"] == "suppressed":
                self.assertEqual((row["score"], row["nps"], row["rank"]), ("", "", ""))
                continue
            for column, value in (("score", said["score"]["mean"]), ("nps", said["nps"]["nps"]),
                                  ("csat_mean", said["csat"]["csat_mean"]),
                                  ("ces_mean", said["ces"]["ces_mean"]),
                                  ("rank_upper", said["rank_upper"])):
                self.assertEqual(float(row[column]), value, column)
        etags = {wave.get(a).headers["ETag"] for a in
                 ("/standings.csv?sector=S02", "/standings?sector=S02")}
        self.assertEqual(len(etags), 2, "two forms of a board must not share a strong validator")

    def test_a_spreadsheet_never_takes_a_code_for_a_formula(self):
        document = small_document()
        document["companies"][0]["code"] = "-2"
        document["waves"][0]["sectors"][0]["companies"][0] = "-2"
        wave = self.given_wave(document)
        wave.upload(b"result_id,company,channel,q1\n1,-2,phone,2\n2,B,phone,1\n")
        text = wave.get("/standings.csv?sector=S").body.decode()
        self.assertIn('"\'-2"', text)
        for row in csv.reader(io.StringIO(text, newline="")):
            for cell in row:
                if not re.fullmatch(r"-?[0-9.e+-]+", cell) or cell == "-2":
                    self.assertNotRegex(cell, r"^[=+\-@\t\r]")

    def test_head_says_what_get_would_without_a_body(self):
        wave = self.given_wave()
        wave.upload((SAMPLE / "results.csv").read_bytes())
        for path in (f"{wave.path}/standings?sector=S01", f"{wave.path}/sectors.csv", "/livez",
                     "/openapi.json"):
            got = ask(self.server, "GET", path, key=wave.key)
            head = ask(self.server, "HEAD", path, key=wave.key)
            self.assertEqual((head.status, head.body), (200, b""), path)
            for name in ("Content-Length", "Content-Type", "ETag"):
                self.assertEqual(head.headers[name], got.headers[name], f"{path} {name}")
        self.assertEqual(ask(self.server, "HEAD", "/nowhere").status, 404)

    def test_health_and_metrics_can_be_read_without_a_key(self):
        wave = self.given_wave()
        wave.upload((SAMPLE / "results.csv").read_bytes())
        self.assertEqual(ask(self.server, "GET", "/livez").json, {"status": "alive"})
        ready = ask(self.server, "GET", "/readyz")
        self.assertEqual((ready.status, ready.json["status"]), (200, "ready"))
        answer = ask(self.server, "GET", "/metrics")
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))
        types, values = {}, {}
        sample = re.compile(r'([a-z_][a-z0-9_]*)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\S+)')
        for line in answer.body.decode().splitlines():
            if line.startswith("# TYPE "):
                name, kind = line.split()[2:]
                self.assertNotIn(name, types, "a metric is described twice")
                types[name] = kind
            elif not line.startswith("#"):
                match = sample.fullmatch(line)
                self.assertTrue(match, line)
                self.assertIn(match[1], types, line)
                key = match[1] + (match[2] or "")
                self.assertNotIn(key, values, "a sample is given twice")
                values[key] = float(match[3])
        self.assertGreaterEqual(values['plaudit_import_rows_total{result="accepted"}'], 4279)
        self.assertEqual(values["plaudit_database_ready"], 1)
        self.assertGreater(values["process_resident_memory_bytes"], 1e6)

    def test_the_log_is_json_lines_without_secrets_or_anybodys_words(self):
        wave = self.given_wave(small_document())
        secret = wave.key.split("_", 3)[3]
        words = "the agent called me a turnip"
        wave.upload("result_id,company,channel,shopper,comment\n"
                    f"L1,A,phone,shopper-nobody-knows,{words}\n"
                    f"L2,Z,phone,shopper-nobody-knows,{words}\n".encode())
        ask(self.server, "GET", f"{wave.path}/sectors?key={secret}", key=wave.key)
        ask(self.server, "GET", f"/{words.replace(' ', '%20')}", key="plaudit_live_wrong_" + secret)
        log = self.server.log.read_text(encoding="utf-8")
        for line in log.splitlines():
            said = json.loads(line)
            self.assertIn(said["level"], ("info", "warn", "error"), line)
            self.assertTrue(said["event"] and said["ts"], line)
        self.assertTrue(self.server.logged("upload.ended"))
        for forbidden in (secret, words, "turnip", "shopper-nobody-knows"):
            self.assertNotIn(forbidden, log)
        postgres = self.server.embedded / "postgresql.log"
        if postgres.exists():
            self.assertNotIn("turnip", postgres.read_text(errors="replace"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
