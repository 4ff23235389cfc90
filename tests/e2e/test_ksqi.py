"""The call-centre survey with a line at 90: who stands over it, who rose and fell."""
import unittest
from collections import Counter
from fractions import Fraction

from programme_files import ProgrammeCase

LINE = 90


class Ksqi(ProgrammeCase):
    NAME = "ksqi"

    def running(self, last, rows=None):
        """Waves running that each company is at the line, up to `last`, by this test's rows."""
        counts = Counter()
        for year in range(2008, last + 1):
            over = (rows or self.rows)[str(year)].at_least(LINE)
            counts = Counter({c: counts[c] + 1 for c in over})
        return counts

    def over_line_on_boards(self, wave):
        # Unrounded, hundredths of a mean of whole hundredths.
        return {c for c, s in self.standings(wave).items()
                if Fraction(s["score"]["mean"]).limit_denominator(100 * s["n"]) >= LINE}

    def test_the_committed_files_are_what_the_generator_makes(self):
        self.assert_generator_makes_what_is_committed()

    def test_the_boards_of_every_wave_are_the_means_of_their_rows(self):
        for code in self.waves:
            with self.subTest(code):
                self.assert_boards_are_the_rows(code)

    def test_a_wave_is_27600_calls_100_to_each_of_276_companies_of_48_industries(self):
        for year in ("2020", "2021"):
            rows = self.rows[year]
            calls = Counter(r["company"] for r in rows.rows)
            self.assertEqual((len(rows.rows), len(rows.sectors), len(calls), set(calls.values())),
                             (27600, 48, 276, {100}))
            self.assertEqual(self.waves[year].get("/sectors").json["overall"]["contacts_all"], 27600)

    def test_in_2020_113_companies_are_at_or_above_90(self):
        self.assertEqual(len(self.rows["2020"].at_least(LINE)), 113)
        self.assertEqual(self.over_line_on_boards("2020"), self.rows["2020"].at_least(LINE))
        self.assertEqual(self.winners("2020", "best_call_centre"), self.rows["2020"].at_least(LINE))

    def test_in_2020_9_companies_rose_over_the_line_and_13_fell_below_it(self):
        before, now = (self.over_line_on_boards(year) for year in ("2019", "2020"))
        self.assertEqual((len(now - before), len(before - now)), (9, 13))
        mine = [self.rows[year].at_least(LINE) for year in ("2019", "2020")]
        self.assertEqual([before, now], mine)
        since = self.awards("2020")["best_call_centre"]["since_last_wave"]
        self.assertEqual((since["wave"], since["comparable"]), ("2019", True))
        self.assertEqual((set(since["risen"]), set(since["fallen"])), (now - before, before - now))

    def test_16_industries_are_at_90_or_more_in_2020_and_19_the_year_before(self):
        found = {}
        for year in ("2019", "2020"):
            said = self.waves[year].get("/sectors").json["sectors"]
            for sector in said:
                self.assertAlmostEqual(sector["summary"]["mean_of_companies"],
                                       float(self.rows[year].sector_mean(sector["sector"]["code"])), 9)
            found[year] = sum(s["summary"]["mean_of_companies"] >= LINE for s in said)
        self.assertEqual(found, {"2019": 19, "2020": 16})
        award = self.awards("2020")["best_call_centre"]
        self.assertEqual((award["sectors"]["reaching"], award["since_last_wave"]["sectors"]["reaching"]),
                         (16, 19))

    def test_the_overall_index_of_2020_is_88_9_after_89_3(self):
        for year, index in (("2019", 89.3), ("2020", 88.9)):
            said = self.waves[year].get("/sectors").json["overall"]["mean_of_companies"]
            self.assertAlmostEqual(said, float(self.rows[year].overall()), 9)
            self.assertEqual(round(said, 1), index)

    def test_89_995_is_shown_as_90_0_and_is_below_the_line_and_90_is_at_it(self):
        means = self.rows["2021"].mean
        short = next(c for c, m in means.items() if m == Fraction(89995, 1000))
        at = next(c for c, m in means.items() if m == LINE)
        self.assertIn(at, self.over_line_on_boards("2021"))
        self.assertNotIn(short, self.over_line_on_boards("2021"))
        self.assertIn(at, self.winners("2021", "best_call_centre"))
        self.assertNotIn(short, self.winners("2021", "best_call_centre"))

    def test_one_company_is_at_the_line_for_the_13th_wave_running_and_one_for_the_14th(self):
        counts = Counter(self.running(2021).values())
        self.assertEqual((counts[13], counts[14]), (1, 1))
        said = {w["company"]["code"]: w["times"] for w in
                self.awards("2021")["thirteen_running"]["winners"]}
        self.assertEqual(said, {c: n for c, n in self.running(2021).items() if n >= 13})
        self.assertEqual(self.winners("2020", "thirteen_running"), {c for c, n in said.items() if n == 14})

    def test_a_missed_wave_and_a_wave_below_the_line_end_a_run(self):
        counts = self.running(2021)
        missed = next(c for c in self.rows["2015"].mean if c not in self.rows["2016"].mean)
        below = next(c for c in self.rows["2013"].mean if c not in self.rows["2013"].at_least(LINE)
                     and c in self.rows["2012"].at_least(LINE))
        self.assertEqual((counts[missed], counts[below]), (5, 8))

    def test_the_only_ones_of_their_industry_at_the_line_are_told(self):
        rows = self.rows["2021"]
        over = rows.at_least(LINE)
        alone = [over.intersection(group) for group in rows.sectors.values()]
        self.assertEqual(self.winners("2021", "only_one"), set().union(*(a for a in alone if len(a) == 1)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
