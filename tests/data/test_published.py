#!/usr/bin/env python3
"""Real answers give the numbers that others published of them.

Each test says whose number it is. The data stand in the shared folder, each with its SOURCE.md.
"""
import json
import pathlib
import re
import unittest
from collections import Counter

from published import DataCase, programme, question, read_lines, read_rows


class CncfMaintainers2020H2(DataCase):
    """SurveyMonkey's own summary of the survey, 2020-h2-published-summary.csv."""
    needs = "cncf-maintainer-surveys"
    folder = "cncf-maintainer-surveys/"

    def summary(self):
        """Question -> counts of 1..10, N/A, weighted average as printed."""
        made, title, heads = {}, None, None
        for line in read_lines(self.folder + "2020-h2-published-summary.csv"):
            asked = re.match(r"Q\d+\. (.*)", line[0], re.DOTALL)
            title = asked.group(1) if asked else title
            heads = line if line[:2] == ["Answer Choices", "1"] else heads
            if line[0] == "star":
                row = dict(zip(heads, line))
                made[title] = ([int(row[str(x)]) for x in range(1, 11)], int(row.get("N/A", 0)),
                               row["Weighted Average"])
        return made

    def test_counts_and_weighted_averages_of_all_rated_questions(self):
        head, _, *answers = read_lines(self.folder + "2020-h2.csv.gz")
        summary = self.summary()
        columns = {title: head.index(title) for title in summary}
        codes = {title: f"c{number}" for title, number in columns.items()}
        document = programme(["cncf"], [question(code, 1, 10, no_answer=["N/A"]) for code in codes.values()])
        rows = [{"company": "cncf", "channel": "web", **{codes[t]: line[c] for t, c in columns.items()}}
                for line in answers]
        answer = self.board(document, rows, "--company", "cncf")
        got = {entry["question"]["code"]: entry["rating"] for entry in answer["questions"]}
        self.assertEqual(len(summary), 13)
        for title, (counts, left_out, average) in summary.items():
            rating = got[codes[title]]
            self.assertEqual(rating["distribution"], counts, title)
            self.assertEqual((rating["n"], rating["n_missing"]), (sum(counts), left_out), title)
            self.assert_rounds_to(rating["mean"], average)

    def test_satisfaction_83_and_response_92_percent(self):
        """CNCF's table of averages: mean of 1..10 times ten."""
        for asked, printed in (("overall support", "83"), ("staff responded", "92")):
            counts = next(counts for title, (counts, _, _) in self.summary().items() if asked in title.replace("\xa0", " "))
            document = programme(["cncf"], [question("r", 1, 10)])
            rows = [{"company": "cncf", "channel": "web", "r": value + 1}
                    for value, count in enumerate(counts) for _ in range(count)]
            answer = self.board(document, rows, "--company", "cncf")
            self.assert_rounds_to(answer["questions"][0]["rating"]["mean"] * 10, printed)


class CarpentriesNps(DataCase):
    """"The NPS for our workshops according to the long-term survey is 63" (report of 2020-01)."""
    needs = "carpentries-nps"
    NPS = [question("nps", 0, 10, "nps", no_answer=["NA"])]

    def nps_by(self, place, group, column):
        rows = read_rows("carpentries-nps/" + place)
        groups = {name: f"g{i}" for i, name in enumerate(dict.fromkeys(row[group] for row in rows))} if group else {}
        document = programme(list(groups.values()) or ["all"], self.NPS)
        results = [{"company": groups[row[group]] if group else "all", "channel": "web", "nps": row[column]}
                   for row in rows]
        board = self.board(document, results, "--sector", "all", "--metric", "nps")
        names = {code: name for name, code in groups.items()} or {"all": "all"}
        return {names[s["company"]["code"]]: s["nps"] for s in board["standings"]}

    def counts(self, nps):
        return nps["promoters"], nps["passives"], nps["detractors"]

    def test_63(self):
        nps = self.nps_by("longterm-2020-03.csv", None, "recommendation_score")["all"]
        self.assertEqual(self.counts(nps), (93, 32, 9))
        self.assert_rounds_to(nps["nps"], "63")
        self.assert_rounds_to(nps["nps"], "62.686567")

    def test_by_kind_of_workshop(self):
        got = self.nps_by("longterm-2020-03.csv", "workshop_attended_type", "recommendation_score")
        for name, counts, printed in (("Software", (41, 15, 5), "59.016393"), ("Data", (45, 14, 4), "65.079365"),
                                      ("Library", (4, 0, 0), "100"), ("I don", (3, 3, 0), "50")):
            nps = next(nps for kind, nps in got.items() if kind.startswith(name))
            self.assertEqual(self.counts(nps), counts, name)
            self.assert_rounds_to(nps["nps"], printed)

    def test_2017(self):
        nps = self.nps_by("longterm-2017-07.csv", None, "Likely-To-Recommend")["all"]
        self.assertEqual(self.counts(nps), (215, 118, 69))
        self.assert_rounds_to(nps["nps"], "36.318408")


