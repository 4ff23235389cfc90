"""The awards: entrants of three kinds, judges, stages, joint winners, a prerequisite."""
import unittest
from collections import Counter, defaultdict

from programme_files import ProgrammeCase, members


class CreAwards(ProgrammeCase):
    NAME = "cre-awards"

    def certified(self):
        return {c["company"] for s in self.document["waves"][0]["sectors"] for c in s["companies"]
                if isinstance(c, dict) and "certified_manager" in c["fulfils"]}

    def best(self):
        """Of each category, among those with a certified manager, by this test's rows."""
        rows, made = self.rows["2013"], {}
        for category, entrants in rows.sectors.items():
            among = [c for c in entrants if c in self.certified()]
            best = max(rows.mean[c] for c in among)
            made[category] = {c for c in among if rows.mean[c] == best}
        return made

    def test_the_committed_files_are_what_the_generator_makes(self):
        self.assert_generator_makes_what_is_committed()

    def test_the_boards_are_the_means_of_the_judges_sheets(self):
        self.assert_boards_are_the_rows("2013")

    def test_companies_teams_and_persons_enter(self):
        kinds = Counter(c["kind"] for c in self.document["companies"])
        self.assertEqual(kinds, {"company": 17, "team": 7, "person": 13})
        kind = {c["code"]: c["kind"] for c in self.document["companies"]}
        for sector in self.document["waves"][0]["sectors"]:
            self.assertEqual(len({kind[c] for c in members(sector)}), 1, sector["code"])

    def test_each_of_seven_judges_scores_every_entrant_once(self):
        judges = defaultdict(list)
        for row in self.rows["2013"].rows:
            judges[row["company"]].append(row["shopper"])
        self.assertEqual(len(judges), 37)
        for entrant, who in judges.items():
            self.assertEqual(sorted(who), [f"J{n}" for n in range(1, 8)], entrant)

    def test_a_person_is_judged_without_a_site_visit_and_the_other_stages_make_up_the_whole(self):
        kind = {c["code"]: c["kind"] for c in self.document["companies"]}
        for row in self.rows["2013"].rows:
            self.assertEqual(row["visit-1"] == "", kind[row["company"]] == "person")

    def test_one_category_has_two_winners(self):
        board = self.waves["2013"].get("/standings?sector=crm-manager").json["standings"]
        first = {s["company"]["code"] for s in board if s["rank"] == 1}
        self.assertEqual(len(first), 2)
        self.assertEqual(first, self.best()["crm-manager"])
        self.assertEqual(sum(len(w) == 2 for w in self.best().values()), 1)
        won = [w for w in self.awards("2013")["winner"]["winners"]
               if w["sector"]["code"] == "crm-manager"]
        self.assertEqual([(w["company"]["code"], w["joint"]) for w in won],
                         [(c, 2) for c in sorted(first)])

    def test_every_category_is_won_by_its_best_certified_entrants(self):
        self.assertEqual(self.winners("2013", "winner"), set().union(*self.best().values()))

    def test_the_best_service_team_has_no_certified_manager(self):
        best = self.rows["2013"].first("service-team")
        self.assertFalse(best & self.certified())
        self.assertFalse(best & self.winners("2013", "winner"))
        self.assertTrue(best <= self.winners("2013", "distinction"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
