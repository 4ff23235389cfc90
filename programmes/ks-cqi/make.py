#!/usr/bin/env python3
"""A contact-service index in the manner of KS-CQI: calls and customers in one figure.

Usage and promise: ../making.py. All companies are invented. Each year has two waves, 20 calls and
25 customers a company, and the index is the mean of their scores. Until 2019 the first of an
industry was certified; since 2020 everybody at 75 or more is. Ten years running lead into the hall
of fame.

Indices are drawn first: who is first until 2019 is written down (FIRST), and so is who stands
below the line since.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import making  # noqa: E402
from making import Chance, clamp  # noqa: E402

YEARS = range(2012, 2022)
NEW_RULE, LINE = 2020, 75
CALLS, CUSTOMERS = 20, 25
INDUSTRIES = {
    "banks": ("Banks", "은행", {
        "N1": {"en": "Haemaru Bank", "ko": "해마루별 은행"}, "N2": {"en": "Dodamgyeol Bank", "ko": "도담결 은행"},
        "N3": {"en": "White Lotus Bank", "vi": "Ngân hàng Sen Trắng"}}),
    "hospitals": ("Hospitals", "병원", {
        "N4": {"en": "Janbyeol Hospital", "ko": "잔별누리 병원"}, "N5": {"en": "Solbari Hospital", "ko": "솔바리뜰 병원"},
        "N6": {"en": "Nine Cranes Hospital", "zh": "九鹤云台医院"}}),
    "city-gas": ("City gas", "도시가스", {
        "N7": {"en": "Neoulmoe Gas", "ko": "너울뫼 도시가스"}, "N8": {"en": "Arasol Gas", "ko": "아라솔빛 도시가스"},
        "N9": {"en": "Ospevoll Gas", "no": "Ospevoll Gass"}}),
}
# First until 2019, then the years in which another one was.
FIRST = {"banks": ("N1", {}), "hospitals": ("N4", {2015: "N5"}), "city-gas": ("N8", {2012: "N7", 2013: "N7"})}
BELOW = {"N3": [2020, 2021], "N6": [2020], "N8": [2021], "N9": [2020, 2021]}
ITEMS = {
    "calls": [("soon", "Answered soon", 2, 15), ("greeting", "A friendly opening", 2, 15),
              ("understood", "Understood the question", 4, 20), ("right", "The right answer", 4, 20),
              ("plain", "Plain words", 4, 20), ("closing", "A friendly closing", 2, 10)],
    "customers": [("quality", "Quality of the service", 6, 40), ("ease", "Easy to get", 6, 30),
                  ("trust", "To be trusted", 6, 30)],
}


def instrument(code):
    return {"code": code, "scoring": "pooled", "unanswered": "exclude", "areas": [{"code": "service"}],
            "items": [{"code": c, "area": "service", "name": {"en": words}, "options": steps(highest, points)}
                      for c, words, highest, points in ITEMS[code]]}


def steps(highest, points):
    """Whole points, as near to even steps as they come."""
    return [{"answer": a, "points": points * a // highest} for a in range(highest + 1)]


def wave(year, of):
    return {"code": f"{year}-{of}", "name": {"en": f"{year}, {of}"}, "instrument": of, "series": of,
            "period": {"from": f"{year}-03-02", "until": f"{year}-05-29"},
            "planned_contacts": CALLS if of == "calls" else CUSTOMERS, "time_zone": "Asia/Seoul",
            "awards": awards(year) if of == "calls" else [],
            "sectors": [{"code": c, "name": {"en": e, "ko": k}, "companies": list(group)}
                        for c, (e, k, group) in INDUSTRIES.items()]}


def awards(year):
    rule = {"kind": "rank", "scope": "sector", "rank": 1}
    if year >= NEW_RULE:
        rule = {"kind": "line", "at_least": LINE}
    return [{"code": "certified", "name": {"en": "Certified", "ko": "인증"},
             **rule, "metric": f"combined:{year}"},
            {"code": "hall_of_fame", "name": {"en": "Hall of fame: ten years running", "ko": "명예의 전당"},
             "kind": "running", "of": "certified", "times": 10, "missed": "breaks", "at_break": "restarts",
             "joint": "counts", "successors": "inherit"}]


def programme():
    return {
        "programme": "ks-cqi", "name": {"en": "Contact-service quality index", "ko": "콜센터 품질지수"},
        "channels": [{"code": "phone", "name": {"en": "Phone", "ko": "전화"}},
                     {"code": "interview", "name": {"en": "Interview", "ko": "면접"}}],
        "companies": [{"code": c, "name": n} for _, _, group in INDUSTRIES.values()
                      for c, n in group.items()],
        "instruments": [instrument("calls"), instrument("customers")],
        "waves": [wave(year, of) for year in YEARS for of in ("calls", "customers")],
        "combined": [{"code": str(year), "name": {"en": f"Mean of calls and customers, {year}"},
                      "of": [{"wave": f"{year}-calls"}, {"wave": f"{year}-customers"}]} for year in YEARS],
    }


def indices(industry, year):
    """Index of each company; both surveys lie around it."""
    chance = Chance("ks-cqi", industry, year)
    group = list(INDUSTRIES[industry][2])
    if year >= NEW_RULE:
        return {c: LINE + (-1 if year in BELOW.get(c, []) else 1) * (1 + 4 * chance.random()) for c in group}
    usual, others = FIRST[industry]
    best = 76 + 8 * chance.random()
    return {c: best - (c != others.get(year, usual)) * (1.5 + 5 * chance.random()) for c in group}


def answered(number, company, of, index, days, instrument_of, chance):
    here = clamp(index / 100 + 0.08 * chance.normal(), 0.05, 1)
    return {"result_id": f"{company}-{number + 1:02}", "company": company,
            "channel": "phone" if of == "calls" else "interview",
            "contacted_at": making.instant(chance.pick(days), 540 + chance.below(500), 9),
            "answers": {c: chance.level(here, len(p) - 1) for c, p in instrument_of.points.items()}}


def results(of_wave, instrument_of):
    year, of = int(of_wave["code"][:4]), of_wave["series"]
    days = making.working_days(of_wave["period"]["from"], of_wave["period"]["until"], [])
    rows = []
    for industry in INDUSTRIES:
        for company, index in indices(industry, year).items():
            # What the calls have more the customers have less.
            apart = 6 * Chance("ks-cqi", company, year).random() - 3
            chance = Chance("ks-cqi", of_wave["code"], company)
            mean = index + apart if of == "calls" else index - apart
            own = [answered(n, company, of, mean, days, instrument_of, chance)
                   for n in range(of_wave["planned_contacts"])]
            making.steer(instrument_of, own, mean, 0.2, chance)
            rows += own
    return rows


if __name__ == "__main__":
    making.main(__file__, programme(), results)