class NpsPackage(DataCase):
    """Test data and reference values of the R package NPS."""
    needs = "nps-package-testdata"

    def nps_by(self, column):
        rows = read_rows("nps-package-testdata/testdata.csv")
        groups = dict.fromkeys(row[column] for row in rows) if column else ["all"]
        results = [{"company": row[column] if column else "all", "channel": "web", "nps": row["REC"]} for row in rows]
        board = self.board(programme(groups, [question("nps", 0, 10, "nps")]), results, "--sector", "all",
                           "--metric", "nps")
        return {s["company"]["code"]: s["nps"] for s in board["standings"]}

    def test_all(self):
        nps = self.nps_by(None)["all"]
        self.assertEqual((nps["promoters"], nps["passives"], nps["detractors"]), (462, 176, 362))
        self.assert_rounds_to(nps["nps"], "10.0")
        self.assert_rounds_to(nps["se"], "2.853069")

    def test_by_unit_and_region(self):
        for column, printed in (("BU", {"Apples": "14.8", "Oranges": "7.6", "Bananas": "9.6", "Berries": "8.0"}),
                                ("Region", {"NAM": "11.0454", "EMEA": "4.2471", "APAC": "23.0216",
                                            "LATAM": "1.0526"})):
            got = self.nps_by(column)
            for name, number in printed.items():
                self.assert_rounds_to(got[name]["nps"], number)

    def test_reference_values(self):
        for row in read_rows("nps-package-testdata/nps-oracles.csv"):
            counts = {5: int(row["detractors"]), 8: int(row["passives"]), 9: int(row["promoters"])}
            results = [{"company": "a", "channel": "web", "nps": value}
                       for value, count in counts.items() for _ in range(count)]
            nps = self.board(programme(["a"], [question("nps", 0, 10, "nps")]), results, "--sector", "all",
                             "--metric", "nps")["standings"][0]["nps"]
            self.assertEqual(nps["n"], int(row["n"]))
            self.assert_rounds_to(nps["nps"], row["nps"])
            self.assert_rounds_to(nps["variance"], row["variance_unit_scale"])
            self.assert_rounds_to(nps["se"], row["se_points"])


class EcsiMobile(DataCase):
    """mobi of the R package semPLS: column means as given, index of CUSA1 77.64."""
    needs = "ecsi-mobile-phone"
    MEANS = {"CUSA1": "7.988", "CUSA2": "7.128", "CUSA3": "7.316", "CUSL1": "7.452", "CUSL2": "4.988",
             "CUSL3": "7.668", "PERQ1": "7.944", "IMAG1": "7.640", "PERV1": "6.156", "CUSCO": "7.068"}

    def test_means_and_index(self):
        rows = read_rows("ecsi-mobile-phone/mobi.csv")
        items = list(rows[0])
        answer = self.board(programme(["mobi"], [question(item, 1, 10) for item in items]),
                            [{"company": "mobi", "channel": "web", **row} for row in rows], "--company", "mobi")
        got = {entry["question"]["code"]: entry["rating"] for entry in answer["questions"]}
        self.assertEqual((len(rows), len(items)), (250, 24))
        for item in items:
            mean = sum(int(row[item]) for row in rows) / len(rows)
            self.assertAlmostEqual(got[item]["mean"], mean, delta=1e-12)
        for item, printed in self.MEANS.items():
            self.assert_rounds_to(got[item]["mean"], printed)
        self.assert_rounds_to(got["CUSA1"]["score_0_100"], "77.64")


