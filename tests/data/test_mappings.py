#!/usr/bin/env python3
"""Files as others published them, read with a mapping each and nothing else, give the published totals.

The mappings are ours (mappings/*.json); the files stand in the shared folder, each with its SOURCE.md.
"""
import gzip
import json
import pathlib
import re
import subprocess
import tempfile
import unittest
from collections import Counter

from published import BUILD, DATA, DataCase, question, read_lines, read_rows

MAPPINGS = pathlib.Path(__file__).resolve().parent / "mappings"
FIVE = ("satisfaction", "recommend", "understanding", "response", "toc", "documentation", "ci", "security", "tooling",
        "marketing")
TEN = tuple(f"{code}10" for code in (*FIVE, "devstats", "landscape", "radar"))


def programme(companies, questions, channels=("web",), items=()):
    """Everybody in one sector, everything shown."""
    return {"programme": "data", "channels": [{"code": c} for c in channels],
            "companies": [{"code": code, "name": {"en": name}} for code, name in companies.items()],
            "instruments": [{"code": "i", "questions": questions, **items} if items else
                            {"code": "i", "questions": questions}],
            "waves": [{"code": "w", "instrument": "i", "minimum_base": {"publish": 1, "rank": 1, "cell": 1},
                       "sectors": [{"code": "all", "companies": list(companies)}]}]}


