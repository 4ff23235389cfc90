#!/usr/bin/env python3
"""Loads a wave folder into a server of its own and compares every cell of its expected tables.

    wave_run.py FOLDER BUILD    BUILD is where the programs were built

Prints each difference by file, row and column; the last line is "N passed, N failed" (cells).
Everything but expected_contacts.csv is read through the API. An empty cell means null.
"""
import os
import pathlib
import shutil
import sys
import tempfile
import urllib.parse

import wave_programme

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness import Server, given_wave  # noqa: E402

DEFAULT, PAIRS, INTEGRAL, MIXED_MODEL = 1e-10, 1e-7, 1e-8, 1e-4

# Counts, ranks, letters and flags must be equal; the rest passes within a tolerance.
EXACT = {
    "contacts", "status", "answered", "nps_n", "nps_missing", "promoters", "passives", "detractors", "csat_n",
    "csat_top2_count", "ces_n", "ces_easy_count", "rank", "rank_lower", "rank_upper", "tied_with_best", "letters",
    "nps_rank", "nps_rank_lower", "nps_rank_upper", "nps_letters", "companies_tested", "companies_suppressed",
    "companies", "n", "df1", "df2", "contacts_all", "sectors", "companies_published", "companies_ranked",
    "df_company", "df_within", "score_hundredths",
}
WIDER = {
    "p_best": INTEGRAL, "answered_mean_severity_adjusted": MIXED_MODEL,
    "answered_mean_severity_adjusted_se": MIXED_MODEL, "effect": MIXED_MODEL, "shopper_sd": MIXED_MODEL,
    "residual_sd": MIXED_MODEL, "shopper_share": MIXED_MODEL,
}


def columns(*names, within="", **renamed):
    """Column of a table -> path in an answer."""
    paths = {name: name for name in names} | renamed
    return {column: (within + "." if within else "") + path for column, path in paths.items()}


# Of a company's figures, on a board and by itself.
FIGURES = {
    **columns("answered", "no_answer_percent", "no_answer_ci_lower", "no_answer_ci_upper", contacts="n",
              status="base_status"),
    **columns(within="answered_mean", answered_mean="mean", answered_ci_lower="ci_lower", answered_ci_upper="ci_upper"),
    **columns(within="score", score="mean", score_ci_lower="ci_lower", score_ci_upper="ci_upper", score_sd="sd",
              score_se="se", score_min="min", score_p25="p25", score_median="median", score_p75="p75", score_max="max",
              score_iqr="iqr", score_mad="mad", score_range="range", score_trimmed_mean="trimmed_mean",
              score_cv_percent="cv_percent", score_gini_mean_difference="gini_mean_difference",
              score_relative_sd="relative_sd"),
    **columns("nps", "promoters", "passives", "detractors", within="nps", nps_n="n", nps_missing="n_missing",
              nps_sd="sd", nps_se="se", nps_ci_lower="ci_lower", nps_ci_upper="ci_upper", nps_consensus="consensus"),
    **columns("csat_mean", "csat_top2_percent", within="csat", csat_n="n", csat_sd="sd", csat_ci_lower="mean_ci_lower",
              csat_ci_upper="mean_ci_upper", csat_top2_count="top2_count", csat_top2_ci_lower="ci_lower",
              csat_top2_ci_upper="ci_upper", csat_consensus="consensus", csat_relative_variance="relative_variance"),
    **columns("ces_mean", "ces_score_0_100", "ces_easy_percent", within="ces", ces_n="n", ces_sd="sd",
              ces_ci_lower="ci_lower", ces_ci_upper="ci_upper", ces_easy_count="easy_count",
              ces_easy_ci_lower="easy_ci_lower", ces_easy_ci_upper="easy_ci_upper", ces_consensus="consensus",
              ces_agreement_a="agreement_a"),
}
STANDING = {
    **FIGURES,
    **columns("score_shrunken", "score_shrunken_sd", "score_reliability", "rank", "rank_lower", "rank_upper",
              "tied_with_best", "expected_rank", "p_best", "answered_mean_severity_adjusted",
              "answered_mean_severity_adjusted_se", letters="group_letters"),
    **columns(within="score_standardised", score_standardised="mean", score_standardised_se="se",
              score_standardised_ci_lower="ci_lower", score_standardised_ci_upper="ci_upper",
              score_standardised_n_effective="n_effective"),
}
NPS_STANDING = columns(nps_rank="rank", nps_rank_lower="rank_lower", nps_rank_upper="rank_upper",
                       nps_letters="group_letters")
