#!/usr/bin/env python3
"""A customer satisfaction index in the manner of KCSI: 24 waves, four industries.

Usage and promise: ../making.py. All companies are invented. A wave asks 60 customers of each
company. Until 2010 the index is 40 % overall satisfaction, 40 % elements, 20 % repurchase; since
2011 it is 30, 50 and 20: another instrument and a marked break.

Who is first in which wave is written down (FIRST); indices are drawn around it and answers
steered to them. In 2012 two hypermarkets are first with the very same index.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import making  # noqa: E402
from making import Chance, clamp  # noqa: E402

YEARS = range(1998, 2022)
NEW_FORMULA = 2011
ASKED = 60
COMPANIES = {
    "P1": {"en": "Haemaru Parcel", "ko": "해마루별 택배"}, "P2": {"en": "Dodamgyeol Parcel", "ko": "도담결 택배"},
    "P3": {"en": "Lotus Wharf Parcel", "vi": "Chuyển Phát Bến Sen Trắng"},
    "P4": {"en": "Nine Cranes Parcel", "zh": "九鹤云台快递"},
    "M1": {"en": "Janbyeol Mobile", "ko": "잔별누리 모바일"}, "M2": {"en": "Solbari Mobile", "ko": "솔바리뜰 모바일"},
    "M3": {"en": "Mulbineul Mobile", "ko": "물비늘 모바일"},
    "H1": {"en": "Kkochsaem Mart", "ko": "꽃샘들 마트"}, "H2": {"en": "Onsaemi Mart", "ko": "온새미꽃 마트"},
    "H3": {"en": "Byeolgaram Mart", "ko": "별가람뫼 마트"},
    "H4": {"en": "Ospevoll Mart", "no": "Ospevoll Ærlig Handel"},
    "A1": {"en": "Neoulmoe Car Insurance", "ko": "너울뫼 자동차보험"},
    "A2": {"en": "Arasol Car Insurance", "ko": "아라솔빛 자동차보험"},
    "A3": {"en": "Gaonbit Car Insurance", "ko": "가온빛 자동차보험"},
    "M1N": {"en": "Janbyeol Telecom", "ko": "잔별누리 텔레콤"},
}
RENAMED = {"M1": ("M1N", 2009)}
INDUSTRIES = {
    "parcel": ("Parcel delivery", "택배", ["P1", "P2", "P3", "P4"]),
    "mobile": ("Mobile telephony", "이동통신", ["M1", "M2", "M3"]),
    "hypermarkets": ("Hypermarkets", "대형마트", ["H1", "H2", "H3", "H4"]),
    "car-insurance": ("Car insurance", "자동차보험", ["A1", "A2", "A3"]),
}
MISSING = {("A1", 2003)}
# First in the years not named elsewhere, then the exceptions.
FIRST = {
    "parcel": ("P1", {}),
    "mobile": ("M2", {"M1": [1999, 2004, 2012, 2016, 2021], "M3": [2001, 2007, 2014, 2019]}),
    "hypermarkets": ("H2", {"H1": [*range(1998, 2006)], "H3": [2017, 2018], "H2 H4": [2012]}),
    "car-insurance": ("A1", {"A2": [2003, *range(2008, 2013)], "A3": [2015]}),
}
ELEMENTS = [("product", "Product", 30), ("service", "Service", 45), ("image", "Image", 25)]
HIGHEST, TOP = 7, 6


def top2(points):
    """A seven-point item of which the two highest answers count, in full."""
    return [{"answer": a, "points": points if a >= TOP else 0} for a in range(1, HIGHEST + 1)]


def instrument(code, overall, elements, again):
    areas = [("overall", "Overall satisfaction", "전반적 만족도", overall),
             ("elements", "Elements by importance", "요소만족도", elements),
             ("again", "Would buy again", "재구입의향", again)]
    return {
        "code": code, "scoring": "weighted_areas", "unanswered": "exclude",
        "areas": [{"code": c, "name": {"en": e, "ko": k}, "weight": w} for c, e, k, w in areas],
        "items": [{"code": "satisfied", "area": "overall", "name": {"en": "Satisfied overall"},
                   "options": top2(1)},
                  *({"code": c, "area": "elements", "name": {"en": n},
                    "options": top2(p)} for c, n, p in ELEMENTS),
                  {"code": "again", "area": "again", "name": {"en": "Would buy again"}, "options": top2(1)},
                  {"code": "region", "area": "overall", "name": {"en": "Region of the quota"},
                   "scored": False, "options": [{"answer": a} for a in range(1, 7)]},
                  {"code": "sex", "area": "overall", "name": {"en": "Sex of the quota"}, "scored": False,
                   "options": [{"answer": 1}, {"answer": 2}]}],
    }


def code_in(company, year):
    new, since = RENAMED.get(company, (company, 0))
    return new if year >= since else company


def members(industry, year):
    return [c for c in INDUSTRIES[industry][2] if (c, year) not in MISSING]


def first_of(industry, year):
    usual, others = FIRST[industry]
    return next((who for who, years in others.items() if year in years), usual).split()


def wave(year):
    streak = {"kind": "running", "of": "first", "missed": "breaks", "at_break": "continues",
              "joint": "counts", "successors": "inherit"}
    made = {
        "code": str(year), "name": {"en": str(year)}, "series": "customers",
        "instrument": "40-40-20" if year < NEW_FORMULA else "30-50-20",
        "period": {"from": f"{year}-03-02", "until": f"{year}-08-31"},
        "minimum_base": {"publish": 30, "rank": 50, "cell": 30}, "planned_contacts": ASKED,
        "time_zone": "Asia/Seoul",
    }
    if year == NEW_FORMULA:
        made["series_break"] = {"reason": {"en": "the formula 40/40/20 became 30/50/20"}}
    return {**made,
            "awards": [
                {"code": "first", "name": {"en": "First of the industry", "ko": "산업별 1위"}, "kind": "rank",
                 "scope": "sector", "rank": 1},
                {"code": "ten_running", "name": {"en": "Ten waves running", "ko": "10년 연속 1위"},
                 **streak, "times": 10},
                {"code": "twenty_four_running", "name": {"en": "24 waves running", "ko": "24년 연속 1위"},
                 **streak, "times": 24},
                {"code": "five_star", "name": {"en": "Five Star: first five times in all"}, **streak,
                 "kind": "times", "times": 5, "missed": "skips"}],
            "sectors": [{"code": i, "name": {"en": e, "ko": k},
                         "companies": [code_in(c, year) for c in members(i, year)]}
                        for i, (e, k, _) in INDUSTRIES.items()]}


def programme():
    return {
        "programme": "kcsi", "name": {"en": "Customer satisfaction index", "ko": "고객만족도 조사"},
        "channels": [{"code": "interview", "name": {"en": "Interview", "ko": "면접"}}],
        "companies": [{"code": c, "name": n} for c, n in COMPANIES.items()],
        "successors": [{"company": new, "of": old, "kind": "renamed", "from": f"{year}-01-01"}
                       for old, (new, year) in RENAMED.items()],
        "instruments": [instrument("40-40-20", 40, 40, 20), instrument("30-50-20", 30, 50, 20)],
        "waves": [wave(year) for year in YEARS],
    }


def indices(industry, year):
    """Index by company: the first ones equal, the others at least 1.2 below."""
    chance = Chance("kcsi", industry, year)
    level = 58 + 0.6 * (year - YEARS[0]) + 2 * chance.normal()
    best = round(level + 6, 1)
    first = first_of(industry, year)
    return {c: best if c in first else best - 1.2 - 9 * chance.random() for c in members(industry, year)}


def respondent(number, company, year, index, days, instrument_of, chance):
    here = clamp(index / 100 + 0.22 * chance.normal(), 0.03, 0.97)
    answers = {code: 6 + chance.below(2) if chance.random() < here else 2 + chance.below(4)
               for code in instrument_of.points}
    # The quota: six regions, both sexes alike.
    answers.update({"region": 1 + number % 6, "sex": 1 + number // 6 % 2})
    return {"result_id": f"{year}-{company}-{number + 1:02}", "company": company, "channel": "interview",
            "contacted_at": making.instant(chance.pick(days), 600 + chance.below(540), 9), "answers": answers}


def results(of_wave, instrument_of):
    year = int(of_wave["code"])
    days = making.working_days(of_wave["period"]["from"], of_wave["period"]["until"], [])
    rows = []
    for industry in INDUSTRIES:
        first = first_of(industry, year)
        for company, index in indices(industry, year).items():
            chance = Chance("kcsi", year, company)
            own = [respondent(n, code_in(company, year), year, index, days, instrument_of, chance)
                   for n in range(ASKED)]
            making.steer(instrument_of, own, index, 0.3, chance)
            if company in first[1:]:
                same_scores(own, best, instrument_of, chance)
            elif company == first[0]:
                best = own
            rows += own
    return rows


def same_scores(rows, as_those, instrument_of, chance):
    """Joint winners: the same answers, given by others."""
    for row, like in zip(rows, chance.shuffled(as_those)):
        row["answers"].update({i: like["answers"][i] for i in instrument_of.points})


if __name__ == "__main__":
    making.main(__file__, programme(), results)
