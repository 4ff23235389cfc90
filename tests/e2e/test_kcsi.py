"""The customer satisfaction index: Top-2 shares, two formulas, runs of first places."""
import unittest
from collections import Counter

from programme_files import ProgrammeCase

RENAMED = {"M1N": "M1"}


class Kcsi(ProgrammeCase):
    NAME = "kcsi"

    def first(self, year):
        """Of each industry, by this test's rows."""
        rows = self.rows[str(year)]
        return {i: rows.first(i) for i in rows.sectors}

    def wins(self, last):
        """First places in all up to a wave, a renamed company's under its first code."""
        return Counter(RENAMED.get(c, c) for year in range(1998, last + 1)
                       for who in self.first(year).values() for c in who)

    def test_the_committed_files_are_what_the_generator_makes(self):
        self.assert_generator_makes_what_is_committed()

    def test_the_boards_of_all_24_waves_are_the_means_of_their_rows(self):
        self.assertEqual(len(self.waves), 24)
        for code in self.waves:
            with self.subTest(code):
                self.assert_boards_are_the_rows(code)

    def test_only_6_and_7_of_seven_points_count(self):
        for instrument in self.document["instruments"]:
            for item in instrument["items"]:
                if item.get("scored", True):
                    worth = {o["answer"]: o["points"] for o in item["options"]}
                    self.assertEqual({a for a, p in worth.items() if p > 0}, {6, 7})
                    self.assertEqual((set(worth), worth[6]), (set(range(1, 8)), worth[7]))

    def test_the_index_is_40_40_20_until_2010_and_30_50_20_since_with_a_marked_break(self):
        weights = {i["code"]: [a["weight"] for a in i["areas"]] for i in self.document["instruments"]}
        for wave in self.document["waves"]:
            new = wave["code"] >= "2011"
            self.assertEqual(weights[wave["instrument"]], [30, 50, 20] if new else [40, 40, 20])
            self.assertEqual("series_break" in wave, wave["code"] == "2011")

    def test_an_index_is_the_weighted_sum_of_its_top_2_shares(self):
        rows = [r for r in self.rows["2021"].rows if r["company"] == "P1"]

        def share(item):
            return sum(r[item] in "67" for r in rows) / len(rows)
        elements = 0.30 * share("product") + 0.45 * share("service") + 0.25 * share("image")
        index = 30 * share("satisfied") + 50 * elements + 20 * share("again")
        self.assertAlmostEqual(self.standings("2021")["P1"]["score"]["mean"], index, 9)

    def test_one_parcel_company_is_first_for_the_24th_wave_running(self):
        self.assertEqual([self.first(y)["parcel"] for y in range(1998, 2022)], [{"P1"}] * 24)
        won = self.awards("2021")["twenty_four_running"]["winners"]
        self.assertEqual([(w["company"]["code"], w["times"]) for w in won], [("P1", 24)])
        self.assertEqual(self.winners("2020", "twenty_four_running"), set())

    def test_two_hypermarkets_share_the_first_rank_of_2012(self):
        self.assertEqual(self.first(2012)["hypermarkets"], {"H2", "H4"})
        board = self.waves["2012"].get("/standings?sector=hypermarkets").json["standings"]
        self.assertEqual({s["company"]["code"] for s in board if s["rank"] == 1}, {"H2", "H4"})
        shared = [w for w in self.awards("2012")["first"]["winners"] if w["joint"] > 1]
        self.assertEqual({w["company"]["code"] for w in shared}, {"H2", "H4"})

    def test_the_fifth_first_place_of_a_renamed_company_is_that_of_the_last_wave(self):
        self.assertEqual(self.first(2021)["mobile"], {"M1N"})
        self.assertEqual((self.wins(2020)["M1"], self.wins(2021)["M1"]), (4, 5))
        self.assertEqual([s["of"] for s in self.document["successors"] if s["company"] == "M1N"], ["M1"])
        self.assertNotIn("M1N", self.winners("2016", "five_star"))
        won = {w["company"]["code"]: w for w in self.awards("2021")["five_star"]["winners"]}
        self.assertEqual([(w["wave"], w["company"]) for w in won["M1N"]["waves"]],
                         [("1999", "M1"), ("2004", "M1"), ("2012", "M1N"), ("2016", "M1N"), ("2021", "M1N")])

    def test_five_star_are_the_first_ones_of_a_wave_that_are_first_for_the_fifth_time_or_more(self):
        for year in (2002, 2011, 2021):
            first = set().union(*self.first(year).values())
            self.assertEqual(self.winners(str(year), "five_star"),
                             {c for c in first if self.wins(year)[RENAMED.get(c, c)] >= 5}, year)

    def test_the_first_of_every_industry_and_wave_are_awarded(self):
        for year in range(1998, 2022):
            self.assertEqual(self.winners(str(year), "first"), set().union(*self.first(year).values()), year)


if __name__ == "__main__":
    unittest.main(verbosity=2)
