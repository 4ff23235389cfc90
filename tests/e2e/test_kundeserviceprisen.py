"""The customer service prize: its numbers come out of its rows and its boards."""
import datetime
import unittest
from collections import Counter, defaultdict
from fractions import Fraction

from programme_files import ProgrammeCase, Scores, members

SPRING = "2020"
CHANNELS = ("phone", "email", "chat", "messenger")


def shown(counts, cell=5):
    """Channels of a company with enough contacts; none hidden can be found by subtraction."""
    left, hidden = sorted(counts, key=counts.get), []
    while len(counts) > 1 and left and (counts[left[0]] < cell or len(hidden) == 1 or
                                        0 < sum(counts[c] for c in hidden) < cell):
        hidden.append(left.pop(0))
    return left


def channels(company, sectors):
    """Of a member of the wave; all four where the file names none."""
    for sector in sectors:
        for member in sector["companies"]:
            if member == company:
                return set(CHANNELS)
            if isinstance(member, dict) and member["company"] == company:
                return set(member["channels"])
    raise KeyError(company)


class Kundeserviceprisen(ProgrammeCase):
    NAME = "kundeserviceprisen"

    def wave(self, code=SPRING):
        return next(w for w in self.document["waves"] if w["code"] == code)

    def field(self, code=SPRING):
        return self.waves[code].get("/sectors").json

    def test_the_committed_files_are_what_the_generator_makes(self):
        self.assert_generator_makes_what_is_committed()

    def test_the_boards_of_every_wave_are_the_means_of_their_rows(self):
        for code in self.waves:
            with self.subTest(code):
                self.assert_boards_are_the_rows(code)

    def test_23_classes_of_181_centres_plan_4525_contacts_25_a_centre(self):
        wave = self.wave()
        everybody = [c for s in wave["sectors"] for c in members(s)]
        self.assertEqual((len(wave["sectors"]), len(everybody), len(set(everybody))), (23, 181, 181))
        self.assertEqual(wave["planned_contacts"] * len(everybody), 4525)
        self.assertFalse(any("planned_contacts" in c for s in wave["sectors"] for c in s["companies"]
                             if isinstance(c, dict)))

    def test_95_percent_of_the_planned_contacts_were_made(self):
        rows = self.rows[SPRING].rows
        self.assertEqual(round(100 * len(rows) / 4525, 1), 95.0)
        self.assertEqual(self.waves[SPRING].stored(), len(rows))
        said = self.waves[SPRING].get("/fieldwork").json["totals"]
        self.assertEqual((said["planned"], said["made"] + said["review"]["excluded"]), (4525, len(rows)))

    def test_fieldwork_finds_every_contact_that_broke_a_rule(self):
        said = {r["rule"]: r["results"] for r in
                self.waves[SPRING].get("/fieldwork").json["breaches"]["rules"]}
        self.assertEqual(said, {"outside_hours": 7, "shopper_is_customer": 3, "over_limit": 4,
                                "sent_late": 5, "shopper_twice": 0, "shopper_too_often": 0})

    def test_the_contacts_of_a_centre_were_made_by_as_many_shoppers(self):
        by_company = defaultdict(list)
        for row in self.rows[SPRING].rows:
            by_company[row["company"]].append(row["shopper"])
        self.assertEqual(max(map(len, by_company.values())), 25)
        self.assertTrue(all(len(set(s)) == len(s) for s in by_company.values()))

    def test_a_centre_without_a_channel_is_not_asked_there_and_has_25_planned_all_the_same(self):
        made = defaultdict(Counter)
        for row in self.rows["2023-shoppers"].rows:
            made[row["company"]][row["channel"]] += 1
        sectors = self.wave("2023-shoppers")["sectors"]
        lacking = 0
        for company, counts in made.items():
            self.assertEqual(sum(counts.values()), 25, company)
            self.assertEqual(set(counts), channels(company, sectors), company)
            lacking += len(counts) < 4
        self.assertGreater(lacking, 20)
        with_all = {tuple(c[x] for x in CHANNELS)
                    for c in made.values() if len(c) == 4}
        self.assertEqual(with_all, {(9, 6, 5, 5)})
        said = self.waves["2023-shoppers"].get("/fieldwork").json["totals"]
        self.assertEqual([(c["left"], c["over_plan"]) for c in said["channels"]], [(0, 0)] * 4)

    def test_contacts_but_seven_were_made_on_weekdays_from_9_to_15_and_never_on_a_holiday(self):
        late = 0
        for row in self.rows[SPRING].rows:
            at = datetime.datetime.fromisoformat(row["contacted_at"])
            self.assertIn(at.isoweekday(), range(1, 6))
            self.assertNotIn(at.date().isoformat(), self.document["holidays"])
            self.assertTrue("2020-01-06" <= at.date().isoformat() <= "2020-04-30")
            late += not 9 <= at.hour < 15
        self.assertEqual(late, 7)

    def test_an_unanswered_contact_scores_0_and_counts(self):
        company, standing = next((c, s) for c, s in self.standings(SPRING).items()
                                 if s["answered"] < s["n"])
        rows = [r for r in self.rows[SPRING].counted if r["company"] == company]
        self.assertEqual(standing["n"], len(rows))
        self.assertEqual(standing["answered"], sum(r["answered"] == "1" for r in rows))
        self.assertEqual(standing["score"]["min"], 0)
        self.assertAlmostEqual(standing["answered_mean"]["mean"] * standing["answered"],
                               standing["score"]["mean"] * standing["n"], 6)

    def test_a_shopper_who_is_a_customer_does_not_count(self):
        rows = self.rows[SPRING]
        self.assertEqual(len(rows.rows) - len(rows.counted), 3)
        self.assertEqual(self.field()["overall"]["contacts_all"], len(rows.counted))

    def test_the_mean_is_73_9_the_winner_has_92_1_and_the_public_class_is_lowest_with_51_1(self):
        rows, field = self.rows[SPRING], self.field()
        self.assertEqual(round(float(rows.overall()), 1), 73.9)
        self.assertAlmostEqual(field["overall"]["mean_of_companies"], float(rows.overall()), 9)
        self.assertEqual(round(float(max(rows.mean.values())), 1), 92.1)
        self.assertAlmostEqual(field["overall"]["company_max"], float(max(rows.mean.values())), 9)
        lowest = min(field["sectors"], key=lambda s: s["summary"]["mean_of_companies"])
        self.assertEqual(lowest["sector"]["code"], "public")
        self.assertEqual(round(lowest["summary"]["mean_of_companies"], 1), 51.1)

    def test_the_nps_of_the_field_is_minus_21(self):
        said = [int(r["nps"]) for r in self.rows[SPRING].counted if r["nps"]]
        nps = Fraction(100 * (sum(x >= 9 for x in said) - sum(x <= 6 for x in said)), len(said))
        self.assertEqual(round(float(nps)), -21)
        self.assertAlmostEqual(self.field()["overall"]["pool"]["nps"]["nps"], float(nps), 9)
        for company, standing in self.standings(SPRING).items():
            self.assertTrue(-100 <= standing["nps"]["nps"] <= 100, company)

    def test_waiting_time_is_an_area_apart_since_2021_of_about_5_percent(self):
        areas = {i["code"]: [a["code"] for a in i["areas"]] for i in self.document["instruments"]}
        self.assertEqual(areas["2020"], ["welcome", "agent", "overall"])
        self.assertEqual(areas["2021"], ["wait", "welcome", "agent", "overall"])
        self.assertTrue(self.wave("2021")["series_break"]["reason"]["en"])
        for channel in CHANNELS:
            points = Counter()
            for item in next(i for i in self.document["instruments"] if i["code"] == "2021")["items"]:
                if item.get("scored", True) and channel in item["channels"]:
                    points[item["area"]] += max(o["points"] for o in item["options"])
            self.assertEqual(points, {"wait": 5, "welcome": 17, "agent": 50, "overall": 28}, channel)

    def test_2023_has_4900_results_of_shoppers_and_15569_of_customers_of_196_centres(self):
        counts = {c: (self.field(c)["overall"]["contacts_all"], self.field(c)["overall"]["companies"],
                      len(self.field(c)["sectors"])) for c in ("2023-shoppers", "2023-customers")}
        self.assertEqual(counts, {"2023-shoppers": (4900, 196, 19), "2023-customers": (15569, 196, 19)})

    def test_the_best_mean_of_both_surveys_is_another_centre_than_either_winner(self):
        shoppers, customers = (self.rows[w].mean for w in ("2023-shoppers", "2023-customers"))
        both = {c: (shoppers[c] + customers[c]) / 2 for c in shoppers}
        best = [max(m, key=m.get) for m in (shoppers, customers, both)]
        self.assertEqual(len(set(best)), 3, best)
        self.assertEqual(self.winners("2023-shoppers", "winner"), {best[0]})
        self.assertEqual(self.winners("2023-shoppers", "best_mean"), {best[2]})

    def test_the_winner_of_each_class_and_of_the_field_are_the_best_means(self):
        rows = self.rows[SPRING]
        first = {c for sector in rows.sectors for c in rows.first(sector)}
        self.assertEqual(self.winners(SPRING, "class_winner"), first)
        self.assertEqual(self.winners(SPRING, "winner"), {max(rows.mean, key=rows.mean.get)})

    def test_the_best_on_a_channel_has_the_best_mean_among_those_shown_there(self):
        scores, found = Scores(self.document, self.wave()), defaultdict(lambda: defaultdict(list))
        for row in self.rows[SPRING].counted:
            found[row["company"]][row["channel"]].append(scores.score(row))
        for channel in CHANNELS:
            means = {c: Fraction(sum(by[channel]), len(by[channel])) for c, by in found.items()
                     if channel in shown({ch: len(by[ch]) for ch in CHANNELS if by[ch]})}
            self.assertGreater(len(means), 50)
            self.assertEqual(self.winners(SPRING, f"best_on_{channel}"),
                             {c for c in means if means[c] == max(means.values())}, channel)


if __name__ == "__main__":
    unittest.main(verbosity=2)