SECTOR = {
    **columns("rank"),
    **columns("companies_tested", "companies_suppressed", "companies", "n", "mean_of_companies", "se", "df",
              "ci_lower", "ci_upper", "pooled_mean", "company_min", "company_max", "company_range",
              "between_company_sd", "se_if_companies_are_a_sample", "ss_between", "ss_within", "ms_between",
              "ms_within", "within_company_sd", "n0", "true_between_sd", "icc1", "icc1_raw", "icc1_ci_lower",
              "icc1_ci_upper", "reliability", "f", "df1", "df2", "p_value", "eta_squared", "omega_squared",
              within="summary"),
    **columns("nps", "nps_pooled", within="summary.nps", nps_ci_lower="ci_lower", nps_ci_upper="ci_upper",
              nps_between_company_sd="between_company_sd"),
    **columns("csat_top2_percent", "csat_mean_of_companies", within="summary.csat", csat_top2_ci_lower="ci_lower",
              csat_top2_ci_upper="ci_upper"),
    **columns("ces_easy_percent", "ces_mean_of_companies", within="summary.ces", ces_easy_ci_lower="ci_lower",
              ces_easy_ci_upper="ci_upper"),
}
CHANNEL = columns("answered", contacts="n", score="score.mean", score_sd="score.sd", score_median="score.median",
                  nps="nps.nps", nps_n="nps.n", csat_mean="csat.csat_mean",
                  csat_top2_percent="csat.csat_top2_percent", ces_mean="ces.ces_mean",
                  ces_easy_percent="ces.ces_easy_percent")
OVERALL = {
    **columns("contacts_all", "contacts", "sectors", "companies_tested", "companies_ranked", "mean_of_companies",
              "between_company_sd", "company_min", "company_max", "sector_min", "sector_max", "no_answer_percent",
              companies_published="companies", mean_of_contacts="pooled_mean", nps_mean_of_companies="nps.nps",
              nps="pool.nps.nps", nps_ci_lower="pool.nps.ci_lower", nps_ci_upper="pool.nps.ci_upper"),
    **columns("sigma2", "tau2", "ms_company", "n0", "df_company", "df_within", within="components"),
    **columns("shopper_sd", "residual_sd", "shopper_share", within="severity"),
}
# What the board of the whole field says of itself, besides the table of sectors.
FIELD = {column: path for column, path in OVERALL.items()
         if not column.startswith(("contacts_all", "sector")) and not path.startswith("pool.")}
PAIR = columns("difference", "se", "t", "df", "p_value")


class Loaded:
    """The folder's wave on a server of its own, for the time of a with block."""

    def __init__(self, build):
        self.build = pathlib.Path(build)

    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix="plaudit-wave-")
        os.chmod(self.home, 0o755)  # PostgreSQL does not run as root, and must be able to enter
        self.server = Server(self.home, build=self.build)
        try:
            self.server.start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.server.stop()
            elif self.server.process is not None:
                self.server.kill()
        finally:
            shutil.rmtree(self.home, ignore_errors=True)

    def load(self, programme, contacts):
        self.wave = given_wave(self.server, "wave", programme)
        answer = self.wave.upload(contacts)
        if answer.status != 200:
            raise RuntimeError(f"upload: {answer}")
        return answer.json

    def get(self, path, **query):
        query = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
        return self.wave.get(path + ("?" + query if query else "")).json

    def scores(self):
        """result_id and score in hundredths (None: none), as the database has them."""
        lines = (line.rsplit("|", 1) for line in self.server.sql("select result_id, score from result").splitlines())
        return {result_id: int(score) if score else None for result_id, score in lines}


