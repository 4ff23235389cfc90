#!/usr/bin/env python3
"""Awards, histories and combined figures over several waves, against figures computed here."""
import csv
import io
import json
import os
import subprocess
import unittest
from fractions import Fraction

from harness import JSON, Server, ServerCase, Wave, ask, program, wait_until

SECTORS = {"S1": ["A", "B", "C"], "S2": ["D", "E", "F"]}
COMPANIES = [c for companies in SECTORS.values() for c in companies]
WAVES = ["w1", "w2", "w3", "w4", "w5"]
LINE = 60
RULE = {"at_break": "restarts", "joint": "counts", "successors": "ignore"}
AWARDS = [
    {"code": "good", "kind": "line", "metric": "score", "at_least": LINE},
    {"code": "winner", "kind": "rank", "scope": "sector", "metric": "score", "rank": 1},
    {"code": "top2", "kind": "rank", "scope": "field", "metric": "nps", "rank": 2},
    {"code": "only", "kind": "sole", "of": "good", "scope": "sector"},
    {"code": "both", "kind": "all", "of": ["good", "winner"]},
    {"code": "twice", "kind": "running", "of": "winner", "times": 2, "missed": "breaks", **RULE},
    {"code": "thrice", "kind": "times", "of": "good", "times": 3, "missed": "skips",
     **RULE, "at_break": "continues"},
]


def document(waves=None, **of_wave):
    """Five waves of one series; the fourth begins it anew."""
    made = []
    for code in waves or WAVES:
        wave = {"code": code, "instrument": "i1", "series": "s", "awards": AWARDS,
                "minimum_base": {"publish": 1, "rank": 2, "cell": 1},
                "sectors": [{"code": s, "companies": c} for s, c in SECTORS.items()]}
        if code == "w4":
            wave["series_break"] = {"reason": {"en": "two areas became one"}}
        wave.update(of_wave.get(code, {}))
        made.append(wave)
    return {
        "programme": "series", "name": {"en": "Series"}, "channels": [{"code": "phone"}],
        "companies": [{"code": c, "name": {"en": "Company " + c}} for c in COMPANIES],
        "instruments": [{
            "code": "i1", "areas": [{"code": "all"}],
            "items": [{"code": "q", "area": "all",
                       "options": [{"answer": a, "points": a} for a in range(5)]}],
            "questions": [{"code": "nps", "measure": "nps", "scale": {"min": 0, "max": 10}}]}],
        "waves": made,
        "combined": [{"code": "c12", "name": {"en": "First and second"},
                      "of": [{"wave": made[0]["code"], "weight": 1},
                             {"wave": made[1]["code"], "weight": 2}]}],
    }


