"""`plaudit board --file` makes, without a server, the bytes that a server answers with."""
import csv
import io
import json
import os
import pathlib
import random
import subprocess
import unittest

from harness import BUILD, JSON, NDJSON, ServerCase, ask, program, sample_document, sample_rows, small_document

METRICS = ("score", "nps", "csat", "ces", "area:agent")


class Offline(ServerCase):
    def setUp(self):
        # Shoppers of another organisation, so that the wave's own are not numbered from the start.
        other = self.given_wave(suffix="-other")
        header, rows = sample_rows()
        self.assert_status(other.upload(header + b"".join(rows[:50]).replace(b",P", b",Q")), 200)
        self.folder = pathlib.Path(self.home) / self._testMethodName
        self.folder.mkdir(exist_ok=True)

    def write(self, name, data):
        (self.folder / name).write_bytes(data)
        return str(self.folder / name)

    def plaudit(self, *words, verb="board"):
        """The client with no server to reach."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PLAUDIT_")}
        environment |= {"PLAUDIT_SERVER": "http://127.0.0.1:1", "LC_ALL": "C.UTF-8"}
        return subprocess.run([program("plaudit", BUILD), verb, *words], capture_output=True, env=environment,
                              timeout=300, check=False)

    def assert_same(self, wave, files, address, *words, verb="board", exit_code=0):
        expected = wave.get(address).body
        done = self.plaudit("--file", files[0], "--programme", files[1], *words, verb=verb)
        self.assertEqual(done.returncode, exit_code, done.stderr.decode())
        made = done.stdout if address.split("?")[0].endswith(".csv") else done.stdout.removesuffix(b"\n")
        self.assertEqual(made, expected, f"{address}: {words}")

    def assert_all_same(self, wave, files, exit_code=0):
        """Every kind of answer there is."""
        document = json.loads(pathlib.Path(files[1]).read_text(encoding="utf-8"))
        self.assert_same(wave, files, "/sectors", "--json", exit_code=exit_code)
        self.assert_same(wave, files, "/sectors.csv", "--csv", verb="sectors", exit_code=exit_code)
        for sector in document["waves"][0]["sectors"]:
            self.assert_same(wave, files, f"/standings?sector={sector['code']}&threshold=80&include=pairs", "--json",
                             "--sector", sector["code"], "--threshold", "80", "--include", "pairs",
                             exit_code=exit_code)
        for company in document["companies"][:12]:
            if wave.ask("GET", f"/companies/{company['code']}").status == 200:
                self.assert_same(wave, files, f"/companies/{company['code']}", "--json", "--company", company["code"],
                                 exit_code=exit_code)

    def given_sample(self, rows=None):
        header, sample = sample_rows()
        body = header + b"".join(sample if rows is None else rows)
        wave = self.given_wave()
        self.assert_status(wave.upload(body), 200)
        return wave, (self.write("results.csv", body),
                      self.write("programme.json", json.dumps(sample_document()).encode()))

    def test_every_sector_and_company(self):
        self.assert_all_same(*self.given_sample())

    def test_every_channel_and_metric(self):
        wave, files = self.given_sample()
        channels = [None] + [channel["code"] for channel in sample_document()["channels"]]
        for channel in channels:
            for metric in METRICS:
                where = f"metric={metric}" + (f"&channel={channel}" if channel else "")
                words = ["--metric", metric] + (["--channel", channel] if channel else [])
                self.assert_same(wave, files, f"/standings?sector=S02&{where}", "--json", "--sector", "S02", *words)
            self.assert_same(wave, files, "/standings" + (f"?channel={channel}" if channel else ""), "--json",
                             "--field", *(["--channel", channel] if channel else []))
        self.assert_same(wave, files, "/standings.csv?sector=S18", "--csv", "--sector", "S18")

    def test_another_order_of_rows(self):
        header, rows = sample_rows()
        wave, files = self.given_sample()
        shuffled = rows[:]
        random.Random(1).shuffle(shuffled)
        files = (self.write("shuffled.csv", header + b"".join(shuffled)), files[1])
        self.assert_all_same(wave, files)

    def test_repeated_and_rejected_rows(self):
        header, rows = sample_rows()
        other_shopper = rows[7].replace(b",P", b",Z", 1)
        self.assertNotEqual(other_shopper, rows[7])
        bad = rows[9].split(b",")
        bad[0], bad[2] = b"K99999", b"C999"
        mixed = rows[:40] + [rows[3], other_shopper, b",".join(bad), b"K88888,too,few\n"] + rows[40:]
        wave, files = self.given_sample(mixed)
        self.assert_all_same(wave, files, exit_code=6)
        done = self.plaudit("--file", files[0], "--programme", files[1], "--sector", "S01", "--json")
        said = done.stderr.decode()
        self.assertIn(f"{len(mixed)} rows, {len(rows)} counted, 1 duplicates, 3 rejected", said)
        for words in ("42  result_id", "result_id_twice", "43  company", "unknown_company", "too_few_fields"):
            self.assertIn(words, said)

    def test_the_same_rows_as_json(self):
        header, rows = sample_rows()
        read = csv.DictReader(io.StringIO((header + b"".join(rows)).decode()))
        objects = [{name: value or None for name, value in row.items()} for row in read]
        wave, files = self.given_sample()
        array = self.write("results.json", json.dumps(objects).encode())
        lines = self.write("results.ndjson", "".join(json.dumps(o) + "\n" for o in objects).encode())
        typed = self.write("results.txt", pathlib.Path(lines).read_bytes())
        for words in ((array,), (lines,), (typed, "--type", "ndjson")):
            self.assert_same(wave, (words[0], files[1]), "/standings?sector=S01", "--json", "--sector", "S01",
                             *words[1:])

    def test_no_rows_at_all(self):
        wave, files = self.given_sample([])
        self.assert_all_same(wave, files)
        for data, kind in ((b"[]", JSON), (b"", NDJSON)):
            self.assert_status(wave.upload(data, kind), 200)
        self.assert_same(wave, (self.write("none.json", b"[]"), files[1]), "/sectors", "--json")

    def test_a_wave_of_another_shape(self):
        document = small_document(minimum_base={"publish": 2, "rank": 3, "cell": 1})
        random.seed(5)
        lines = ["result_id,company,channel,shopper,answered,q1,q2,csat,ces,nps,comment"]
        for number in range(60):
            phone = random.random() < 0.5
            lines.append(f"r{number},{random.choice('AB')},{'phone' if phone else 'chat'},s{random.randrange(4)},1,"
                         f"{random.randrange(3)},{random.randrange(2) if phone else ''},{random.randint(1, 5)},"
                         f"{random.randint(1, 7)},{random.randint(0, 10)},\"a, comment\"")
        body = ("\n".join(lines) + "\n").encode()
        wave = self.given_wave(document)
        self.assert_status(wave.upload(body), 200)
        files = self.write("small.csv", body), self.write("small.json", json.dumps(document).encode())
        self.assert_all_same(wave, files)

    def test_a_broken_file_shows_no_board(self):
        files = (self.write("broken.json", b'[{"result_id": "a"'), self.write("p.json", json.dumps(
            small_document()).encode()))
        done = self.plaudit("--file", files[0], "--programme", files[1], "--sector", "S", "--json")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"cannot be read", done.stderr)

    def test_faults_of_a_programme_are_listed(self):
        document = small_document()
        document["instruments"][0]["items"][0]["area"] = "nowhere"
        done = self.plaudit("--file", self.write("r.csv", b"result_id,company,channel\n"), "--programme",
                            self.write("p.json", json.dumps(document).encode()))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"/instruments/0/items/0/area", done.stderr)

    def test_a_table_is_drawn_like_the_servers(self):
        wave, files = self.given_sample()
        drawn = [subprocess.run([program("plaudit", BUILD), "board", "--sector", "S01", *words], capture_output=True,
                                env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "HOME": str(self.folder)},
                                timeout=120, check=True).stdout
                 for words in (("--file", files[0], "--programme", files[1]),
                               ("--server", f"http://127.0.0.1:{self.server.port}", "--key-file",
                                self.key_file(wave.key), "--programme", wave.programme, "--wave", wave.code))]
        self.assertEqual(drawn[0], drawn[1])

    def test_what_cannot_be_asked(self):
        files = ("--file", self.write("r.csv", b"result_id,company,channel\n"), "--programme",
                 self.write("p.json", json.dumps(small_document()).encode()))
        for words, code in ((("--sector", "NONE", "--json"), 3), (("--company", "C", "--json"), 3),
                            (("--wave", "none"), 3), (("--company", "A"), 2), (("--metric", "nps"), 2),
                            (("--sector", "S", "--field"), 2)):
            self.assertEqual(self.plaudit(*files, *words).returncode, code, words)
        self.assertEqual(ask(self.server, "GET", "/livez").status, 200)


if __name__ == "__main__":
    unittest.main()
