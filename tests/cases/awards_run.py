#!/usr/bin/env python3
"""Draws small programmes, has each decided by the program given and by awards_model.py, and compares.

usage: awards_run.py PROGRAM [--count N] [--seed N]
"""
import argparse
import csv
import io
import json
import random
import subprocess
import sys

from awards_draw import Draw
from awards_model import WORDS, Model


def csv_of(rows):
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue() or "result_id,company,channel\n"


class Check:
    def __init__(self):
        self.case, self.compared, self.differences = 0, 0, 0

    def same(self, where, expected, got):
        self.compared += 1
        if expected != got:
            self.differences += 1
            if self.differences <= 40:
                print(f"case {self.case}, {where}: expected {expected}, got {got}")

    def close(self, where, expected, got):
        if expected is None or got is None:
            self.same(where, expected, got)
        else:
            self.same(where, True, abs(float(expected) - got) <= 1e-9 * max(1, abs(float(expected))) or (expected, got))


def winners_in_order(model, wave, award, outcomes):
    winners = [c for c, o in outcomes.items() if o[0] == "won"]
    if award["kind"] == "rank" and award.get("scope") == "field":
        return sorted(winners, key=lambda c: (outcomes[c][2], c))
    rank = {c: outcomes[c][2] for c in winners}
    return sorted(winners, key=lambda c: (wave.sector_of[c], rank[c], c))


def check_winner(check, where, model, wave, award, outcome, winner):
    company = winner["company"]["code"]
    check.same(f"{where} joint", outcome[1], winner["joint"])
    check.same(f"{where} sector", wave.sector_of[company], winner["sector"]["code"])
    if award["kind"] in ("line", "rank"):
        figure = model.figure(wave, award, company)
        check.close(f"{where} figure", figure.value, winner["figure"])
        check.same(f"{where} n", figure.n, winner["n"])
    else:
        check.same(f"{where} n", len(wave.rows[company]), winner["n"])
    if award["kind"] == "rank":
        check.same(f"{where} rank", outcome[2], winner["rank"])
        if winner["rank_lower"] is not None:
            check.same(f"{where} interval", True, winner["rank_lower"] <= outcome[2] <= winner["rank_upper"])
    elif award["kind"] == "no_nonconformity":
        for kind in ("minor", "major"):
            check.same(f"{where} {kind}", wave.nonconformities(company, kind), winner[kind])
    elif award["kind"] in ("running", "times"):
        check.same(f"{where} times", outcome[2], winner["times"])
        counted = tuple((w["wave"], w["company"]) for w in winner["waves"])
        check.same(f"{where} waves", True, counted in model.streaks(wave, award)[company] or counted)


def check_since(check, where, model, wave, award, answer):
    expected, got = model.since(wave, award), answer["since_last_wave"]
    check.same(f"{where} sectors", model.level_reaches(wave, award),
               (answer["sectors"]["compared"], answer["sectors"]["reaching"]))
    if isinstance(expected, str):
        check.same(f"{where} since", (None, expected), (got, answer.get("since_last_wave_reason")))
        return
    for key in ("risen", "fallen", "newcomers", "gone"):
        check.same(f"{where} {key}", sorted(expected[key]), got and got[key])
    for key in ("stayed", "comparable"):
        check.same(f"{where} {key}", expected[key], got and got[key])
    check.same(f"{where} sectors before", expected["sectors"], got and (got["sectors"]["compared"],
                                                                         got["sectors"]["reaching"]))


def check_awards(check, model, wave, answers):
    check.same(f"{wave.code} awards", list(wave.awards), [a["code"] for a in answers["awards"]])
    for answer in answers["awards"]:
        award = wave.awards[answer["code"]]
        where, outcomes = f"{wave.code} {answer['code']} ({award['kind']})", model.outcomes(wave, answer["code"])
        words = [o[0] for o in outcomes.values()]
        check.same(f"{where} candidates", {w: words.count(w) for w in WORDS} | {"companies": len(words)},
                   answer["candidates"])
        codes = [w["company"]["code"] for w in answer["winners"]]
        check.same(f"{where} winners", winners_in_order(model, wave, award, outcomes), codes)
        for winner in answer["winners"]:
            company = winner["company"]["code"]
            check_winner(check, f"{where} {company}", model, wave, award, outcomes[company], winner)
        if award["kind"] == "line":
            check_since(check, where, model, wave, award, answer)


