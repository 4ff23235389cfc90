"""What is published equals what other programs computed from the same answers."""
import csv
import gzip
import math
import unittest

from harness import SAMPLE, SHARED, ServerCase
from sfo import sfo_document, sfo_results

WAVE = SHARED / "cases" / "statistics" / "wave"
SFO = SHARED / "data" / "sfo-airport-customer-survey" / "sfo-2017.csv.gz"

# Column of the expected table -> where our answer says it.
COMPANY = {
    "contacts": "n", "status": "base_status", "answered": "answered",
    "no_answer_percent": "no_answer_percent", "no_answer_ci_lower": "no_answer_ci_lower",
    "no_answer_ci_upper": "no_answer_ci_upper", "answered_mean": "answered_mean.mean",
    "answered_ci_lower": "answered_mean.ci_lower", "answered_ci_upper": "answered_mean.ci_upper",
    "score": "score.mean", "score_ci_lower": "score.ci_lower", "score_ci_upper": "score.ci_upper",
    "score_sd": "score.sd", "score_se": "score.se", "score_min": "score.min",
    "score_p25": "score.p25", "score_median": "score.median", "score_p75": "score.p75",
    "score_max": "score.max", "score_iqr": "score.iqr", "score_mad": "score.mad",
    "score_range": "score.range", "score_trimmed_mean": "score.trimmed_mean",
    "score_cv_percent": "score.cv_percent",
    "score_gini_mean_difference": "score.gini_mean_difference",
    "score_relative_sd": "score.relative_sd", "score_standardised": "score_standardised.mean",
    "score_standardised_se": "score_standardised.se",
    "score_standardised_ci_lower": "score_standardised.ci_lower",
    "score_standardised_ci_upper": "score_standardised.ci_upper",
    "score_standardised_n_effective": "score_standardised.n_effective",
    "nps_n": "nps.n", "nps_missing": "nps.n_missing", "promoters": "nps.promoters", "passives": "nps.passives",
    "detractors": "nps.detractors", "nps": "nps.nps", "nps_sd": "nps.sd", "nps_se": "nps.se",
    "nps_ci_lower": "nps.ci_lower", "nps_ci_upper": "nps.ci_upper",
    "nps_consensus": "nps.consensus", "csat_n": "csat.n", "csat_mean": "csat.csat_mean",
    "csat_sd": "csat.sd", "csat_ci_lower": "csat.mean_ci_lower",
    "csat_ci_upper": "csat.mean_ci_upper", "csat_top2_count": "csat.top2_count",
    "csat_top2_percent": "csat.csat_top2_percent", "csat_top2_ci_lower": "csat.ci_lower",
    "csat_top2_ci_upper": "csat.ci_upper", "csat_consensus": "csat.consensus",
    "csat_relative_variance": "csat.relative_variance", "ces_n": "ces.n",
    "ces_mean": "ces.ces_mean", "ces_sd": "ces.sd", "ces_ci_lower": "ces.ci_lower",
    "ces_ci_upper": "ces.ci_upper", "ces_score_0_100": "ces.ces_score_0_100",
    "ces_easy_count": "ces.easy_count", "ces_easy_percent": "ces.ces_easy_percent",
    "ces_easy_ci_lower": "ces.easy_ci_lower", "ces_easy_ci_upper": "ces.easy_ci_upper",
    "ces_consensus": "ces.consensus", "ces_agreement_a": "ces.agreement_a",
    "score_reliability": "score_reliability", "score_shrunken": "score_shrunken",
    "score_shrunken_sd": "score_shrunken_sd", "p_at_least_80": "p_at_least", "rank": "rank",
    "rank_lower": "rank_lower", "rank_upper": "rank_upper", "tied_with_best": "tied_with_best",
    "letters": "group_letters", "expected_rank": "expected_rank", "p_best": "p_best",
    "answered_mean_severity_adjusted": "answered_mean_severity_adjusted",
    "answered_mean_severity_adjusted_se": "answered_mean_severity_adjusted_se",
}
BY_NPS = {"nps_rank": "rank", "nps_rank_lower": "rank_lower", "nps_rank_upper": "rank_upper",
          "nps_letters": "group_letters"}
