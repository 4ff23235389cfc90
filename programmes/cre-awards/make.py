#!/usr/bin/env python3
"""Awards in the manner of the CRE Awards: judges score entrants of nine categories in four stages.

Usage and promise: ../making.py. All entrants are invented. Seven judges fill in a sheet each about
every entrant; a sheet holds all stages, and a person's has no site visit. What each stage weighs
is our assumption: no public source says it.

The category "crm-manager" has two winners with the very same index. The best entrant of the
category "service-team" has no certified manager and therefore cannot win.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import making  # noqa: E402
from making import Chance, clamp  # noqa: E402

JUDGES = 7
HIGHEST = 10
STAGES = [("submission", "Written submission", 30), ("presentation", "Presentation", 25),
          ("interview", "Interview", 25), ("visit", "Site visit", 20)]
CRITERIA = [
    ("submission", "What was achieved is shown by figures"),
    ("submission", "Customers' view is heard and used"),
    ("submission", "People are led and grow"), ("submission", "What was learnt is written down"),
    ("presentation", "The story is clear"), ("presentation", "Questions are answered"),
    ("presentation", "Others can learn from it"),
    ("interview", "Knows the trade"), ("interview", "Knows the customers"),
    ("interview", "Speaks for the team"),
    ("visit", "The work is as described"), ("visit", "Agents know the aims"),
    ("visit", "The place fits the work"),
]
# Code, English, kind of entrant, entrants.
CATEGORIES = [
    ("centre-large", "Contact centre of the year, 100 seats and more", "company", [
        {"en": "Gaonbit Bank", "ko": "가온빛 은행"}, {"en": "Nine Cranes Insurance", "zh": "九鹤云台保险"},
        {"en": "Lotus Wharf Telecom", "vi": "Viễn thông Bến Sen Trắng"},
        {"en": "Hegrevoll Power", "no": "Hegrevoll Strøm"},
        {"en": "Solbari Card", "ko": "솔바리뜰 카드"}]),
    ("centre-small", "Contact centre of the year, fewer than 100 seats", "company", [
        {"en": "Jade Ferry Travel", "zh": "青渡行旅行"},
        {"en": "Dragonfly Clinic", "vi": "Phòng khám Chuồn Chuồn"},
        {"en": "Rypesund Water", "no": "Rypesund Vann"}, {"en": "Mulbineul Books", "ko": "물비늘 책방"}]),
    ("public-service", "Public service of the year", "company", [
        {"en": "Hanriver Registry", "ko": "한뫼 등기소"}, {"en": "Cloud Terrace Water Works", "zh": "云台自来水"},
        {"en": "Ospestad Transit", "no": "Ospestad Kollektiv"},
        {"en": "Harbour of White Lotus", "vi": "Cảng Sen Trắng"}]),
    ("outsourcer", "Service provider of the year", "company", [
        {"en": "Lotus Wharf Contact", "vi": "Trung tâm Liên lạc Bến Sen Trắng"},
        {"en": "Jade Ferry Voice", "zh": "青渡行语音"},
        {"en": "Dasomgyeol Desk", "ko": "다솜결 데스크"}, {"en": "Skarlia Contact"}]),
    ("service-team", "Service team of the year", "team", [
        {"en": "Night desk of Gaonbit Bank", "ko": "가온빛 은행 야간팀"},
        {"en": "Claims desk of Nine Cranes", "zh": "九鹤云台理赔组"},
        {"en": "Outage desk of Hegrevoll", "no": "Feilmeldingen i Hegrevoll"},
        {"en": "Chat desk of Solbari", "ko": "솔바리뜰 채팅팀"}]),
    ("quality-team", "Quality team of the year", "team", [
        {"en": "Listeners of Lotus Wharf", "vi": "Nhóm Lắng nghe Bến Sen Trắng"},
        {"en": "Quality desk of Jade Ferry", "zh": "青渡行质检组"},
        {"en": "Coaches of Mulbineul", "ko": "물비늘 코치팀"}]),
    ("crm-director", "CRM director of the year", "person", [
        {"en": "Sol-a Gang", "ko": "강솔아"}, {"en": "Nguyen Thi Sen", "vi": "Nguyễn Thị Sen"},
        {"en": "He Yuntai", "zh": "贺云台"},
        {"en": "Åse Rypesund"}]),
    ("crm-manager", "CRM manager of the year", "person", [
        {"en": "Da-on Seo", "ko": "서다온"}, {"en": "Tran Van Ben", "vi": "Trần Văn Bến"},
        {"en": "Qing Duxing", "zh": "青渡行"},
        {"en": "Øystein Hegrevoll"}, {"en": "Byeol Yun", "ko": "윤별"}]),
    ("agent", "Agent of the year", "person", [
        {"en": "Mi-reu Pyo", "ko": "표미르"}, {"en": "Le Thi Chuon", "vi": "Lê Thị Chuồn"},
        {"en": "Jiu He", "zh": "九荷"},
        {"en": "Sølvi Skarlia"}]),
]
JOINT, UNCERTIFIED_BEST = "crm-manager", "service-team"
CERTIFIED = "certified_manager"


def entrants():
    """Codes by category."""
    made, number = {}, 0
    for category, _, _, names in CATEGORIES:
        made[category] = [f"E{number + n + 1:02}" for n in range(len(names))]
        number += len(names)
    return made


def instrument():
    counts, items = {}, []
    for stage, words in CRITERIA:
        counts[stage] = counts.get(stage, 0) + 1
        items.append({"code": f"{stage}-{counts[stage]}", "area": stage, "name": {"en": words},
                      "options": [{"answer": a, "points": a} for a in range(HIGHEST + 1)]})
    return {"code": "sheet", "scoring": "weighted_areas", "unanswered": "exclude",
            "areas": [{"code": c, "name": {"en": n}, "weight": w} for c, n, w in STAGES], "items": items}


def indices():
    """Drawn for each category: the first is the best one, the others stand below."""
    made = {}
    for category, codes in entrants().items():
        chance = Chance("cre-awards", category)
        best = 82 + chance.below(10)
        order = chance.shuffled(codes)
        made[category] = {c: best - 2.5 * n - chance.random() * (n > 0) for n, c in enumerate(order)}
    return made


def member(category, code, place):
    """The others have certified managers; of the last ones of a category not all."""
    without = place == 0 if category == UNCERTIFIED_BEST else place == 3
    return code if without else {"company": code, "fulfils": [CERTIFIED]}


def sector(category, words):
    order = list(indices()[category])
    return {"code": category, "name": {"en": words},
            "companies": [member(category, c, order.index(c)) for c in entrants()[category]]}


def wave():
    return {
        "code": "2013", "name": {"en": "2013"}, "instrument": "sheet", "series": "awards",
        "period": {"from": "2013-06-03", "until": "2013-09-27"}, "planned_contacts": JUDGES,
        "minimum_base": {"publish": 3, "rank": 5, "cell": 3}, "channel_weights": {"jury": 1},
        "time_zone": "Asia/Hong_Kong", "before_publication": "hidden", "prerequisites": [CERTIFIED],
        "awards": [
            {"code": "winner", "name": {"en": "Winner of the category"},
             "kind": "rank", "scope": "sector", "rank": 1,
             "prerequisites": [CERTIFIED]},
            {"code": "distinction", "name": {"en": "Distinction: 85 or more"},
             "kind": "line", "at_least": 85},
            {"code": "best_presentation", "name": {"en": "Best presentation of all"},
             "kind": "rank", "scope": "field",
             "metric": "area:presentation", "rank": 1}],
        "sectors": [sector(code, words) for code, words, _, _ in CATEGORIES],
    }


def programme():
    codes = entrants()
    return {
        "programme": "cre-awards", "name": {"en": "Customer relationship awards"},
        "channels": [{"code": "jury", "name": {"en": "Jury"}}],
        "companies": [{"code": code, "name": name, "kind": kind}
                      for category, _, kind, names in CATEGORIES
                      for code, name in zip(codes[category], names)],
        "instruments": [instrument()], "waves": [wave()],
    }


def sheet(entrant, judge, index, kind, days, instrument_of, chance):
    # Some judges are strict with everybody.
    here = clamp(index / 100 + 0.02 * (judge - JUDGES / 2) + 0.03 * chance.normal(), 0, 1)
    answers = {code: chance.level(here, HIGHEST) for code in instrument_of.points
               if not (kind == "person" and code.startswith("visit"))}
    return {"result_id": f"{entrant}-J{judge + 1}", "company": entrant, "channel": "jury",
            "shopper": f"J{judge + 1}",
            "contacted_at": making.instant(chance.pick(days), 540 + chance.below(480), 8), "answers": answers}


def results(of_wave, instrument_of):
    days = making.working_days(of_wave["period"]["from"], of_wave["period"]["until"], [])
    rows = []
    for category, _, kind, _ in CATEGORIES:
        index = indices()[category]
        by_entrant = {}
        for entrant, mean in index.items():
            chance = Chance("cre-awards", entrant)
            own = [sheet(entrant, j, mean, kind, days, instrument_of, chance) for j in range(JUDGES)]
            making.steer(instrument_of, own, mean, 0.2, chance)
            by_entrant[entrant] = own
        if category == JOINT:
            first, second = list(index)[:2]
            same_sums(by_entrant[second], by_entrant[first])
        rows += [row for entrant in entrants()[category] for row in by_entrant[entrant]]
    return rows


def same_sums(rows, as_those):
    """Each judge gives both the same points in a stage, for other criteria."""
    for row, like in zip(rows, as_those):
        stages = {}
        for code, points in like["answers"].items():
            stages.setdefault(code.split("-")[0], []).append(points)
        for stage, points in stages.items():
            row["answers"].update({f"{stage}-{n + 1}": p for n, p in enumerate(reversed(points))})


if __name__ == "__main__":
    making.main(__file__, programme(), results, kept=("2013",))
