#!/usr/bin/env python3
"""Every R line of docs/statistics.md gives the figure it names, from the counts of the same answer.

Starts a server with the sample wave, a harder one and a series, asks for everything with its counts,
and lets check.R run the lines of the page on every row of it.
"""
import copy
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from harness import SOURCE, Server, ask
from r_text import r_text
from statistics_page import read_page
import waves

# How far two answers may differ: relative, and absolute for what cancels to nearly 0.
EXACT, SEARCHED, INTEGRATED = (1e-9, 1e-12), (1e-7, 1e-12), (1e-7, 1e-10)
BOUNDS = {"p_best": INTEGRATED, "p_top3": INTEGRATED, "shopper_sd": SEARCHED,
          "shopper_share": SEARCHED, "effect": SEARCHED, "answered_mean_severity_adjusted": SEARCHED,
          "answered_mean_severity_adjusted_se": SEARCHED}


def plan_text(prepare, lines):
    said = []
    for line in lines:
        tolerance, floor = BOUNDS.get(line.names[0], EXACT)
        said.append({"scope": line.scope, "code": line.code, "field": line.field,
                     "ways": line.ways, "tolerance": tolerance, "floor": floor})
    return f"plan <- {r_text({'prepare': prepare, 'lines': said})}\n"


def answer_text(**parts):
    return "".join(f"{name} <- {r_text(value)}\n" for name, value in parts.items())


def shown(rows):
    return [row for row in rows if row["base_status"] != "suppressed"]


def added_bins(lists):
    counts = {}
    for bins in lists:
        for value, count in bins:
            counts[value] = counts.get(value, 0) + count
    return [list(pair) for pair in sorted(counts.items())]


def pool_with_counts(pool, rows):
    """The pool of the field with the counts of its companies added up."""
    pool = copy.deepcopy(pool)
    for name in ("score", "answered_mean"):
        pool[name]["bins"] = added_bins(row[name]["bins"] for row in rows)
    for name in ("nps", "csat", "ces"):
        counted = [sum(column) for column in zip(*(row[name]["distribution"] for row in rows))]
        if counted != pool[name]["distribution"]:
            raise AssertionError(f"the pool of {name} is not the sum of its companies")
    return {**pool, "company": {"code": "pool"}, "base_status": "ranked", "sector": "pool"}


def company_rows(company, options):
    """A company and its shown channels as rows; what is hidden has nothing to compute from."""
    areas = [{**area["score"], "bins": area["bins"]} for area in company["areas"] if area["score"]]
    items = [{**item, "options": options[item["item"]["code"]]}
             for item in company["items"] if item["bins"] is not None and item["scored"]]
    yield {**{k: v for k, v in company.items() if k not in ("channels", "definition", "sector")},
           "sector": company["sector"]["code"], "areas": areas, "items": items}
    for channel in shown(company["channels"]):
        yield {**channel, "company": {"code": channel["channel"]["code"]}, "sector": "channel"}


def company_answers(wave, codes):
    options = {item["code"]: item["options"]
               for item in waves.programme(wave)["instruments"][0]["items"]}
    for code in codes:
        company = wave.get(f"/companies/{code}").json
        for at, row in enumerate(company_rows(company, options)):
            board = {"definition": company["definition"], "metric": "score", "sector": "one",
                     "channel": None, "standings": [row]}
            yield f"company {code} {at}", board


def answers_of(wave):
    """The text of every answer, one after the other."""
    yield answer_text(what="wave", name=wave.organisation, shoppers=wave.get("/shoppers").json)
    for name, board in waves.boards(wave):
        yield answer_text(what="board", name=name, partial=False, board=board, table=None)
    field = waves.board(wave, pairs=False)
    table = wave.get("/sectors").json
    base = {"definition": field["definition"], "metric": "score", "channel": None}
    for sector in table["sectors"]:
        code = sector["sector"]["code"]
        rows = [row for row in field["standings"] if row["sector"] == code]
        board = {**base, "sector": sector["sector"], "standings": rows, "summary": sector["summary"]}
        yield answer_text(what="level", name=f"sectors {code}", partial=True, board=board, table=None)
    board = {**base, "sector": None, "standings": field["standings"], "summary": table["overall"]}
    yield answer_text(what="level", name="overall", partial=True, board=board, table=table)
    pool = pool_with_counts(table["overall"]["pool"], shown(field["standings"]))
    board = {**base, "sector": "pool", "standings": [pool]}
    yield answer_text(what="board", name="pool", partial=True, board=board, table=None)
    codes = [row["company"]["code"] for row in shown(field["standings"])]
    for name, board in company_answers(wave, sorted(codes)[::12]):
        yield answer_text(what="board", name=name, partial=True, board=board, table=None)


def rows_of(wave):
    return {row["company"]["code"]: row for row in shown(waves.board(wave, pairs=False)["standings"])}


def asked(wave, path):
    answer = ask(wave.server, "GET", f"/v1/programmes/{wave.programme}{path}", None, wave.key)
    if answer.status != 200:
        raise AssertionError(f"GET {path}: {answer}")
    return answer.json


def answers_of_series(found):
    """Histories and combined figures of some companies, with their rows on the boards."""
    rows = [rows_of(wave) for wave in found]
    some = sorted(set.intersection(*(set(r) for r in rows)))[::9]
    for code in some:
        yield answer_text(what="history", name=f"history of {code}", partial=False,
                          history=asked(found[0], f"/companies/{code}/history"),
                          told=[r[code] for r in rows])
    combined = asked(found[0], "/combined/both")
    ranked = [e for e in combined["standings"] if e["company"]["code"] in some and e["score"]]
    for entry in ranked:
        code = entry["company"]["code"]
        yield answer_text(what="combined", name=f"combined figure of {code}", partial=False,
                          combined=combined, entry=entry, told=[r[code] for r in rows[:2]])


def run_r(home, server):
    page = (SOURCE / "docs" / "statistics.md").read_text(encoding="utf-8")
    plan = home / "plan.R"
    plan.write_text(plan_text(*read_page(page, "r")), encoding="utf-8")
    files = []
    for answers in (answers_of(waves.sample_wave(server)), answers_of(waves.hard_wave(server)),
                    answers_of_series(waves.series(server))):
        for text in answers:
            files.append(home / f"answer{len(files):04}.R")
            files[-1].write_text(text, encoding="utf-8")
    command = ["Rscript", "--vanilla", str(HERE / "check.R"), str(plan), *map(str, files)]
    return subprocess.run(command, check=False, timeout=1500).returncode


def main():
    if shutil.which("Rscript") is None:
        print("skipped: Rscript is not installed")
        return 0
    home = pathlib.Path(tempfile.mkdtemp(prefix="plaudit-docs-", dir="/tmp"))
    home.chmod(0o755)
    server = Server(home)
    try:
        server.start()
        return run_r(home, server)
    finally:
        try:
            server.stop()
        finally:
            if server.process is not None:
                server.kill()
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
