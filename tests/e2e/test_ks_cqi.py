"""The contact-service index: two surveys in one figure, and a rule that changed."""
import unittest

from programme_files import ProgrammeCase

LINE = 75


class KsCqi(ProgrammeCase):
    NAME = "ks-cqi"

    def index(self, year):
        calls, customers = (self.rows[f"{year}-{of}"].mean for of in ("calls", "customers"))
        return {c: (calls[c] + customers[c]) / 2 for c in calls}

    def certified(self, year):
        """The first of an industry until 2019, everybody at the line since, by this test's rows."""
        index = self.index(year)
        if year >= 2020:
            return {c for c in index if index[c] >= LINE}
        groups = self.rows[f"{year}-calls"].sectors.values()
        return {c for group in groups for c in group if index[c] == max(index[g] for g in group)}

    def test_the_committed_files_are_what_the_generator_makes(self):
        self.assert_generator_makes_what_is_committed()

    def test_the_boards_of_every_wave_are_the_means_of_their_rows(self):
        for code in self.waves:
            with self.subTest(code):
                self.assert_boards_are_the_rows(code)

    def test_until_2019_the_first_is_certified_and_since_2020_everybody_at_75(self):
        for year in range(2012, 2022):
            self.assertEqual(self.winners(f"{year}-calls", "certified"), self.certified(year), year)
        self.assertEqual([len(self.certified(y)) for y in (2019, 2020, 2021)], [3, 6, 6])

    def test_ten_years_certified_under_either_rule_lead_into_the_hall_of_fame(self):
        always = set.intersection(*(self.certified(y) for y in range(2012, 2022)))
        self.assertEqual(always, {"N1"})
        won = self.awards("2021-calls")["hall_of_fame"]["winners"]
        self.assertEqual([(w["company"]["code"], w["times"]) for w in won], [("N1", 10)])
        self.assertEqual(self.winners("2020-calls", "hall_of_fame"), set())


if __name__ == "__main__":
    unittest.main(verbosity=2)