def check_combined(check, model, code, board):
    first = model.waves[board["definition"]["sectors_of"]]
    figures = {c: model.combined(code, c) for c in first.sector_of}
    check.same("combined companies", sorted(figures), sorted(r["company"]["code"] for r in board["standings"]))
    for row in board["standings"]:
        company = row["company"]["code"]
        own, where = figures[company], f"combined {company}"
        if own.word:
            check.same(f"{where} rank", None, row["rank"])
            continue
        better = [c for c, f in figures.items() if not f.word and f.value > own.value]
        check.same(f"{where} rank", 1 + len(better), row["rank"])
        check.same(f"{where} rank in sector", 1 + sum(first.sector_of[c] == first.sector_of[company] for c in better),
                   row["rank_in_sector"])
        check.close(f"{where} mean", own.value, row["score"] and row["score"]["mean"])
        check.same(f"{where} n", own.n, row["score"] and row["score"]["n"])


def check_history(check, model, company, answer):
    for row in answer["waves"]:
        wave, where = model.waves[row["wave"]["code"]], f"history {company} {row['wave']['code']}"
        stands = row["company"] and row["company"]["code"]
        if company in wave.sector_of:
            check.same(f"{where} company", company, stands)
        if stands is None:
            continue
        check.same(f"{where} rank", model.ranks_in_sector(wave)[stands], row["rank"])
        check.same(f"{where} awards", [a for a in wave.awards if model.outcomes(wave, a)[stands][0] == "won"],
                   row["awards"])
        if row["score"] is not None:
            scores = wave.values(stands, "score")
            check.same(f"{where} n", len(scores), row["score"]["n"])
            check.close(f"{where} score", sum(scores) / len(scores) if scores else None, row["score"]["mean"])
    if not answer["streaks"]:
        return
    last = model.waves[answer["waves"][-1]["wave"]["code"]]
    for streak in answer["streaks"]:
        paths = model.streaks(last, last.awards[streak["award"]])[company]
        counted = tuple((w["wave"], w["company"]) for w in streak["waves"])
        where = f"history {company} {last.code} {streak['award']}"
        check.same(f"{where} times", len(next(iter(paths))), streak["times"])
        check.same(f"{where} waves", True, counted in paths or counted)


def check_case(check, programme, results, hidden, answer):
    if "faults" in answer:
        check.same("faults", [], answer["faults"])
        return
    model = Model(programme, results, hidden)
    for wave in model.waves.values():
        expected = [[-1 if s is None else s for s in (score, *areas)] for score, areas in wave.scores]
        check.same(f"{wave.code} scores", expected, answer["scores"][wave.code])
    check.same("waves answered", [w for w in model.waves if w not in hidden], list(answer["awards"]))
    for code, answers in answer["awards"].items():
        check_awards(check, model, model.waves[code], answers)
    for code, board in answer["combined"].items():
        check_combined(check, model, code, board)
    for company, history in answer["history"].items():
        check_history(check, model, company, history)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--seed", type=int, default=21)
    given = options.parse_args()
    cases = [Draw(random.Random(given.seed * 1000003 + n)).case() for n in range(given.count)]
    lines = "".join(json.dumps({"programme": json.dumps(programme), "hidden": hidden,
                                "series": programme["waves"][-1]["series"],
                                "results": {code: csv_of(rows) for code, rows in results.items()}}) + "\n"
                    for programme, results, hidden in cases)
    made = subprocess.run([given.program], input=lines, capture_output=True, text=True, check=False)
    answers = made.stdout.splitlines()
    check = Check()
    for check.case, (case, answer) in enumerate(zip(cases, answers)):
        check_case(check, *case, json.loads(answer))
    print(f"{len(answers)} of {len(cases)} programmes decided, {check.compared} compared, "
          f"{check.differences} differences{made.stderr[:2000]}")
    return made.returncode != 0 or len(answers) != len(cases) or check.differences > 0


if __name__ == "__main__":
    sys.exit(main())
