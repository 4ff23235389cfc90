"""The programmes of ./programmes on a server, and what their rows say without it.

Scores are computed here a second time, from the text of docs/programme-file.md alone, as exact
fractions: neither the server nor the generators are asked.
"""
import csv
import json
import subprocess
import sys
import tempfile
from fractions import Fraction

from harness import JSON, SOURCE, ServerCase, Wave, ask

PROGRAMMES = SOURCE / "programmes"


def document(name):
    return json.loads((PROGRAMMES / name / "programme.json").read_text(encoding="utf-8"))


def generator(name, *words):
    """Runs make.py of a programme; its answer."""
    return subprocess.run([sys.executable, "-B", str(PROGRAMMES / name / "make.py"), *words],
                          capture_output=True, text=True, timeout=120, check=False)


def members(sector):
    return [c["company"] if isinstance(c, dict) else c for c in sector["companies"]]


class Scores:
    """Score of a row, exactly as a fraction rounded half up to hundredths."""

    def __init__(self, programme, wave):
        code = wave["instrument"]
        self.of = next(i for i in programme["instruments"] if i["code"] == code)
        self.items = [i for i in self.of["items"] if i.get("scored", True)]
        self.weight = {a["code"]: Fraction(str(a.get("weight", 1))) for a in self.of["areas"]}
        # Whole hundredths: got and possible of each answer.
        self.worth = {}
        for item in (i for i in self.items if "options" in i):
            got = {str(o["answer"]): int(100 * Fraction(str(o["points"]))) for o in item["options"]}
            self.worth[item["code"]] = {a: (g, max(got.values())) for a, g in got.items()}

    def points(self, item, said):
        """Got and possible."""
        if "options" in item:
            return self.worth[item["code"]][said]
        rule, points = item["measured"], int(100 * item["measured"]["points"])
        met = Fraction(said) >= Fraction(str(rule["at_least"])) if "at_least" in rule else \
            Fraction(said) <= Fraction(str(rule["at_most"]))
        return points * met, points

    def score(self, row):
        """None where the row has none."""
        if row.get("answered") == "0":
            return Fraction(0) if self.of.get("unanswered", "zero") == "zero" else None
        sums = {}
        for item in self.items:
            if row[item["code"]] not in ("", *item.get("no_answer", [])):
                got, possible = self.points(item, row[item["code"]])
                before = sums.get(item["area"], (0, 0))
                sums[item["area"]] = (before[0] + got, before[1] + possible)
        if self.of["scoring"] == "pooled":
            share = Fraction(sum(g for g, _ in sums.values()), sum(p for _, p in sums.values()))
        else:
            share = sum(self.weight[a] * Fraction(g, p) for a, (g, p) in sums.items()) / \
                sum(self.weight[a] for a in sums)
        return Fraction(int(share * 10000 + Fraction(1, 2)), 100)


class Rows:
    """The rows of one wave, counted."""

    def __init__(self, programme, wave, path):
        self.wave, self.path = wave, path
        scores = Scores(programme, wave)
        with open(path, encoding="utf-8", newline="") as file:
            self.rows = list(csv.DictReader(file))
        # A shopper who is a customer is excluded where the wave says so.
        excludes = wave.get("fieldwork", {}).get("breaches", {}).get("shopper_is_customer") == "excludes"
        self.counted = [r for r in self.rows if not (excludes and r.get("customer") == "1")]
        self.scores = {}
        for row in self.counted:
            score = scores.score(row)
            if score is not None:
                self.scores.setdefault(row["company"], []).append(score)
        self.mean = {c: sum(s) / len(s) for c, s in self.scores.items()}
        self.sectors = {s["code"]: members(s) for s in wave["sectors"]}

    def sector_mean(self, code):
        return sum(self.mean[c] for c in self.sectors[code]) / len(self.sectors[code])

    def overall(self):
        return sum(self.mean.values()) / len(self.mean)

    def at_least(self, line):
        return {c for c, m in self.mean.items() if m >= line}

    def first(self, sector):
        """Whoever has the highest mean of a sector: several where it is the same."""
        best = max(self.mean[c] for c in self.sectors[sector])
        return {c for c in self.sectors[sector] if self.mean[c] == best}


class ProgrammeCase(ServerCase):
    """A programme of ./programmes, all its waves (or WAVES) loaded once: opened, uploaded, and
    closed where another of the series follows."""

    NAME = None
    WAVES = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            cls._load()
        except BaseException:
            cls.server.process.kill()
            cls.server.process.wait()
            cls._end()
            raise

    @classmethod
    def _load(cls):
        cls.document = document(cls.NAME)
        cls.key = cls.server.key("programmes")
        put = ask(cls.server, "PUT", f"/v1/programmes/{cls.NAME}",
                  (PROGRAMMES / cls.NAME / "programme.json").read_bytes(), cls.key, Content_Type=JSON)
        if put.status != 201:
            raise AssertionError(f"programme put: {put}")
        folder = tempfile.mkdtemp(dir=cls.home)
        made = generator(cls.NAME, folder, *(cls.WAVES or []))
        if made.returncode != 0:
            raise AssertionError(f"make.py: {made.stderr}")
        described = {w["code"]: w for w in cls.document["waves"]}
        cls.waves, cls.rows, cls.told = {}, {}, {}
        for code, place, _ in (line.split() for line in made.stdout.splitlines()):
            path = f"{folder}/{code}.csv"
            cls.rows[code] = Rows(cls.document, described[code], path)
            cls.waves[code] = Wave(cls.server, cls.key, cls.NAME, code)
            cls.waves[code].organisation = "programmes"
            cls._load_wave(cls.waves[code], path, place)

    @classmethod
    def _load_wave(cls, wave, path, place):
        opened = wave.ask("POST", "/open")
        with open(path, "rb") as file:
            uploaded = wave.upload(file.read())
        said = uploaded.json if uploaded.status == 200 else {}
        if opened.status != 200 or said.get("accepted") != len(cls.rows[wave.code].rows):
            raise AssertionError(f"{wave.code}: {opened} {uploaded}")
        if place == "earlier" and wave.ask("POST", "/close").status != 200:
            raise AssertionError(f"{wave.code} does not close")

    def standings(self, wave):
        """Every company of the wave by code, from the boards."""
        said = {}
        for sector in self.rows[wave].sectors:
            for standing in self.waves[wave].get(f"/standings?sector={sector}").json["standings"]:
                said[standing["company"]["code"]] = standing
        return said

    def assert_boards_are_the_rows(self, wave):
        rows, said = self.rows[wave], self.standings(wave)
        self.assertEqual(set(said), set(rows.mean))
        for company, standing in said.items():
            self.assertEqual(standing["n"], len(rows.scores[company]), company)
            self.assertAlmostEqual(standing["score"]["mean"], float(rows.mean[company]), 9, company)

    def awards(self, wave):
        """What the server awards in a wave, by code; asked once."""
        if wave not in self.told:
            said = self.waves[wave].get("/awards").json["awards"]
            self.told[wave] = {a["code"]: a for a in said}
        return self.told[wave]

    def winners(self, wave, award):
        return {w["company"]["code"] for w in self.awards(wave)[award]["winners"]}

    def assert_generator_makes_what_is_committed(self):
        done = generator(self.NAME, "--check")
        self.assertEqual(done.returncode, 0, done.stderr)