SECTOR = {
    "nps": "nps.nps", "nps_ci_lower": "nps.ci_lower", "nps_ci_upper": "nps.ci_upper",
    "nps_pooled": "nps.nps_pooled", "nps_between_company_sd": "nps.between_company_sd",
    "csat_top2_percent": "csat.csat_top2_percent", "csat_top2_ci_lower": "csat.ci_lower",
    "csat_top2_ci_upper": "csat.ci_upper", "ces_easy_percent": "ces.ces_easy_percent",
    "ces_easy_ci_lower": "ces.ci_lower", "ces_easy_ci_upper": "ces.ci_upper",
    "csat_mean_of_companies": "csat.csat_mean_of_companies",
    "ces_mean_of_companies": "ces.ces_mean_of_companies",
}
# A mixed model: R's lme4 stops at its own tolerance.
SEVERITY = dict.fromkeys(("answered_mean_severity_adjusted", "answered_mean_severity_adjusted_se",
                          "shopper_sd", "residual_sd", "shopper_share"), 1e-4)
WIDER = {"p_best": 1e-8, "expected_rank": 1e-8, **SEVERITY}


def table(name):
    with open(WAVE / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def look(tree, path):
    """The value at a dotted path and the reason beside it, also where a whole object is null."""
    reason = None
    for word in path.split("."):
        if tree is None:
            return None, reason
        reason = tree.get(word + "_reason")
        tree = tree[word]
    return tree, reason


class Figures(ServerCase):
    def check(self, where, column, expected, got, reason):
        words = f"{where} {column}: expected {expected!r}, got {got!r}"
        if expected == "":
            self.assertIsNone(got, words)
            self.assertTrue(reason, f"{words} without a reason")
        elif expected in ("true", "false") or isinstance(got, str):
            self.assertEqual(str(got).lower() if isinstance(got, bool) else got, expected, words)
        else:
            self.assertIsNotNone(got, words)
            bound = max(1e-10 * abs(float(expected)), WIDER.get(column, 1e-10))
            self.assertLessEqual(abs(got - float(expected)), bound, words)

    def check_company(self, row, standing, names):
        for column, path in names.items():
            got, reason = look(standing, path)
            self.check(row["company"], column, row[column], got, reason)

    @unittest.skipUnless(WAVE.is_dir(), "../shared/cases is not here")
    def test_the_sample_wave_has_the_figures_r_computed(self):
        wave = self.given_wave()
        answer = wave.upload((SAMPLE / "results.csv").read_bytes())
        self.assertEqual((answer.status, answer.json["accepted"]), (200, 4279), repr(answer))
        companies = {row["company"]: row for row in table("expected_company.csv")}
        self.assertEqual(set(next(iter(companies.values()))),
                         COMPANY.keys() | BY_NPS.keys() | {"sector", "company"})
        met = 0
        for sector in wave.sectors():
            board = wave.get(f"/standings?sector={sector}&threshold=80").json
            by_nps = {s["company"]["code"]: s for s in
                      wave.get(f"/standings?sector={sector}&metric=nps").json["standings"]}
            for standing in board["standings"]:
                row = companies[standing["company"]["code"]]
                self.assertEqual(row["sector"], standing["sector"])
                self.check_company(row, standing, COMPANY)
                self.check_company(row, by_nps[row["company"]], BY_NPS)
                met += 1
        self.assertEqual(met, len(companies))

        sectors = {row["sector"]: row for row in table("expected_sector.csv")}
        listed = wave.get("/sectors").json["sectors"]
        self.assertEqual({s["sector"]["code"] for s in listed}, set(sectors))
        for said in listed:
            row = sectors[said["sector"]["code"]]
            self.check(row["sector"], "rank", row["rank"], said["rank"], said.get("rank_reason"))
            for column in row.keys() - {"sector", "rank"}:
                got, reason = look(said["summary"], SECTOR.get(column, column))
                self.check(row["sector"], column, row[column], got, reason)

        overall = wave.get("/sectors").json["overall"]
        row = table("expected_overall.csv")[0]
        for column, path in (("contacts_all", "contacts_all"), ("contacts", "contacts"),
                             ("sectors", "sectors"), ("companies_tested", "companies_tested"),
                             ("companies_published", "companies"),
                             ("companies_ranked", "companies_ranked"),
                             ("mean_of_companies", "mean_of_companies"),
                             ("mean_of_contacts", "pool.score.mean"),
                             ("between_company_sd", "between_company_sd"),
                             ("company_min", "company_min"), ("company_max", "company_max"),
                             ("sector_min", "sector_min"), ("sector_max", "sector_max"),
                             ("nps", "pool.nps.nps"), ("nps_ci_lower", "pool.nps.ci_lower"),
                             ("nps_ci_upper", "pool.nps.ci_upper"),
                             ("nps_mean_of_companies", "nps.nps"),
                             ("no_answer_percent", "no_answer_percent"),
                             ("sigma2", "components.sigma2"), ("tau2", "components.tau2"),
                             ("ms_company", "components.ms_company"), ("n0", "components.n0"),
                             ("df_company", "components.df_company"),
                             ("df_within", "components.df_within"),
                             ("shopper_sd", "severity.shopper_sd"),
                             ("residual_sd", "severity.residual_sd"),
                             ("shopper_share", "severity.shopper_share")):
            self.check("overall", column, row[column], *look(overall, path))

    @unittest.skipUnless(WAVE.is_dir(), "../shared/cases is not here")
    def test_every_channel_of_the_sample_wave_has_the_figures_r_computed(self):
        wave = self.given_wave()
        wave.upload((SAMPLE / "results.csv").read_bytes())
        said = {c["channel"]["code"]: c for c in wave.get("/sectors").json["channels"]}
        rows = table("expected_channel.csv")
        self.assertEqual({row["channel"] for row in rows}, set(said))
        names = {"contacts": "n", **{k: COMPANY[k] for k in rows[0]
                                     if k not in ("channel", "contacts")}}
        for row in rows:
            for column, path in names.items():
                self.check(row["channel"], column, row[column], *look(said[row["channel"]], path))

    @unittest.skipUnless(SFO.is_file(), "../shared/data is not here")
    def test_the_airports_survey_of_2017_has_its_published_nps_and_csat(self):
        with gzip.open(SFO, "rt", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        wave = self.given_wave(sfo_document(rows))
        answer = wave.upload(sfo_results(rows))
        self.assertEqual(answer.status, 200, repr(answer))
        self.assertEqual((answer.json["accepted"], answer.json["rejected"]), (2831, 0))
        field = wave.get("/sectors").json["overall"]
        self.assertEqual((field["companies_suppressed"], field["companies"]), (0, 42))
        nps, csat = field["pool"]["nps"], field["pool"]["csat"]
        self.assertEqual(nps["n"], 2746)
        self.assertEqual((nps["promoters"], nps["passives"], nps["detractors"]), (1436, 968, 342))
        self.assertEqual(round(nps["nps"], 6), 39.839767)
        self.assertEqual(csat["n"], 2688)
        self.assertEqual(round(csat["csat_mean"], 6), 4.064360)
        self.assertEqual(round(csat["csat_top2_percent"], 4), 82.0685)
        self.assertTrue(math.isclose(nps["nps"], 100 * (1436 - 342) / 2746, rel_tol=1e-14))


if __name__ == "__main__":
    unittest.main(verbosity=2)
