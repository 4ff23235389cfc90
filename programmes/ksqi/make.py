#!/usr/bin/env python3
"""A call-centre survey in the manner of KSQI: 48 industries, 276 companies, a line at 90.

Usage and promise: ../making.py. All companies are invented. Waves:

    2008 to 2018   six companies, 20 calls each: what a streak of thirteen waves needs, no more
    2019           all companies, 20 calls each: what the wave of 2020 is compared with
    2020, 2021     all companies, 100 calls each

Which companies stand at or above the line in 2019 to 2021 is drawn first (indices()), so that
the wave of 2020 has 113 of them, 9 risen and 13 fallen since 2019, and 16 industries at 90 or
more after 19, an overall 88.9 after 89.3; then calls are drawn that have these indices. The seeds
below are the first with these numbers of industries.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import making  # noqa: E402
from making import Chance, clamp  # noqa: E402

LINE, HIGHEST = 90, 97
SEEDS = {2019: 3, 2020: 1, 2021: 0}
OLD = range(2008, 2019)
CALLS = {2020: 100, 2021: 100}
FEW_CALLS = 20

INDUSTRIES = [
    ("Life insurance", "생명보험"), ("Car insurance", "자동차보험"), ("Direct insurance", "다이렉트보험"),
    ("Banks", "은행"), ("Savings banks", "저축은행"), ("Credit cards", "신용카드"),
    ("Securities", "증권"), ("Consumer loans", "캐피탈"), ("Mobile telephony", "이동통신"),
    ("Budget telephony", "알뜰폰"), ("Broadband", "초고속인터넷"), ("Internet telephony", "인터넷전화"),
    ("Pay television", "유료방송"), ("Home shopping", "홈쇼핑"), ("Online malls", "온라인쇼핑몰"),
    ("Social commerce", "소셜커머스"), ("Department stores", "백화점"), ("Hypermarkets", "대형마트"),
    ("Convenience stores", "편의점"), ("Electronics shops", "전자전문점"), ("Household appliances", "가전제품"),
    ("Computers", "컴퓨터"), ("Mobile phones", "휴대전화"), ("Water purifiers", "정수기"),
    ("Rice cookers", "밥솥"), ("Furniture", "가구"), ("Bathrooms", "욕실"), ("Cars", "자동차"),
    ("Imported cars", "수입자동차"), ("Car hire", "렌터카"), ("Roadside help", "긴급출동"),
    ("Car navigation", "내비게이션"), ("Airlines", "항공"), ("Budget airlines", "저비용항공"),
    ("Express coaches", "고속버스"), ("Hotels", "호텔"), ("Holiday resorts", "리조트"),
    ("Travel agencies", "여행사"), ("Parcel delivery", "택배"), ("Removals", "이사"),
    ("City gas", "도시가스"), ("Petrol stations", "주유소"), ("Outdoor clothing", "아웃도어"),
    ("Cosmetics", "화장품"), ("Food", "식품"), ("Dairy", "유업"), ("Study books", "학습지"),
    ("Security services", "보안"),
]
STEMS = [
    ("Gaonbit", "가온빛"), ("Dasomgyeol", "다솜결"), ("Haemaru", "해마루별"), ("Byeolgaram", "별가람뫼"),
    ("Kkochsaem", "꽃샘들"), ("Arasol", "아라솔빛"), ("Janbyeol", "잔별누리"), ("Onsaemi", "온새미꽃"),
    ("Dodamgyeol", "도담결"), ("Mulbineul", "물비늘"), ("Neoulmoe", "너울뫼"), ("Solbari", "솔바리뜰"),
]
# Some come from elsewhere: boards must bear their names too.
OTHERS = {
    "B031": {"en": "Hong Ha Dragonfly", "vi": "Chuồn Chuồn Hồng Hà"},
    "B076": {"en": "Nine Cranes", "zh": "九鹤云台"},
    "B118": {"en": "Ospevoll", "no": "Ospevoll Ærlig Handel"},
    "B203": {"en": "Lotus Wharf", "vi": "Bến Sen Trắng"},
    "B240": {"en": "Jade Ferry", "zh": "青渡行"},
}
AREAS = [
    ("availability", "Call availability", "수신여건"), ("greeting", "Greeting", "맞이인사"),
    ("attitude", "Service attitude", "상담태도"), ("handling", "Task handling", "업무처리"),
    ("closing", "Closing attitude", "종료태도"),
]
# Area, words, highest answer, points of it: 100 in all. One point more an answer is not the
# same everywhere: closing-3 has the smallest step, half a point.
ITEMS = [
    ("availability", "The first call got through", 1, 6),
    ("availability", "Wait until a person spoke, four steps", 4, 8),
    ("availability", "The menu led to the right place", 2, 6),
    ("greeting", "Opening words", 2, 4), ("greeting", "Said the own name", 1, 3),
    ("greeting", "Clear from the first word", 2, 5),
    ("attitude", "Politeness", 4, 8), ("attitude", "Listened", 4, 8),
    ("attitude", "A lively voice", 2, 5), ("attitude", "Respectful words", 2, 5),
    ("handling", "Understood the question", 4, 8), ("handling", "The answer was right", 4, 8),
    ("handling", "Plain words", 4, 8), ("handling", "Said what happens meanwhile", 2, 4),
    ("handling", "The matter was settled", 2, 4),
    ("closing", "Asked for further questions", 2, 4), ("closing", "Closing words", 2, 4),
    ("closing", "Let the caller hang up first", 4, 2),
]
# Thirteen waves running end in 2021 for the first; the rule's other ways for those after it.
STREAKS = {
    "thirteen": {2008: 89.2},          # below the line once, in the first wave
    "always": {},                      # fourteen
    "once below": {2013: 89.1},        # eight
    "once missing": {2016: None},      # five: a missed wave breaks
    "never": {year: 84.0 + year % 5 for year in OLD},
    "fallen": {2008: 88.4},            # thirteen, but for 2021
}
HOLIDAYS = """
2019-01-01 2019-02-04 2019-02-05 2019-02-06 2019-03-01 2019-05-06 2019-06-06 2019-08-15 2019-09-12
2019-09-13 2019-10-03 2019-10-09 2019-12-25
2020-01-01 2020-01-24 2020-01-27 2020-04-15 2020-04-30 2020-05-05 2020-08-17 2020-09-30 2020-10-01
2020-10-02 2020-10-09 2020-12-25
2021-01-01 2021-02-11 2021-02-12 2021-03-01 2021-05-05 2021-05-19 2021-08-16 2021-09-20 2021-09-21
2021-09-22 2021-10-04 2021-10-11 2021-12-25
""".split()


def industries():
    """Company codes by industry: 36 of six, 12 of five."""
    made, number = [], 0
    for i in range(len(INDUSTRIES)):
        size = 5 if i % 4 == 3 else 6
        made.append([f"B{number + n + 1:03}" for n in range(size)])
        number += size
    return made


def mean(numbers):
    numbers = list(numbers)
    return sum(numbers) / len(numbers)


def industries_at_line(index, line=LINE):
    return sum(mean(index[c] for c in group) >= line for group in industries())


def first_wave(chance):
    """117 of 276 at or above the line, 89.3 overall."""
    raw = {}
    for group in industries():
        level = 1.7 * chance.normal()
        raw.update({c: level + 2.4 * chance.normal() for c in group})
    order = sorted(raw.values(), reverse=True)
    cut = (order[116] + order[117]) / 2
    return with_mean({c: min(away(x - cut), HIGHEST) for c, x in raw.items()}, 89.3)


def with_mean(index, overall):
    """The depth of those below the line makes the overall mean."""
    below = [c for c in index if index[c] < LINE]
    depth = sum(LINE - index[c] for c in below)
    wanted = sum(x for x in index.values() if x >= LINE) + LINE * len(below) - overall * len(index)
    return {c: x if x >= LINE else LINE - max(0.06, (LINE - x) * wanted / depth)
            for c, x in index.items()}


def away(difference, least=0.06):
    """Never so near the line that the last digit decides."""
    bound = least if difference >= 0 else -least
    return LINE + (difference if abs(difference) >= least else bound)


def next_wave(before, risen, fallen, overall, keep, chance):
    """Some of those nearest the line cross it."""
    up = sorted((c for c in before if before[c] < LINE), key=lambda c: -before[c])
    down = sorted((c for c in before if before[c] >= LINE and c not in keep), key=lambda c: before[c])
    made = {}
    for c, x in before.items():
        moved = x - LINE + 0.7 * chance.normal() - 0.2
        same = max(moved, 0.06) if x >= LINE else min(moved, -0.06)
        made[c] = min(LINE + same, HIGHEST)
    for c in chance.shuffled(up[:2 * risen])[:risen]:
        made[c] = LINE + chance.between(0.1, 1.6)
    for c in chance.shuffled(down[:2 * fallen])[:fallen]:
        made[c] = LINE - chance.between(0.1, 1.6)
    return with_mean(made, overall)


def streak_companies(index):
    """One company an industry for each line of STREAKS, by where it stands in 2019."""
    chosen, groups = {}, iter(industries())
    for name in STREAKS:
        for group in groups:
            fits = [c for c in group if
                    (index[c] < 88 if name == "never" else 91.5 < index[c] < 95)]
            if fits:
                chosen[name] = fits[0]
                break
    return chosen


def indices(seeds):
    """Index of every company in 2019, 2020 and 2021 and who the streaks' companies are."""
    made = {2019: first_wave(Chance("ksqi", 2019, seeds[2019]))}
    streaks = streak_companies(made[2019])
    keep = [c for name, c in streaks.items() if name != "never"]
    made[2020] = next_wave(made[2019], 9, 13, 88.9, keep, Chance("ksqi", 2020, seeds[2020]))
    made[2021] = next_wave(made[2020], 12, 7, 89.1, keep, Chance("ksqi", 2021, seeds[2021]))
    made[2021][streaks["fallen"]] = 88.6
    cliff(made, keep)
    return made, streaks