class Missing:
    def __repr__(self):
        return "nothing by this name"


MISSING = Missing()


def find(answer, path):
    """A null on the way is null at its end; a name that is not there is no null."""
    for name in path.split("."):
        if answer is None or answer is MISSING:
            return answer
        answer = answer.get(name, MISSING)
    return answer


def agrees(column, expected, got, tolerance):
    if expected == "" or got is None:
        return expected == "" and got is None
    if got is MISSING:
        return False
    if isinstance(got, bool):
        return str(got).lower() == expected.lower()
    if isinstance(got, str):
        return got == expected
    wanted = float(expected)
    if column in EXACT:
        return wanted == got
    room = max(DEFAULT * abs(wanted), tolerance)
    return abs(got - wanted) <= room


class Checker:
    def __init__(self, folder):
        self.folder, self.passed, self.failed = folder, 0, 0

    def table(self, name):
        if not (self.folder / name).exists():
            print(f"{name}: not in the folder, not checked")
            return []
        return wave_programme.rows(self.folder, name)

    def fail(self, *words):
        self.failed += 1
        print(*words)

    def cell(self, place, column, expected, got, tolerance=DEFAULT):
        if agrees(column, expected, got, WIDER.get(column, tolerance)):
            self.passed += 1
        else:
            self.fail(f"{place}, {column}: expected {expected or 'null'}, got {'null' if got is None else got}")

    def row(self, place, keys, row, paths, answer, tolerance=DEFAULT):
        """Every cell of the row that `paths` knows; without an answer each is a failure."""
        for column, expected in row.items():
            if column not in keys and column in paths:
                got = MISSING if answer is None else find(answer, paths[column])
                self.cell(place, column, expected, got, tolerance)

    def run(self, part, needs):
        """A route that does not answer fails its part, not the rest."""
        try:
            part(self, needs)
        except (AssertionError, RuntimeError, OSError, LookupError) as why:
            self.fail(f"{part.__name__}: {why!r}")

    def unknown_columns(self, name, row, *known):
        for column in row:
            if not any(column in paths for paths in known):
                self.fail(f"{name}: column {column} is not known")


def by_code(entries, key):
    return {entry[key]["code"]: entry for entry in entries}


def threshold_of(table):
    """80 of a column p_at_least_80."""
    for column in table[0] if table else {}:
        if column.startswith("p_at_least_"):
            return column.removeprefix("p_at_least_")
    return None


def check_companies(check, boards):
    table = check.table("expected_company.csv")
    threshold = threshold_of(table)
    paths = STANDING | ({f"p_at_least_{threshold}": "p_at_least"} if threshold else {})
    if table:
        check.unknown_columns("expected_company.csv", table[0], ("sector", "company"), paths, NPS_STANDING)
    for row in table:
        place = f"expected_company.csv, {row['sector']} {row['company']}"
        for metric, wanted in (("score", paths), ("nps", NPS_STANDING)):
            board = by_code(boards.get(row["sector"], metric, threshold)["standings"], "company")
            check.row(place, ("sector", "company"), row, wanted, board.get(row["company"]))
        check.row(place + " (by itself)", ("sector", "company"), row, FIGURES,
                  boards.server.get(f"/companies/{row['company']}"))


def check_sectors(check, boards):
    table = check.table("expected_sector.csv")
    answers = by_code(boards.server.get("/sectors")["sectors"], "sector")
    if table:
        check.unknown_columns("expected_sector.csv", table[0], ("sector",), SECTOR)
    on_board = {column: path for column, path in SECTOR.items() if path.startswith("summary.")}
    for row in table:
        place = f"expected_sector.csv, {row['sector']}"
        check.row(place, ("sector",), row, SECTOR, answers.get(row["sector"]))
        check.row(place + " (its board)", ("sector",), row, on_board, boards.get(row["sector"], "score"))