class UniverOrientation(DataCase):
    """totals-computed.csv: mean, sd and boxes of 13 faculties by R."""
    needs = "univer-orientation-service"
    ITEMS = ("informat", "willingn", "officeho", "compete", "global")

    def given(self):
        """Each item as a question with the two highest answers good, and as one with the three."""
        rows = read_rows("univer-orientation-service/univer.csv")
        questions = [question(item + suffix, 1, 7, "ces" if item + suffix == "global3" else "other", good_from=least)
                     for item in self.ITEMS for suffix, least in (("2", 6), ("3", 5))]
        results = [{"company": row["faculty"], "channel": "web",
                    **{item + suffix: row[item] for item in self.ITEMS for suffix in "23"}} for row in rows]
        return programme(sorted({row["faculty"] for row in rows}), questions), results

    def test_every_faculty_and_item(self):
        document, results = self.given()
        answers = {faculty["code"]: self.board(document, results, "--company", faculty["code"])
                   for faculty in document["companies"]}
        merged = json.loads(json.dumps(document))
        merged["companies"] = [{"code": "all"}]
        merged["waves"][0]["sectors"][0]["companies"] = ["all"]
        answers["all"] = self.board(merged, [row | {"company": "all"} for row in results], "--company", "all")
        table = read_rows("univer-orientation-service/totals-computed.csv")
        self.assertEqual(len(table), 14 * len(self.ITEMS))
        for row in table:
            got = {entry["question"]["code"]: entry["rating"] for entry in answers[row["faculty"]]["questions"]}
            top2, top3 = got[row["item"] + "2"], got[row["item"] + "3"]
            self.assertEqual(top2["n"], int(row["n"]))
            self.assert_rounds_to(top2["mean"], row["mean"])
            self.assert_rounds_to(top2["sd"], row["sd_n1"])
            self.assert_rounds_to(top2["good_percent"], row["top2_pct_6to7"])
            self.assert_rounds_to(top3["good_percent"], row["top3_pct_5to7"])

    def test_the_order_of_faculties(self):
        board = self.board(*self.given(), "--sector", "all", "--metric", "ces")
        order = [s["company"]["code"] for s in board["standings"]]
        self.assertEqual(order[:5], ["2", "5", "8", "1", "7"])
        self.assertEqual(order[-2:], ["6", "13"])
        self.assertEqual([s["rank"] for s in board["standings"]], list(range(1, 14)))


class InstEval(DataCase):
    """lme4's InstEval: totals of 73,421 ratings, and fits by lme4 (insteval_fits.R)."""
    needs = "insteval-eth"

    def test_totals(self):
        rows = read_rows("insteval-eth/InstEval.csv.gz")
        document = programme(sorted({row["d"] for row in rows}), [question("y", 1, 5, "csat")], ("0", "1"))
        answer = self.board(document, [{"company": row["d"], "channel": row["service"], "shopper": row["s"],
                                        "y": row["y"]} for row in rows], "--all-sectors")
        csat = answer["overall"]["pool"]["csat"]
        self.assertEqual(csat["distribution"], [10186, 12951, 17609, 16921, 15754])
        self.assertEqual(answer["overall"]["companies_tested"], 1128)
        self.assert_rounds_to(csat["csat_mean"], "3.205745")
        self.assert_rounds_to(csat["sd"], "1.333331")

    def test_severity_of_students_by_department(self):
        """y ~ 0 + d + (1 | s), REML: lme4's standard deviations, effects and adjusted means."""
        fits = json.loads((pathlib.Path(__file__).parent / "insteval_fits.json").read_text(encoding="ascii"))
        rows = read_rows("insteval-eth/InstEval.csv.gz")
        self.assertGreater(len(fits["departments"]), 2)
        for dept, fit in fits["departments"].items():
            mine = [row for row in rows if row["dept"] == dept]
            lecturers = {code: i for i, code in enumerate(sorted({row["d"] for row in mine}))}
            students = {code: i for i, code in enumerate(sorted({row["s"] for row in mine}))}
            head, *lines = self.stats([(lecturers[row["d"]], students[row["s"]], row["y"]) for row in mine],
                                      "severity")
            effects, adjusted = lines[:len(students)], lines[len(students):]
            self.assertAlmostEqual(head["shopper_sd"], fit["student_sd"], delta=1e-4)
            self.assertAlmostEqual(head["residual_sd"], fit["residual_sd"], delta=1e-4)
            self.assertEqual(set(fit["students"]), set(students) & set(fit["students"]))
            for code, effect in fit["students"].items():
                self.assertAlmostEqual(effects[students[code]]["effect"], effect, delta=1e-4)
            self.assertEqual(set(fit["lecturers"]), set(lecturers))
            for code, mean in fit["lecturers"].items():
                self.assertAlmostEqual(adjusted[lecturers[code]]["adjusted"], mean, delta=1e-4)