def cliff(made, keep):
    """In 2021 one company is at the line to the last digit and one short of it by the least step."""
    near = sorted((c for c in made[2021] if c not in keep), key=lambda c: abs(made[2021][c] - LINE))
    at = next(c for c in near if made[2020][c] >= LINE and made[2021][c] >= LINE)
    short = next(c for c in near if made[2020][c] < LINE and made[2021][c] < LINE)
    made[2021][at], made[2021][short] = LINE, LINE - 0.005


def name_of(code, industry, place):
    if code in OTHERS:
        return {lang: f"{text} {INDUSTRIES[industry][0]}" if lang == "en" else text
                for lang, text in OTHERS[code].items()}
    english, korean = STEMS[(place + 5 * industry) % len(STEMS)]
    return {"en": f"{english} {INDUSTRIES[industry][0]}", "ko": f"{korean} {INDUSTRIES[industry][1]}"}


def item(number):
    area, words, highest, points = ITEMS[number]
    order = [i for i, other in enumerate(ITEMS) if other[0] == area].index(number) + 1
    worth = [points * answer / highest for answer in range(highest + 1)]
    return {"code": f"{area}-{order}", "area": area, "name": {"en": words},
            "options": [{"answer": a, "points": int(p) if p == int(p) else p}
                        for a, p in enumerate(worth)]}