class MappedCase(DataCase):
    def mapped(self, mapping, place, document, *words, verb="board", status=0):
        """The answer, and what was said beside it; the file as it is, but for gzip."""
        data = (DATA / place).read_bytes()
        data = gzip.decompress(data) if place.endswith(".gz") else data
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "p.json").write_text(json.dumps(document), encoding="utf-8")
            (folder / "file.csv").write_bytes(data)
            done = subprocess.run([BUILD / "clients/cli/plaudit", verb, "--file", folder / "file.csv", "--mapping",
                                   MAPPINGS / f"{mapping}.json", "--programme", folder / "p.json", "--json", *words],
                                  capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        self.said = done.stderr
        return json.loads(done.stdout) if done.stdout else None

    def proposed(self, place, document):
        data = gzip.decompress((DATA / place).read_bytes())
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "p.json").write_text(json.dumps(document), encoding="utf-8")
            (folder / "file.csv").write_bytes(data)
            done = subprocess.run([BUILD / "clients/cli/plaudit", "mapping", "propose", "--programme", folder / "p.json",
                                   folder / "file.csv"], capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def ratings(self, mapping, place, document, **more):
        company = document["companies"][0]["code"]
        answer = self.mapped(mapping, place, document, "--company", company, **more)
        return {entry["question"]["code"]: entry["rating"] for entry in answer["questions"]}


class CncfMaintainers(MappedCase):
    needs = "cncf-maintainer-surveys"
    DOCUMENT = programme({"cncf": "CNCF"}, [question(code, 1, 5) for code in FIVE] +
                         [question(code, 1, 10) for code in TEN])

    def wave(self, wave, rows):
        ratings = self.ratings(f"cncf-{wave}", f"cncf-maintainer-surveys/{wave}.csv.gz", self.DOCUMENT)
        self.assertEqual({r["n"] + r["n_missing"] for r in ratings.values()}, {rows})
        return ratings

    def percent(self, rating, times, printed):
        self.assert_rounds_to(rating["mean"] * times, printed)

    def test_2017_h1(self):
        """82 of CNCF's table. Below the answers stands a row with their average: left out."""
        ratings = self.wave("2017-h1", 19)
        self.assertEqual(ratings["satisfaction"]["n"], 19)
        self.percent(ratings["satisfaction"], 20, "82")
        self.percent(ratings["satisfaction"], 20, "82.11")

    def test_2017_h2(self):
        self.percent(self.wave("2017-h2", 13)["satisfaction"], 20, "80.00")

    def test_2018_h1(self):
        ratings = self.wave("2018-h1", 56)
        for code, printed in (("satisfaction", "83.6"), ("response", "85.4")):
            self.percent(ratings[code], 20, printed)
        self.percent(ratings["response"], 20, "85.36")

    def test_2019_h1_five_columns_a_question(self):
        ratings = self.wave("2019-h1", 64)
        for code, printed in (("satisfaction", "80.3"), ("response", "84.7")):
            self.percent(ratings[code], 20, printed)

    def counts_of(self, wave, words, label):
        """By hand: the column that has all the words, each value as `label` says it."""
        head, _, *lines = read_lines(f"cncf-maintainer-surveys/{wave}.csv.gz")
        at = next(i for i, name in enumerate(head) if words in name.replace("\xa0", " "))
        return Counter(label.get(line[at].lower(), line[at]) for line in lines)

    def assert_counts(self, rating, least, counts):
        got = {str(least + i): n for i, n in enumerate(rating["distribution"]) if n}
        self.assertEqual(got, {value: n for value, n in counts.items() if value.isdigit()})

    LIKERT = {"strongly agree": "5", "agree": "4", "neutral": "3", "disagree": "2", "strongly disagree": "1"}

    def test_2019_h2_words_at_some_points(self):
        ratings = self.wave("2019-h2", 70)
        self.assert_counts(ratings["satisfaction10"], 1, self.counts_of("2019-h2", "overall experience", {
            "fantastic": "10", "neutral": "5"}))
        self.assert_counts(ratings["response"], 1, self.counts_of("2019-h2", "Efficiency", self.LIKERT))
        self.assertEqual((ratings["response"]["n"], ratings["ci"]["n"]), (63, 55))

    def test_2020_h1_words_in_two_capitalisations(self):
        ratings = self.wave("2020-h1", 79)
        for code, words in (("understanding", "good understanding"), ("toc", "TOC"), ("security", "security needs"),
                            ("recommend", "Would you recommend")):
            self.assert_counts(ratings[code], 1, self.counts_of("2020-h1", words, self.LIKERT))
        self.assertEqual(ratings["response"]["n"], 77)

    def test_2020_h2_is_surveymonkeys_own_summary(self):
        ratings = self.wave("2020-h2", 97)
        title, heads, found = None, None, 0
        words = {"overall support": "satisfaction10", "Would you recommend": "recommend10",
                 "good understanding": "understanding10", "staff responded": "response10", "TOC": "toc10",
                 "documentation": "documentation10", "your CI": "ci10", "security needs": "security10",
                 "tooling": "tooling10", "marketing needs": "marketing10", "DevStats": "devstats10",
                 "Landscape": "landscape10", "Radar": "radar10"}
        for line in read_lines("cncf-maintainer-surveys/2020-h2-published-summary.csv"):
            asked = re.match(r"Q\d+\. (.*)", line[0], re.DOTALL)
            title = asked.group(1).replace("\xa0", " ") if asked else title
            heads = line if line[:2] == ["Answer Choices", "1"] else heads
            if line[0] != "star":
                continue
            row = dict(zip(heads, line))
            rating = ratings[next(code for word, code in words.items() if word in title)]
            self.assertEqual(rating["distribution"], [int(row[str(x)]) for x in range(1, 11)], title)
            self.assertEqual(rating["n_missing"], int(row.get("N/A", 0)), title)
            self.assert_rounds_to(rating["mean"], row["Weighted Average"])
            found += 1
        self.assertEqual(found, 13)
        self.percent(ratings["satisfaction10"], 10, "83")
        self.percent(ratings["response10"], 10, "92")

    def test_2020_h2_is_recognised_by_what_it_asks(self):
        """The proposal finds the ids, the questions and what stands for no answer; the rest is ignored by name."""
        asked = {"satisfaction10": "Are you satisfied with the overall support your project receives from CNCF?",
                 "recommend10": "Would you recommend CNCF to other open source projects, and why?",
                 "response10": "Did you feel that the CNCF staff responded quickly to your requests?"}
        document = programme({"cncf": "CNCF"}, [question(code, 1, 10, name={"en": name})
                                                for code, name in asked.items()])
        made = self.proposed("cncf-maintainer-surveys/2020-h2.csv.gz", document)
        columns = made["columns"]
        self.assertEqual(set(columns), {"result_id", "company", "channel", *asked})
        self.assertEqual((columns["result_id"], columns["company"]), ({"column": "Respondent ID"}, {"constant": "cncf"}))
        self.assertEqual(columns["response10"]["missing"], ["N/A"])
        self.assertIn("satisfied with the overall support", columns["satisfaction10"]["column"])
        head = read_lines("cncf-maintainer-surveys/2020-h2.csv.gz")[0]
        self.assertEqual(len(made["ignored"]), len(head) - 4)

    def test_2021_h1_without_ids(self):
        ratings = self.wave("2021-h1", 93)
        self.percent(ratings["satisfaction10"], 10, "84.19")
        self.percent(ratings["response10"], 10, "94.07")
        self.assert_rounds_to(ratings["recommend10"]["mean"], "9.053763")

    def test_2021_h2(self):
        ratings = self.wave("2021-h2", 102)
        self.percent(ratings["satisfaction10"], 10, "83.82")
        self.percent(ratings["response10"], 10, "93.12")
        self.assert_rounds_to(ratings["recommend10"]["mean"], "8.911765")


class SfoGuests(MappedCase):
    """totals-computed.csv; 2017 also by another author: 2688, 4.064360, 82.06845."""
    needs = "sfo-airport-customer-survey"

    def document(self, year, rows, ces):
        area = "AREA" if year == 2014 else "BAREA"
        # 2016 has LUFTHANSA and, once, Lufthansa: one company, found in either spelling.
        pairs = sorted({(row[area], row["AIRLINE"].upper()) for row in rows})
        companies = {f"c{i}": f"{a} {airline}" for i, (a, airline) in enumerate(pairs)}
        other = "security" if ces == "find" else "find"
        made = programme(companies, [
            question("csat", 1, 5, "csat"), question(ces, 1, 5, "ces", direction="high_is_easy"), question(other, 1, 5),
            *([question("nps", 0, 10, "nps")] if year == 2017 else [])], ("gate", "mail", "online"))
        made["waves"][0]["sectors"] = [
            {"code": a, "companies": [c for c, (area_of, _) in zip(companies, pairs) if area_of == a]}
            for a in sorted({a for a, _ in pairs})]
        return made

    def pooled(self, year, metric, ces="find"):
        """Counts by value over the whole field."""
        rows = read_rows(f"sfo-airport-customer-survey/sfo-{year}.csv.gz")
        board = self.mapped(f"sfo-{year}", f"sfo-airport-customer-survey/sfo-{year}.csv.gz",
                            self.document(year, rows, ces), "--field", "--metric", metric, "--include", "distribution")
        self.assertEqual(sum(s["n"] for s in board["standings"]), len(rows))
        self.assertNotIn("rejected", self.said)
        return [sum(counts) for counts in zip(*(s[metric]["distribution"] for s in board["standings"]))]

    def totals(self, year):
        return {row["metric"]: row for row in read_rows("sfo-airport-customer-survey/totals-computed.csv")
                if (row["year"], row["group_by"]) == (str(year), "all")}

    def assert_total(self, counts, row):
        n = sum(counts)
        self.assertEqual(n, int(row["n"]))
        self.assert_rounds_to(sum(x * c for x, c in enumerate(counts, 1)) / n, row["mean"])
        self.assert_rounds_to(100 * sum(counts[3:]) / n, row["top2_pct"])

    def year(self, year):
        totals = self.totals(year)
        self.assert_total(self.pooled(year, "csat"), totals["CSAT_overall_1to5"])
        self.assert_total(self.pooled(year, "ces"), totals["EASE_find_way_1to5"])
        self.assert_total(self.pooled(year, "ces", "security"), totals["EASE_security_1to5"])

    def test_2014(self):
        self.year(2014)

    def test_2015(self):
        self.year(2015)

    def test_2016(self):
        self.year(2016)

    def test_2017(self):
        self.year(2017)
        counts = self.pooled(2017, "csat")
        self.assert_rounds_to(sum(x * c for x, c in enumerate(counts, 1)) / sum(counts), "4.064360119")

    def test_2017_nps(self):
        rows = read_rows("sfo-airport-customer-survey/sfo-2017.csv.gz")
        board = self.mapped("sfo-2017", "sfo-airport-customer-survey/sfo-2017.csv.gz",
                            self.document(2017, rows, "find"), "--field", "--metric", "nps")
        kinds = [sum(s["nps"][kind] or 0 for s in board["standings"]) for kind in ("promoters", "passives",
                                                                                 "detractors")]
        self.assertEqual(kinds, [1436, 968, 342])
        self.assert_rounds_to(100 * (kinds[0] - kinds[2]) / sum(kinds), "39.839767")


class Carpentries(MappedCase):
    needs = "carpentries-nps"
    QUESTIONS = [question("nps", 0, 10, "nps"), question("career", 1, 5)]

    def nps(self, mapping, place, companies):
        board = self.mapped(mapping, f"carpentries-nps/{place}", programme(companies, self.QUESTIONS), "--sector", "all",
                            "--metric", "nps")
        self.assertNotIn("rejected", self.said)
        return {s["company"]["code"]: [s["nps"][kind] for kind in ("promoters", "passives", "detractors", "nps")]
                for s in board["standings"]}

    def test_2020_by_kind_of_workshop(self):
        codes = ("software", "data", "library", "unknown", "none")
        got = self.nps("carpentries-2020-03", "longterm-2020-03.csv", {code: code for code in codes})
        for code, counts, printed in (("software", [41, 15, 5], "59.016393"), ("data", [45, 14, 4], "65.079365"),
                                      ("library", [4, 0, 0], "100"), ("unknown", [3, 3, 0], "50")):
            self.assertEqual(got[code][:3], counts, code)
            self.assert_rounds_to(got[code][3], printed)
        whole = [sum(got[code][kind] or 0 for code in codes) for kind in range(3)]
        self.assertEqual(whole, [93, 32, 9])
        self.assert_rounds_to(100 * (whole[0] - whole[2]) / sum(whole), "63")

    def test_2017(self):
        got = self.nps("carpentries-2017-07", "longterm-2017-07.csv", {"carpentries": "The Carpentries"})
        self.assertEqual(got["carpentries"][:3], [215, 118, 69])
        self.assert_rounds_to(got["carpentries"][3], "36.318408")

    def test_2017_words_of_a_scale(self):
        """79 agree strongly, 18 disagree so."""
        ratings = self.ratings("carpentries-2017-07", "carpentries-nps/longterm-2017-07.csv",
                               programme({"carpentries": "The Carpentries"}, self.QUESTIONS))
        self.assertEqual(ratings["career"]["distribution"], [18, 29, 104, 179, 79])


class GsaTouchpoints(MappedCase):
    """A federal form's answers in the layout its upload takes, with a byte order mark."""
    needs = "webhook-samples"

    def test_all_rows_and_every_checkbox(self):
        place = "webhook-samples/gsa-touchpoints/sample_cx_responses_upload_with_bom.csv"
        boxes = ("effectiveness", "ease", "efficiency", "transparency", "humanity", "employee")
        ratings = self.ratings("gsa-touchpoints", place, programme({"office": "An office"}, [
            question(code, 0, 1) for code in ("satisfied", *boxes)]))
        rows = read_rows(place)
        self.assertNotIn("rejected", self.said)
        for code in boxes:
            yes = sum(row[f"positive_{code}"] == "1" for row in rows)
            self.assertEqual(ratings[code]["distribution"], [len(rows) - yes, yes], code)


class CncfCloudNative(MappedCase):
    """Import torture files: the clean one is taken, the others are refused for what is wrong with them."""
    needs = "cncf-cloud-native-dirty"
    DOCUMENT = programme({"cncf": "CNCF"}, [question("recommend", 1, 7), question("community", 1, 5)])

    def test_2019_is_clean(self):
        ratings = self.ratings("cncf-cloud-2019", "cncf-cloud-native-dirty/2019.csv.gz", self.DOCUMENT)
        self.assertEqual(ratings["recommend"]["distribution"], [4, 14, 19, 47, 143, 528, 582])

    def test_2018_rows_that_are_shifted_are_refused_and_the_others_counted(self):
        ratings = self.ratings("cncf-cloud-2018", "cncf-cloud-native-dirty/2018.csv.gz", self.DOCUMENT, status=6)
        head, _, *lines = read_lines("cncf-cloud-native-dirty/2018.csv.gz")
        at = head.index("How likely would you be to recommend CNCF technologies?")
        words = {label.lower(): int(code) for code, labels in json.loads(
            (MAPPINGS / "cncf-cloud-2018.json").read_text(encoding="utf-8"))["columns"]["recommend"]["labels"].items()
                 for label in labels}
        good = [line for line in lines if (line[at] == "" or line[at].lower() in words) and
                line[at + 1] in ("", "1", "2", "3", "4", "5")]
        bad = len(lines) - len(good)
        self.assertIn(f"{len(lines)} rows, {len(good)} counted, 0 duplicates, {bad} rejected", self.said)
        self.assertIn("unknown_label", self.said)
        self.assertGreater(bad, 480)
        counts = Counter(words[line[at].lower()] for line in good if line[at])
        self.assertEqual(ratings["recommend"]["distribution"], [counts[x] for x in range(1, 8)])

    def test_2020_h1_is_no_utf_8_and_has_more_columns_than_a_file_may(self):
        place = "cncf-cloud-native-dirty/2020-h1.csv.gz"
        self.mapped("cncf-cloud-2019", place, self.DOCUMENT, "--field", status=1)
        self.assertIn("the file's encoding declared", self.said)
        self.mapped("cncf-cloud-2020-h1", place, self.DOCUMENT, "--field", status=1)
        self.assertIn("512", self.said)

    def test_a_file_of_other_columns_is_refused_whole(self):
        self.mapped("cncf-2020-h2", "cncf-cloud-native-dirty/2019.csv.gz", CncfMaintainers.DOCUMENT, "--field",
                    status=1)
        self.assertIn("missing_column", self.said)
        self.assertIn("are not those of the mapping", self.said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