class RaterAgreement(DataCase):
    """Coefficients of textbooks, as the R packages irr, irrCAC and psych give them."""
    needs = "rater-agreement-small"

    def table(self, name, skip=0):
        return [[int(cell) if cell else None for cell in line[skip:]]
                for line in read_lines(f"rater-agreement-small/{name}.csv")[1:]]

    def icc(self, name):
        return self.stats(self.table(name), "icc")[0]

    def test_krippendorffs_data_c(self):
        for metric, printed in (("nominal", "0.743421"), ("ordinal", "0.815388"), ("interval", "0.849107")):
            self.assert_rounds_to(self.stats(self.table("krippendorff-c"), "alpha", metric)[0]["alpha"], printed)

    def test_the_same_units_in_irr_cac(self):
        got = self.stats(self.table("irrcac-cac.raw4raters", 1), "alpha", "interval")[0]["alpha"]
        self.assert_rounds_to(got, "0.84911")

    def test_shrout_and_fleiss_1979(self):
        icc = self.icc("shrout-fleiss-1979")
        for name, printed in (("a1", "0.289764"), ("c1", "0.714841"), ("ak", "0.620051"), ("ck", "0.909316")):
            self.assert_rounds_to(icc[name], printed)

    def test_anxiety(self):
        icc = self.icc("anxiety")
        for name, printed in (("a1", "0.197998"), ("a1_lower", "-0.038911"), ("a1_upper", "0.493574"),
                              ("ak", "0.425499"), ("c1", "0.216049")):
            self.assert_rounds_to(icc[name], printed)


class CsranksPisa(DataCase):
    """PISA 2018 mathematics: rank confidence sets of the R package csranks, which simulates."""
    needs = "csranks-pisa"

    def given(self):
        table = read_rows("csranks-pisa/pisa2018-math-rank-sets-computed.csv")
        return table, self.stats([(row["math_score"], row["math_se"]) for row in table], "ranks")

    def test_ranks(self):
        for row, got in zip(*self.given()):
            self.assertEqual(got["rank"], int(row["rank"]), row["jurisdiction"])

    def test_sets_hold_those_of_csranks_and_are_little_wider(self):
        """csranks simulates its critical values and steps down, which shortens sets; ours (the
        studentized range; Holm) never miss one of its ranks, and reach at most two further."""
        table, answers = self.given()
        self.assertEqual(len(table), 38)
        furthest = 0
        for row, got in zip(table, answers):
            for low, high, theirs in (("lower", "upper", "simul95"), ("marginal_lower", "marginal_upper", "marg95")):
                below, above = int(row["L_" + theirs]) - got[low], got[high] - int(row["U_" + theirs])
                self.assertGreaterEqual(min(below, above), 0, f"{row['jurisdiction']} {theirs}")
                furthest = max(furthest, below, above)
        self.assertLessEqual(furthest, 2)

    def test_the_vignette(self):
        """Published: the first six in order, the United Kingdom 13th with the set 8 to 23, within one rank
        (its own text and printout differ by one)."""
        table, answers = self.given()
        by_name = {row["jurisdiction"]: got for row, got in zip(table, answers)}
        best = sorted(by_name, key=lambda name: by_name[name]["rank"])[:6]
        self.assertEqual(best, ["Japan", "Korea", "Estonia", "Netherlands", "Poland", "Switzerland"])
        britain = by_name["United Kingdom"]
        self.assertEqual(britain["rank"], 13)
        self.assertLessEqual(abs(britain["marginal_lower"] - 8), 1)
        self.assertLessEqual(abs(britain["marginal_upper"] - 23), 1)
        self.assertEqual(Counter(got["rank"] for got in answers).most_common(1)[0][1], 1)


if __name__ == "__main__":
    unittest.main()