def wave(year, sectors):
    return {
        "code": str(year), "name": {"en": str(year)}, "instrument": "calls", "series": "calls",
        "period": {"from": f"{year}-01-07", "until": f"{year}-12-18"},
        "planned_contacts": CALLS.get(year, FEW_CALLS), "channel_weights": {"phone": 1},
        "time_zone": "Asia/Seoul",
        "contact_hours": {"from": "09:00", "until": "18:00", "weekdays": [1, 2, 3, 4, 5]},
        "fieldwork": {"limits": {"phone": {"wait_seconds": 180}},
                      "shopper_contacts": {"per_company": 1, "per_day": 12}},
        "awards": [
            {"code": "best_call_centre", "name": {"en": "Best call centre", "ko": "우수 콜센터"},
             "kind": "line", "at_least": LINE},
            {"code": "thirteen_running", "name": {"en": "Thirteen waves running", "ko": "13년 연속"},
             "kind": "running", "of": "best_call_centre", "times": 13, "missed": "breaks",
             "at_break": "restarts", "joint": "counts", "successors": "inherit"},
            {"code": "only_one", "name": {"en": "The only one of its industry"}, "kind": "sole",
             "of": "best_call_centre", "scope": "sector"},
        ],
        "sectors": sectors,
    }


def sector(number, companies):
    english, korean = INDUSTRIES[number]
    return {"code": f"I{number + 1:02}", "name": {"en": english, "ko": korean},
            "companies": companies}