class Boards:
    """Boards of sectors with their pairs, each asked for once."""

    def __init__(self, server):
        self.server, self.made = server, {}

    def get(self, sector, metric, threshold=None):
        if metric != "score":
            threshold = None
        key = (sector, metric)
        if key not in self.made or threshold not in (None, self.made[key][0]):
            self.made[key] = threshold, self.server.get("/standings", sector=sector, metric=metric,
                                                        threshold=threshold, include="pairs")
        return self.made[key][1]


def check_pairs(check, boards):
    table = check.table("expected_pairs.csv")
    keys = ("sector", "metric", "a", "b")
    seen = {}
    if table:
        check.unknown_columns("expected_pairs.csv", table[0], keys, PAIR)
    for row in table:
        sector, metric = row["sector"], row["metric"]
        pairs = {(p["a"], p["b"]): p for p in boards.get(sector, metric).get("pairs") or []}
        pair = pairs.get((row["a"], row["b"]))
        if pair is None and (row["b"], row["a"]) in pairs:
            pair = pairs[row["b"], row["a"]]
            pair = pair | {name: None if pair[name] is None else -pair[name] for name in ("difference", "t")}
        seen.setdefault((sector, metric), set()).add(frozenset((row["a"], row["b"])))
        check.row(f"expected_pairs.csv, {sector} {metric} {row['a']} {row['b']}", keys, row, PAIR, pair, PAIRS)
    for (sector, metric), expected in seen.items():
        for p in boards.get(sector, metric).get("pairs") or []:
            if frozenset((p["a"], p["b"])) not in expected:
                check.fail(f"expected_pairs.csv, {sector} {metric} {p['a']} {p['b']}: a pair that is not expected")


def check_channels(check, server):
    table = check.table("expected_channel.csv")
    answers = by_code(server.get("/sectors")["channels"], "channel")
    if table:
        check.unknown_columns("expected_channel.csv", table[0], ("channel",), CHANNEL)
    for row in table:
        check.row(f"expected_channel.csv, {row['channel']}", ("channel",), row, CHANNEL, answers.get(row["channel"]))


def check_overall(check, server):
    for row in check.table("expected_overall.csv"):
        check.unknown_columns("expected_overall.csv", row, OVERALL)
        check.row("expected_overall.csv, 1", (), row, OVERALL, server.get("/sectors")["overall"])
        check.row("expected_overall.csv, 1 (the field's board)", (), row, FIELD, server.get("/standings")["summary"])


def check_shoppers(check, server):
    table = check.table("expected_shoppers.csv")
    if not table:
        return
    answers = {entry["shopper"]: entry for entry in server.get("/shoppers")["shoppers"]}
    check.unknown_columns("expected_shoppers.csv", table[0], ("shopper",), ("effect",))
    for row in table:
        check.row(f"expected_shoppers.csv, {row['shopper']}", ("shopper",), row, {"effect": "effect"},
                  answers.get(row["shopper"]))
    for code in answers.keys() - {row["shopper"] for row in table}:
        if answers[code]["effect"] is not None:
            check.fail(f"expected_shoppers.csv, {code}: a shopper that is not expected")


def check_contacts(check, server):
    table = check.table("expected_contacts.csv")
    scores = server.scores() if table else {}
    for row in table:
        check.cell(f"expected_contacts.csv, {row['contact_id']}", "score_hundredths", row["score_hundredths"],
                   scores.get(row["contact_id"], MISSING))


def load(check, server):
    report = server.load(wave_programme.programme(check.folder), (check.folder / "contacts.csv").read_bytes())
    for fault in report["errors"]:
        check.fail("contacts.csv, row {row}, {column}: {code} ({value}), expected {expected}".format(**fault))
    print("{accepted} contacts accepted of {received}".format(**report))


def main():
    check = Checker(pathlib.Path(sys.argv[1]))
    with Loaded(sys.argv[2]) as server:
        check.run(load, server)
        boards = Boards(server)
        for part, needs in ((check_contacts, server), (check_companies, boards), (check_sectors, boards),
                            (check_pairs, boards), (check_channels, server), (check_overall, server),
                            (check_shoppers, server)):
            check.run(part, needs)
    if check.passed + check.failed == 0:
        check.fail("the folder has nothing to check")
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