def results(wave, company):
    """(answer, nps) of a company's contacts: made up, but always the same. D sits out w3, and
    A, B and E are better than the others."""
    if company == "D" and wave == "w3":
        return []
    best = company in "ABE"
    seed = 1 + 31 * int(wave[1:]) + 7 * COMPANIES.index(company)
    found = []
    for _ in range(6 + seed % 5):
        seed = seed * 1103515245 % 2147483647
        answer = seed // 7 % 5
        found.append((max(answer, seed // 13 % 5) if best else answer, seed // 11 % 11))
    return found


def all_results(waves=WAVES):
    return {w: {c: results(w, c) for c in COMPANIES} for w in waves}


def rows(wave, data, prefix="R"):
    lines = ["result_id,company,channel,q,nps"]
    for company, answers in data.items():
        lines += [f"{prefix}{wave}{company}{i},{company},phone,{q},{nps}"
                  for i, (q, nps) in enumerate(answers)]
    return ("\n".join(lines) + "\n").encode()


# What the rules say, computed once more

def score(answers):
    return Fraction(sum(Fraction(25 * q) for q, _ in answers), len(answers)) \
        if len(answers) >= 2 else None


def nps(answers):
    if len(answers) < 2:
        return None
    return Fraction(100 * sum((n >= 9) - (n <= 6) for _, n in answers), len(answers))


def ranks(figures):
    """company -> 1-2-2-4 rank of those that have a figure."""
    return {c: 1 + sum(o is not None and o > f for o in figures.values())
            for c, f in figures.items() if f is not None}


def plain_winners(data):
    good = {c for c, a in data.items() if score(a) is not None and score(a) >= LINE}
    winner = set()
    for companies in SECTORS.values():
        placed = ranks({c: score(data[c]) for c in companies})
        winner |= {c for c, r in placed.items() if r == 1}
    top2 = {c for c, r in ranks({c: nps(a) for c, a in data.items()}).items() if r <= 2}
    only = {c for s in SECTORS.values() for c in s if good & set(s) == {c}}
    return {"good": good, "winner": winner, "top2": top2, "only": only, "both": good & winner}


def run_of(company, waves, won, figures):
    """Wins running, and in all, up to the last of `waves`."""
    running, total = 0, 0
    for w in waves:
        if w == "w4":
            running = 0
        running = running + 1 if company in won["winner"][w] else 0
        total += company in won["good"][w]
    return running, total


def winners(data, wave, missing=()):
    """award -> companies of `wave`; nobody has figures in `missing` waves."""
    waves = sorted(w for w in data if w <= wave)
    plain = {w: plain_winners(data[w] if w not in missing else {c: [] for c in COMPANIES})
             for w in waves}
    won = {a: {w: plain[w][a] for w in waves} for a in ("winner", "good")}
    counts = {c: run_of(c, waves, won, None) for c in COMPANIES}
    now = plain[wave]
    return {**now, "twice": {c for c in now["winner"] if counts[c][0] >= 2},
            "thrice": {c for c in now["good"] if counts[c][1] >= 3}}


def said_winners(answer):
    return {a["code"]: {w["company"]["code"] for w in a["winners"]} for a in answer["awards"]}


class Awards(ServerCase):
    def given_series(self, file=None, data=None, upload=True):
        """Every wave open, with its results; the first wave's Wave."""
        file = file or document()
        first = self.given_wave(file, opened=False)
        waves = {w["code"]: Wave(self.server, first.key, "series", w["code"])
                 for w in file["waves"]}
        for code, wave in waves.items():
            self.assert_status(wave.ask("POST", "/open"), 200)
            if upload:
                sent = wave.upload(rows(code, (data or all_results())[code]))
                self.assertEqual((sent.status, sent.json["rejected"]), (200, 0), repr(sent))
        return waves

    def of_programme(self, wave, rest, key=None, **headers):
        return ask(self.server, "GET", "/v1/programmes/series" + rest, None, key or wave.key,
                   **headers)

    def test_every_award_of_every_wave_goes_to_whom_the_rules_name(self):
        waves, data = self.given_series(), all_results()
        for code, wave in waves.items():
            self.assertEqual(said_winners(wave.get("/awards").json), winners(data, code), code)
        everything = [winners(data, w) for w in WAVES]
        for award in AWARDS:
            self.assertTrue(any(w[award["code"]] for w in everything), award["code"])

    def test_a_streak_names_the_waves_it_counts(self):
        waves = self.given_series()
        data = all_results()
        thrice = waves["w5"].get("/awards").json["awards"][-1]
        self.assertEqual(thrice["code"], "thrice")
        self.assertTrue(thrice["winners"])
        for winner in thrice["winners"]:
            code = winner["company"]["code"]
            self.assertEqual([w["wave"] for w in winner["waves"]],
                             [w for w in WAVES if code in plain_winners(data[w])["good"]])

    def test_an_upload_changes_the_awards_and_the_etag_of_this_and_later_waves(self):
        waves, data = self.given_series(), all_results()
        before = waves["w5"].get("/awards")
        same = waves["w5"].ask("GET", "/awards", If_None_Match=before.headers["ETag"])
        self.assertEqual((same.status, same.body), (304, b""))
        loser = sorted(set(COMPANIES) - winners(data, "w2")["good"])[0]
        more = [(4, 10)] * 60
        data["w2"][loser] = data["w2"][loser] + more
        self.assertEqual(waves["w2"].upload(rows("w2", {loser: more}, "M")).status, 200)
        after = waves["w5"].ask("GET", "/awards", If_None_Match=before.headers["ETag"])
        self.assert_status(after, 200)
        self.assertNotEqual(after.headers["ETag"], before.headers["ETag"])
        for code in ("w2", "w5"):
            self.assertEqual(said_winners(waves[code].get("/awards").json), winners(data, code))
        self.assertIn(loser, said_winners(waves["w2"].get("/awards").json)["good"])
        first = waves["w1"].get("/awards")
        self.assertEqual(said_winners(first.json), winners(data, "w1"))

    def test_a_hidden_wave_is_missing_for_a_sponsor_and_not_for_the_firm(self):
        waves = self.given_series(document(w2={"before_publication": "hidden"}))
        data = all_results()
        sponsor = self.server.key(self._testMethodName.removeprefix("test_")[:50], "sponsor")
        path = waves["w3"].path + "/awards"
        theirs = ask(self.server, "GET", path, None, sponsor).json
        mine = waves["w3"].get("/awards").json
        self.assertEqual([w["available"] for w in theirs["waves"]], [True, False, True])
        self.assertEqual([w["available"] for w in mine["waves"]], [True, True, True])
        self.assertEqual(said_winners(theirs), winners(data, "w3", missing=("w2",)))
        self.assertEqual(said_winners(mine), winners(data, "w3"))
        self.assertNotEqual(said_winners(theirs), said_winners(mine))
        self.assert_status(ask(self.server, "GET", waves["w2"].path + "/awards", None, sponsor),
                           404, "not_published")
        told = self.of_programme(waves["w1"], "/companies/A/history", key=sponsor).json
        self.assertEqual([w["wave"]["code"] for w in told["waves"]], ["w1", "w3", "w4", "w5"])
        self.assertNotIn("w2", json.dumps(told))

    def publish(self, wave, **said):
        answer = wave.ask("POST", "/publish", json.dumps(said).encode(), Content_Type=JSON)
        self.assert_status(answer, 200)

    def test_published_awards_stay_until_the_next_revision_whatever_becomes_of_other_waves(self):
        waves, data = self.given_series(), all_results()
        last = waves["w5"]
        self.assert_status(last.ask("POST", "/close"), 200)
        before = last.get("/awards").json
        self.publish(last)
        first = last.get("/awards")
        told = first.json
        self.assertEqual((told["state"], told["revision"]), ("published", 1))
        self.assertEqual(told["awards"], before["awards"])
        more = [(4, 10)] * 60
        loser = next(c for c in COMPANIES if c in winners(data, "w5")["good"]
                     and c not in winners(data, "w2")["good"])
        data["w2"][loser] = data["w2"][loser] + more
        self.assertEqual(waves["w2"].upload(rows("w2", {loser: more}, "M")).status, 200)
        again = last.ask("GET", "/awards", If_None_Match=first.headers["ETag"])
        self.assertEqual((again.status, again.body), (304, b""))
        working = last.get("/awards?revision=0").json
        self.assertEqual(said_winners(working), winners(data, "w5"))
        self.assertNotEqual(working["awards"], told["awards"])
        self.publish(last, reason="an earlier wave was corrected")
        self.assertEqual(last.get("/awards").json["revision"], 2)
        self.assertEqual(last.get("/awards").json["awards"], working["awards"])
        self.assertEqual(last.get("/awards?revision=1").body, first.body)
        self.assertEqual(last.get("/awards.csv?revision=2").body,
                         last.get("/awards.csv?revision=0").body)
        self.assert_status(last.ask("GET", "/awards?revision=3"), 404, "unknown_revision")
        self.assertIn("0 differences", self.server.verify())

    def test_an_earlier_wave_counts_by_its_newest_announced_revision(self):
        waves, data = self.given_series(), all_results()
        for code in ("w1", "w2"):
            self.assert_status(waves[code].ask("POST", "/close"), 200)
            self.publish(waves[code])
        told = waves["w3"].get("/awards").json
        self.assertEqual([w["revision"] for w in told["waves"]], [1, 1, 0])
        self.assertEqual(said_winners(told), winners(data, "w3"))
        grown = document()
        grown["companies"].append({"code": "G", "name": {"en": "came later"}})
        put = ask(self.server, "PUT", "/v1/programmes/series", json.dumps(grown).encode(),
                  waves["w1"].key, Content_Type=JSON)
        self.assert_status(put, 200)
        self.assertEqual(said_winners(waves["w3"].get("/awards").json), winners(data, "w3"))
        history = self.of_programme(waves["w1"], "/companies/A/history").json
        self.assertEqual([w["revision"] for w in history["waves"]], [1, 1, 0, 0, 0])

    def test_a_history_has_every_wave_with_its_figure_change_and_awards(self):
        waves, data = self.given_series(), all_results()
        told = self.of_programme(waves["w1"], "/companies/D/history?series=s").json
        self.assertEqual([w["wave"]["code"] for w in told["waves"]], WAVES)
        for wave, code in zip(told["waves"], WAVES):
            figure = score(data[code]["D"])
            self.assertEqual(set(wave["awards"]),
                             {a for a, c in winners(data, code).items() if "D" in c})
            if figure is None:
                self.assertIsNone(wave["rank"])
                continue
            self.assertAlmostEqual(wave["score"]["mean"], float(figure), places=9)
        change = told["waves"][1]["score"]["change"]
        self.assertAlmostEqual(
            change["change"], float(score(data["w2"]["D"]) - score(data["w1"]["D"])), places=9)
        self.assertIsNone(told["waves"][0]["score"]["change"])
        self.assertEqual(told["waves"][3]["series_break"], {"en": "two areas became one"})
        self.assertIsNone(told["waves"][4]["score"].get("significant"))
        self.assertEqual(self.of_programme(waves["w1"], "/companies/D/history").json, told)

    def test_a_combined_figure_is_the_weighted_mean_in_order(self):
        waves, data = self.given_series(), all_results()
        told = self.of_programme(waves["w1"], "/combined/c12").json
        figures = {c: (score(data["w1"][c]) + 2 * score(data["w2"][c])) / 3 for c in COMPANIES}
        for standing in told["standings"]:
            code = standing["company"]["code"]
            self.assertAlmostEqual(standing["score"]["mean"], float(figures[code]), places=9)
            self.assertEqual(standing["rank"], ranks(figures)[code])
        self.assertEqual(len(told["standings"]), len(COMPANIES))

    def test_csv_has_a_row_a_winner_and_a_row_a_wave(self):
        waves, data = self.given_series(), all_results()
        answer = waves["w5"].get("/awards.csv")
        self.assertEqual(answer.headers["Content-Type"], "text/csv; charset=utf-8; header=present")
        said = {a["code"]: set() for a in AWARDS}
        for row in csv.DictReader(io.StringIO(answer.body.decode())):
            said[row["award"]].add(row["company"])
        self.assertEqual(said, winners(data, "w5"))
        other = waves["w5"].get("/awards", Accept="text/csv")
        self.assertEqual(other.body, answer.body)
        history = self.of_programme(waves["w1"], "/companies/A/history.csv").body.decode()
        told = list(csv.DictReader(io.StringIO(history)))
        self.assertEqual([r["wave"] for r in told], WAVES)
        for row, wave in zip(told, WAVES):
            self.assertAlmostEqual(float(row["score"]), float(score(data[wave]["A"])), places=9)

    def test_what_is_not_there_is_404_by_its_own_code(self):
        wave = self.given_series(upload=False)["w1"]
        for rest, code in (("/companies/X/history", "unknown_company"),
                           ("/companies/A/history?series=x", "unknown_series"),
                           ("/combined/x", "unknown_combined"),
                           ("/waves/w9/awards", "unknown_wave")):
            self.assert_status(self.of_programme(wave, rest), 404, code)
        self.assert_status(self.of_programme(wave, "/combined/c12?sectors=S1"), 400,
                           "unknown_parameter")
        stranger = self.server.key("strangers", "firm")
        self.assert_status(self.of_programme(wave, "/waves/w1/awards", key=stranger), 404,
                           "unknown_programme")

    def test_two_servers_give_the_same_bytes_and_hear_of_each_others_uploads(self):
        waves = self.given_series()
        second = Server(self.home, database=self.server.conninfo("plaudit_runtime"))
        second.start()
        try:
            path = waves["w5"].path + "/awards"
            here = waves["w5"].get("/awards")
            there = ask(second, "GET", path, None, waves["w5"].key)
            self.assertEqual((here.body, here.headers["ETag"]), (there.body, there.headers["ETag"]))
            self.assertEqual(waves["w3"].upload(rows("w3", {"B": [(4, 10)] * 40}, "M")).status, 200)
            here = waves["w5"].get("/awards")
            wait_until(lambda: ask(second, "GET", path, None, waves["w5"].key).headers["ETag"]
                       == here.headers["ETag"], 10, "the second server did not hear of it")
            self.assertEqual(ask(second, "GET", path, None, waves["w5"].key).body, here.body)
        finally:
            second.stop()

    def test_two_hundred_waves_are_answered_within_bounded_memory(self):
        codes = [f"y{i:03}" for i in range(200)]
        file = document(codes)
        wave = self.given_wave(file, opened=False)
        last = Wave(self.server, wave.key, "series", codes[-1])
        first = Wave(self.server, wave.key, "series", codes[0])
        for one in (first, last):
            self.assert_status(one.ask("POST", "/open"), 200)
            data = {c: results("w1", c) for c in COMPANIES}
            self.assert_status(one.upload(rows(one.code, data)), 200)
        before = self.server.resident_bytes()
        told = last.get("/awards").json
        self.assertEqual(len(told["waves"]), 200)
        self.assertLess(self.server.resident_bytes() - before, 256 * 1024 * 1024)

    def plaudit(self, key, *words):
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "100",
                       "PLAUDIT_SERVER": f"http://127.0.0.1:{self.server.port}",
                       "PLAUDIT_KEY_FILE": self.key_file(key), "PLAUDIT_PROGRAMME": "series"}
        return subprocess.run([program("plaudit"), *words], capture_output=True, text=True,
                              env=environment, timeout=60, check=False)

    def test_the_command_line_shows_them(self):
        waves, data = self.given_series(), all_results()
        shown = self.plaudit(waves["w1"].key, "awards", "--wave", "w5")
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        for company in winners(data, "w5")["good"]:
            self.assertIn("Company " + company, shown.stdout)
        self.assertIn("good: score at or above 60", shown.stdout)
        shown = self.plaudit(waves["w1"].key, "history", "D")
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        self.assertIn("not comparable with before: two areas became one", shown.stdout)
        shown = self.plaudit(waves["w1"].key, "combined", "c12")
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        self.assertIn("w1 (weight 1), w2 (weight 2)", shown.stdout)
        raw = self.plaudit(waves["w1"].key, "awards", "--wave", "w5", "--json")
        self.assertEqual(raw.stdout.encode(), waves["w5"].get("/awards").body)
        self.assertEqual(self.plaudit(waves["w1"].key, "history", "X").returncode, 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