def old_sectors(year, streaks):
    there = {c for name, c in streaks.items() if STREAKS[name].get(year, LINE) is not None}
    return [sector(i, [c for c in group if c in there])
            for i, group in enumerate(industries()) if there.intersection(group)]


def programme():
    _, streaks = indices(SEEDS)
    groups = industries()
    everybody = [sector(i, group) for i, group in enumerate(groups)]
    return {
        "programme": "ksqi", "name": {"en": "Call-centre service quality", "ko": "콜센터 서비스 품질 조사"},
        "channels": [{"code": "phone", "name": {"en": "Phone", "ko": "전화"}}],
        "companies": [{"code": c, "name": name_of(c, i, n)}
                      for i, group in enumerate(groups) for n, c in enumerate(group)],
        "holidays": HOLIDAYS,
        "instruments": [{
            "code": "calls", "scoring": "pooled", "unanswered": "zero",
            "areas": [{"code": c, "name": {"en": e, "ko": k}} for c, e, k in AREAS],
            "items": [item(n) for n in range(len(ITEMS))],
        }],
        "waves": [wave(y, old_sectors(y, streaks)) for y in OLD] +
                 [wave(y, everybody) for y in (2019, 2020, 2021)],
    }


def index_of(company, year, made, streaks, chance):
    if year in made:
        return made[year][company]
    name = next(n for n, c in streaks.items() if c == company)
    return STREAKS[name].get(year, 0) or chance.between(90.8, 93.5)


def call(number, company, year, p, days, instrument, chance, answered):
    # Morning, noon and afternoon alike.
    minute = (540, 720, 900)[number % 3] + chance.below(180)
    row = {"result_id": f"{year}-{company}-{number + 1:03}", "company": company, "channel": "phone",
           "shopper": f"M{number + 1:03}", "answered": int(answered), "answers": {},
           "contacted_at": making.instant(days[chance.below(len(days))], minute, 9, chance.below(60))}
    if not answered:
        return row
    here = clamp(p + 0.05 * chance.normal(), 0, 1)
    row["answers"] = {code: chance.level(here, len(points) - 1)
                      for code, points in instrument.points.items()}
    row["wait_seconds"] = 5 + 40 * (4 - row["answers"]["availability-2"]) + chance.below(15)
    row["duration_seconds"] = 60 + chance.below(300)
    return row


def results(of_wave, instrument):
    """One call a monitor and company; about one of 200 finds nobody there."""
    year = int(of_wave["code"])
    made, streaks = indices(SEEDS)
    days = making.working_days(of_wave["period"]["from"], of_wave["period"]["until"], HOLIDAYS)
    rows = []
    for in_sector in of_wave["sectors"]:
        for company in in_sector["companies"]:
            chance = Chance("ksqi", year, company)
            index = index_of(company, year, made, streaks, chance)
            lost = 0.005 if year in CALLS else 0
            own = [call(n, company, year, index / 100 / (1 - lost), days, instrument, chance,
                        chance.random() >= lost)
                   for n in range(of_wave["planned_contacts"])]
            cliffs = year == 2021 and abs(index - LINE) < 0.01
            making.steer(instrument, own, index, 0 if cliffs else 0.03, chance)
            rows += own
    return rows


if __name__ == "__main__":
    making.main(__file__, programme(), results)
