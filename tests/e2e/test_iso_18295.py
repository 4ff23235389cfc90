"""The audit: conformity shares, measured figures, and a pass that no average can buy."""
import unittest

from programme_files import ProgrammeCase

MAJOR = "0"


class Iso18295(ProgrammeCase):
    NAME = "iso-18295"

    def majors(self, wave):
        """Parties with a major nonconformity, by this test's reading of the rows."""
        instrument = next(i for i in self.document["instruments"]
                          if i["code"] == self.rows[wave].wave["instrument"])
        found = {}
        for row in self.rows[wave].rows:
            for item in instrument["items"]:
                said = row[item["code"]]
                rule = item.get("measured")
                if said and (said == MAJOR if not rule else rule["missed"] == "major" and
                             float(said) < rule["at_least"]):
                    found[row["company"]] = found.get(row["company"], 0) + 1
        return found

    def test_the_committed_files_are_what_the_generator_makes(self):
        self.assert_generator_makes_what_is_committed()

    def test_the_boards_of_every_wave_are_the_conformity_shares_of_their_rows(self):
        for code in self.waves:
            with self.subTest(code):
                self.assert_boards_are_the_rows(code)

    def test_centre_and_client_are_audited_against_parts_of_their_own(self):
        parts = {w["code"]: w["instrument"] for w in self.document["waves"]}
        self.assertEqual(parts, {"2023-centres": "part-1", "2023-clients": "part-2",
                                 "2024-centres": "part-1"})
        self.assertFalse(set(self.rows["2023-centres"].mean) & set(self.rows["2023-clients"].mean))

    def test_a_key_figure_is_worth_its_point_only_within_its_limit(self):
        rows = {r["result_id"]: r for r in self.rows["2023-centres"].rows}
        item = next(i for i in self.document["instruments"][0]["items"] if i["code"] == "figure-5")
        self.assertEqual(item["measured"]["at_most"], 5)
        met = {r["company"]: float(r["figure-5"]) <= 5 for r in rows.values() if r["figure-5"]}
        self.assertEqual(len(met), 10)
        self.assertEqual(len(set(met.values())), 2)
        for company, good in met.items():
            said = self.waves["2023-centres"].get(f"/companies/{company}").json
            figure = next(i for i in said["items"] if i["item"]["code"] == "figure-5")
            self.assertEqual((figure["n"], figure["points_percent"]), (1, 100 if good else 0), company)

    def test_a_centre_with_99_percent_and_one_major_does_not_pass(self):
        mean, majors = self.rows["2023-centres"].mean, self.majors("2023-centres")
        self.assertEqual((round(float(mean["OC07"])), majors["OC07"]), (99, 1))
        passed = {c for c in mean if mean[c] >= 95 and c not in majors}
        self.assertNotIn("OC07", passed)
        self.assertEqual(self.winners("2023-centres", "pass"), passed)
        self.assertIn("OC07", self.winners("2023-centres", "conformity"))
        self.assertNotIn("OC07", self.winners("2023-centres", "no_open_major"))
        self.assertTrue(all(mean[c] < mean["OC07"] for c in passed & {"OC01", "OC02", "OC06"}))

    def test_the_same_centre_passes_when_the_major_is_closed(self):
        self.assertNotIn("OC07", self.majors("2024-centres"))
        self.assertGreaterEqual(self.rows["2024-centres"].mean["OC07"], 95)
        self.assertIn("OC07", self.winners("2024-centres", "pass"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
