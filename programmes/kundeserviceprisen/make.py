#!/usr/bin/env python3
"""A customer service prize in the manner of Kundeserviceprisen: mystery contacts over four channels.

Usage and promise: ../making.py. All companies are invented. Waves:

    2020             23 classes, 181 centres, 25 contacts each; three areas
    2021             the same centres, one of them renamed; waiting time is an area of its own
    2023-shoppers    19 classes, 196 centres, 4,900 contacts
    2023-customers   the same centres, 15,569 answers of their own customers

A centre's score is drawn first (targets()): the mean of all, of the winner and of the lowest
class are those the programme published; then contacts are drawn and steered to it.
"""
import datetime
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import making  # noqa: E402
from making import Chance, clamp  # noqa: E402

PLANNED = 25
CHANNELS = {"phone": ("Phone", "Telefon"), "email": ("E-mail or contact form", "E-post eller skjema"),
            "chat": ("Chat", "Chat"), "messenger": ("Messenger", "Messenger"),
            "panel": ("Customer survey", "Kundeundersøkelse")}
KEY = {"phone": 36, "email": 24, "chat": 20, "messenger": 20}
CLASSES = [
    # code, English, Norwegian, the word its centres share, centres in 2020
    ("public", "Public", "Offentlig", "etat", 8), ("insurance", "Insurance", "Forsikring", "Forsikring", 12),
    ("banks", "Banks", "Bank", "Bank", 15), ("power", "Electricity", "Strøm", "Strøm", 11),
    ("grids", "Power grids", "Nettselskap", "Nett", 10), ("mobile", "Mobile telephony", "Mobil", "Mobil", 10),
    ("broadband", "Broadband", "Bredbånd", "Bredbånd", 9),
    ("fashion", "Online fashion", "Klær på nett", "Klær", 9),
    ("electronics", "Electronics", "Elektronikk", "Elektro", 9),
    ("furniture", "Furniture", "Møbler", "Møbler", 8),
    ("builders", "Building supplies", "Byggevare", "Bygg", 8), ("travel", "Travel", "Reise", "Reiser", 7),
    ("airlines", "Airlines", "Fly", "Fly", 7), ("hotels", "Hotels", "Hotell", "Hotell", 7),
    ("transit", "Public transport", "Kollektiv", "Kollektiv", 7),
    ("parcels", "Parcels", "Pakker", "Pakke", 7),
    ("newspapers", "Newspapers", "Aviser", "Avis", 7), ("opticians", "Opticians", "Optikk", "Optikk", 6),
    ("security", "Home security", "Alarm", "Alarm", 6), ("pensions", "Pensions", "Pensjon", "Pensjon", 5),
    ("roadside", "Roadside help", "Veihjelp", "Veihjelp", 5), ("sports", "Sports", "Sport", "Sport", 4),
    ("gardens", "Garden centres", "Hage", "Hage", 4),
]
LEFT_BY_2023 = {"pensions", "roadside", "sports", "gardens"}
FIRST = "Hegre Gaupe Tiur Ospe Lerke Rype Måne Skar Ulve Ravn Bjørke Elve Stjerne Sølje".split()
SECOND = "voll neset haug lia brekka sund ås stad holm".split()
OTHERS = {
    "K019": {"en": "Lotus Bay Bank", "vi": "Ngân hàng Vịnh Sen Trắng"},
    "K058": {"en": "Gaonbit Mobil", "ko": "가온빛 모바일"},
    "K101": {"en": "Nine Cranes Reiser", "zh": "九鹤云台旅行"},
}
RENAMED = ("K034", "K182")  # since 2021

AREAS = {"wait": ("Waiting time", "Ventetid"), "welcome": ("Reception and welcome", "Mottak og velkomst"),
         "agent": ("The agent", "Kundebehandleren"), "overall": ("Overall impression", "Helhetsinntrykk")}
# The five categories are the first word of an item's code; an area is one or two of them.
AREA_OF = {"2020": {"contact": "welcome", "greeting": "welcome", "needs": "agent", "answer": "agent",
                    "closing": "overall"}}
AREA_OF["2021"] = {**AREA_OF["2020"], "contact": "wait"}
SPOKEN, WRITTEN = ["phone"], ["email", "chat", "messenger"]
# Category, words, highest answer, points of it (None: asked for insight only), channels, whether
# it may not apply. On every channel 5, 17, 50 and 28 points: contact, greeting, agent, closing.
ITEMS = [
    ("contact", "Reached somebody at the first attempt", 1, 2, None, False),
    ("contact", "The wait was short", 2, 2, None, False),
    ("contact", "The menu led to the right place", 1, 1, SPOKEN, True),
    ("contact", "The way to write was easy to find", 1, 1, WRITTEN, False),
    ("contact", "Was told the place in the queue", 1, None, ["phone", "chat"], True),
    ("contact", "An answer came between the two attempts", 1, None, ["messenger"], False),
    ("greeting", "Said the company's name", 1, 3, None, False),
    ("greeting", "Said the own name", 1, 3, None, False),
    ("greeting", "A friendly opening", 3, 6, None, False),
    ("greeting", "A clear voice", 2, 5, SPOKEN, False),
    ("greeting", "Written without mistakes", 2, 5, WRITTEN, False),
    ("needs", "Asked what was needed to help", 3, 6, None, False),
    ("needs", "Understood the question", 3, 7.5, None, False),
    ("needs", "Let the caller finish", 2, 4, SPOKEN, False),
    ("needs", "Went into every part of the question", 2, 4, WRITTEN, False),
    ("needs", "Repeated what had been understood", 1, 2.5, None, True),
    ("needs", "Asked for a customer number", 1, None, None, False),
    ("answer", "A complete answer", 4, 8, None, False),
    ("answer", "The right answer, as far as can be seen", 2, 5, None, True),
    ("answer", "Plain words", 3, 6, None, False),
    ("answer", "Took the initiative", 2, 5, None, False),
    ("answer", "Said what happens next", 1, 3, None, True),
    ("answer", "Sounded sure", 2, 3, SPOKEN, False),
    ("answer", "Easy to read", 2, 3, WRITTEN, False),
    ("answer", "Passed on to somebody else", 1, None, None, False),
    ("closing", "Friendly and patient", 2, 7, None, False),
    ("closing", "Felt like a valued customer", 4, 7, None, False),
    ("closing", "The matter was settled", 2, 6, None, False),
    ("closing", "Thanked for the contact", 1, 3, None, False),
    ("closing", "The contact as a whole", 5, 5, None, False),
    ("closing", "Would have given up without an errand", 1, None, None, False),
]
STATEMENTS = ["It is easy to get hold of them", "They are friendly", "They know their trade",
              "My matter was settled", "I would turn to them again"]
QUESTIONS = [
    {"code": "csat", "name": {"en": "Satisfaction", "no": "Tilfredshet"}, "measure": "csat",
     "scale": {"min": 1, "max": 5}, "direction": "high_is_good", "good_from": 4},
    {"code": "ces", "name": {"en": "How easy was it to get help?", "no": "Hvor lett var det å få hjelp?"},
     "measure": "ces", "scale": {"min": 1, "max": 7}, "direction": "high_is_easy", "good_from": 5},
    {"code": "nps", "name": {"en": "Recommendation", "no": "Anbefaling"}, "measure": "nps",
     "scale": {"min": 0, "max": 10}},
    {"code": "ves1", "name": {"en": "Felt understood", "no": "Følte seg forstått"},
     "measure": "other", "scale": {"min": 1, "max": 7}},
    {"code": "ves2", "name": {"en": "Felt important", "no": "Følte seg viktig"},
     "measure": "other", "scale": {"min": 1, "max": 7}},
]
HOLIDAYS = """
2020-01-01 2020-04-09 2020-04-10 2020-04-12 2020-04-13 2020-05-01 2020-05-17 2020-05-21 2020-05-31
2020-06-01 2021-01-01 2021-04-01 2021-04-02 2021-04-04 2021-04-05 2021-05-01 2021-05-13 2021-05-17
2021-05-23 2021-05-24 2023-01-01 2023-04-06 2023-04-07 2023-04-09 2023-04-10 2023-05-01 2023-05-17
2023-05-18 2023-05-28 2023-05-29
""".split()
# What a wave looks like: the mean of centres, the winner, the lowest class, the share of planned
# contacts that was made, and how many contacts break a rule of fieldwork.
SHAPE = {
    "2020": {"mean": 73.9, "winner": 92.1, "lowest": 51.1, "made": 0.95, "customers": 3,
             "outside": 7, "late": 5, "slow": 4},
    "2021": {"mean": 75.2, "winner": 93.0, "lowest": 54.8, "made": 0.95, "customers": 2,
             "outside": 4, "late": 6, "slow": 3},
    "2023-shoppers": {"mean": 76.6, "winner": 94.0, "lowest": 58.0, "made": 1, "customers": 0,
                      "outside": 5, "late": 3, "slow": 2},
    "2023-customers": {"mean": 71.4, "winner": 86.0, "lowest": 60.3},
}
SURVEYED = 15569
SHOPPERS = 240
PERIODS = {"2020": ("2020-01-06", "2020-04-30"), "2021": ("2021-01-11", "2021-05-07"),
           "2023-shoppers": ("2023-01-09", "2023-05-05"), "2023-customers": ("2023-01-09", "2023-05-05")}


def classes_of(wave):
    """Centres by class: 2020, renamed in 2021, regrouped and joined by 33 more in 2023."""
    made, number = {}, 0
    for code, _, _, _, size in CLASSES:
        made[code] = [f"K{number + n + 1:03}" for n in range(size)]
        number += size
    if wave != "2020":
        made = {k: [RENAMED[1] if c == RENAMED[0] else c for c in v] for k, v in made.items()}
    if wave.startswith("2023"):
        made = {k: v for k, v in made.items() if k not in LEFT_BY_2023}
        for n in range(33):
            list(made.values())[(n * 7 + 2) % len(made)].append(f"K{183 + n:03}")
    return made


def class_of_everybody():
    made = {c: k for k, group in classes_of("2020").items() for c in group}
    made.update({c: k for k, group in classes_of("2023-shoppers").items() for c in group})
    return dict(sorted(made.items()))


def companies():
    made, used = [], {}
    for place, (code, class_code) in enumerate(class_of_everybody().items()):
        word = next(c[3] for c in CLASSES if c[0] == class_code)
        n = place * 5 + place // 14
        stem = FIRST[n % len(FIRST)] + SECOND[(n // 3) % len(SECOND)]
        while (stem, word) in used:
            n += 1
            stem = FIRST[n % len(FIRST)] + SECOND[(n // 3) % len(SECOND)]
        used[stem, word] = code
        name = f"{stem} {word}" if word != "etat" else f"{stem}etaten"
        made.append({"code": code, "name": OTHERS.get(code, {"en": name})})
    return made


def channels_of(company):
    """A company lacks the same channels in every wave."""
    chance = Chance("kundeserviceprisen", "channels", RENAMED[0] if company == RENAMED[1] else company)
    lacks = {"chat": 0.2, "messenger": 0.3, "email": 0.04}
    return [c for c in KEY if chance.random() >= lacks.get(c, 0)]


def item(number, instrument):
    category, words, highest, points, channels, may_lack = ITEMS[number]
    order = [i for i, other in enumerate(ITEMS) if other[0] == category].index(number) + 1
    made = {"code": f"{category}-{order}", "area": AREA_OF[instrument][category], "name": {"en": words}}
    if channels:
        made["channels"] = channels
    if points is None:
        return {**made, "scored": False, "options": [{"answer": a} for a in range(highest + 1)]}
    worth = [points * a / highest for a in range(highest + 1)]
    made["options"] = [{"answer": a, "points": int(p) if p == int(p) else p} for a, p in enumerate(worth)]
    return {**made, "no_answer": ["NA"]} if may_lack else made


def instrument(code):
    areas = [a for a in AREAS if a in AREA_OF[code].values()]
    items = sorted((item(n, code) for n in range(len(ITEMS))), key=lambda i: areas.index(i["area"]))
    for made in items:
        made.setdefault("channels", list(KEY))
    return {"code": code, "scoring": "pooled", "unanswered": "zero",
            "areas": [area(a) for a in areas], "items": items, "questions": QUESTIONS}


def area(code):
    return {"code": code, "name": {"en": AREAS[code][0], "no": AREAS[code][1]}}


def customers_instrument():
    return {"code": "customers", "scoring": "pooled", "unanswered": "exclude",
            "areas": [{"code": "service", "name": {"en": "Service", "no": "Service"}}],
            "items": [{"code": f"service-{n + 1}", "area": "service", "name": {"en": words},
                       "channels": ["panel"],
                       "options": [{"answer": a, "points": a - 1} for a in range(1, 7)],
                       "no_answer": ["NA"]} for n, words in enumerate(STATEMENTS)],
            "questions": QUESTIONS[:3]}


def sectors(wave):
    made = []
    for code, english, norwegian, _, _ in CLASSES:
        group = classes_of(wave).get(code)
        if not group:
            continue
        members = group if wave == "2023-customers" else [member(c) for c in group]
        made.append({"code": code, "name": {"en": english, "no": norwegian}, "companies": members})
    return made


def member(company):
    has = channels_of(company)
    return company if len(has) == len(KEY) else {"company": company, "channels": has}


def award(code, english, norwegian, scope, **more):
    return {"code": code, "name": {"en": english, "no": norwegian}, "kind": "rank", "scope": scope,
            "rank": 1, **more}


def shopper_awards():
    return [award("class_winner", "Winner of the class", "Bransjevinner", "sector"),
            award("winner", "Winner", "Vinner", "field")] + \
           [award(f"best_on_{c}", f"Best on {CHANNELS[c][0].lower()}", f"Best på {CHANNELS[c][1].lower()}",
                  "field", channel=c) for c in KEY]


def wave(code):
    first, until = PERIODS[code]
    return {"code": code, "name": {"en": code.replace("-", ", ")},
            "instrument": {"2023-shoppers": "2021", "2023-customers": "customers"}.get(code, code),
            "series": "customers" if code == "2023-customers" else "shoppers",
            "period": {"from": first, "until": until}, "time_zone": "Europe/Oslo"}


def shopper_wave(code):
    """Every centre has 21 contacts or more; a base of five is what "best on a channel" needs."""
    made = wave(code)
    if code == "2021":
        made["series_break"] = {"reason": {"en": "waiting time became an area of its own",
                                           "no": "ventetid ble et eget område"}}
    awards = shopper_awards()
    if code == "2023-shoppers":
        awards.append(award("best_mean", "Best mean of both surveys", "Best i snitt av begge undersøkelsene",
                            "field", metric="combined:2023"))
    return {**made, "planned_contacts": PLANNED, "minimum_base": {"publish": 5, "rank": 5, "cell": 5},
            "channel_weights": KEY,
            "contact_hours": {"from": "09:00", "until": "15:00", "weekdays": [1, 2, 3, 4, 5]},
            "fieldwork": {
                "limits": {"phone": {"wait_seconds": 300}, "chat": {"wait_seconds": 300},
                           "messenger": {"wait_seconds": 1800},
                           "email": {"working_days": 3, "sent_until": "12:00"}},
                "shopper_contacts": {"per_company": 1, "per_wave": 40, "per_day": 5},
                "breaches": {"shopper_is_customer": "excludes"}},
            "awards": awards, "sectors": sectors(code)}


def customer_wave(code):
    return {**wave(code), "minimum_base": {"publish": 30, "rank": 50, "cell": 30},
            "awards": [award("class_winner", "Customers' favourite of the class", "Kundenes favoritt",
                             "sector")],
            "sectors": sectors(code)}


def programme():
    return {
        "programme": "kundeserviceprisen",
        "name": {"en": "Customer service prize", "no": "Kundeserviceprisen"},
        "channels": [{"code": c, "name": {"en": e, "no": n}} for c, (e, n) in CHANNELS.items()],
        "companies": companies(),
        "successors": [{"company": RENAMED[1], "of": RENAMED[0], "kind": "renamed", "from": "2020-09-01"}],
        "holidays": HOLIDAYS,
        "instruments": [instrument("2020"), instrument("2021"), customers_instrument()],
        "waves": [shopper_wave("2020"), shopper_wave("2021"), shopper_wave("2023-shoppers"),
                  customer_wave("2023-customers")],
        "combined": [{"code": "2023", "name": {"en": "Mean of shoppers and customers",
                                               "no": "Snitt av begge undersøkelsene"},
                      "of": [{"wave": "2023-shoppers", "weight": 1},
                             {"wave": "2023-customers", "weight": 1}]}],
    }


# The figures, drawn before any contact.

def targets(code):
    """Mean score of each centre."""
    shape, groups = SHAPE[code], classes_of(code)
    chance = Chance("kundeserviceprisen", "targets", code)
    level = {k: 4.5 * chance.normal() for k in groups if k != "public"}
    made = {"public": centred(groups["public"], shape["lowest"], 8, chance)}
    count = sum(map(len, groups.values()))
    rest = count - len(groups["public"])
    others = (shape["mean"] * count - shape["lowest"] * len(groups["public"])) / rest
    drift = sum(level[k] * len(groups[k]) for k in level) / rest
    for k in level:
        level[k] = max(others + level[k] - drift, shape["lowest"] + 9)
    crown(level, groups, others)
    for k in level:
        made[k] = centred(groups[k], level[k], 5, chance)
    return with_winner(made, shape["winner"], max(level, key=level.get))


def crown(level, groups, others):
    """Takes the shift of the lifted classes off the others, so that the mean stays."""
    count = sum(len(groups[k]) for k in level)
    shift = sum(level[k] * len(groups[k]) for k in level) / count - others
    for k in level:
        level[k] -= shift


def centred(group, level, sd, chance):
    drawn = [sd * chance.normal() for _ in group]
    middle = sum(drawn) / len(drawn)
    return {c: level + x - middle for c, x in zip(group, drawn)}


def with_winner(by_class, winner, best_class):
    """The best of the best class wins, its class keeps its mean, nobody else comes near."""
    group = by_class[best_class]
    first = max(group, key=group.get)
    move = (winner - group[first]) / (len(group) - 1)
    group.update({c: winner if c == first else x - move for c, x in group.items()})
    made = {}
    for group in by_class.values():
        over = sum(max(0, x - winner + 1.5) for c, x in group.items() if c != first)
        low = min(group, key=group.get)
        for c, x in group.items():
            made[c] = x if c == first else min(x, winner - 1.5) + (over if c == low else 0)
    return made


# Contacts.

def planned(company):
    channels = making.split(PLANNED, KEY, channels_of(company))
    return [c for c in channels for _ in range(channels[c])]


def not_made(of_wave, chance):
    """Which of the planned contacts were never made: at most four of one centre."""
    everybody = [c["company"] if isinstance(c, dict) else c
                 for s in of_wave["sectors"] for c in s["companies"]]
    most = len(everybody) * PLANNED
    left = most - int(most * SHAPE[of_wave["code"]]["made"] + 0.5)
    gone = {c: set() for c in everybody}
    for place in chance.shuffled(range(most)):
        of = gone[everybody[place // PLANNED]]
        if left and len(of) < 4:
            of.add(place % PLANNED)
            left -= 1
    return gone


def contact(number, company, channel, shopper, days, chance):
    date = chance.pick(days)
    until = 720 if channel == "email" else 900
    return {"result_id": f"{company}-{number + 1:02}", "company": company, "channel": channel,
            "shopper": f"S{shopper + 1:03}", "date": date, "minute": 540 + chance.below(until - 540),
            "second": chance.below(60), "answered": 1, "attempt": 1, "customer": 0, "answers": {}}


def answer(row, p, instrument_of, chance):
    here = clamp(p + 0.13 * chance.normal(), 0.02, 1)
    for code in instrument_of.asked(row["channel"]):
        of = instrument_of.items[code]
        if chance.random() < 0.12 and "no_answer" in of:
            continue
        if code in instrument_of.points:
            row["answers"][code] = chance.level(here, len(of["options"]) - 1)
        else:
            row["answers"][code] = int(chance.random() < 0.3)


def waiting(row, chance):
    """Attempt and wait as the answers about them say."""
    quick = row["answers"].get("contact-2", 0)
    row["attempt"] = 1 if row["answers"].get("contact-1") else 2
    if row["channel"] == "email":
        row["wait_seconds"] = mail_wait(row, 3 - quick, chance)
        return
    row["wait_seconds"] = most = 1800 if row["channel"] == "messenger" else 300
    if row["answered"]:
        row["wait_seconds"] = int(most * (2.4 - quick + 0.5 * chance.random()) / 3)
        row["duration_seconds"] = 90 + chance.below(600)


def mail_wait(row, number, chance):
    """Seconds until an answer on the number-th working day, that of sending being the first."""
    later = making.working_days(row["date"].isoformat(),
                                (row["date"] + datetime.timedelta(20)).isoformat(), HOLIDAYS)
    date = later[number - 1]
    minute = 960
    if row["answered"]:
        minute = 725 + chance.below(235) if number == 1 else 485 + chance.below(470)
    days = (date - row["date"]).days
    summer = making.oslo_hours(date) - making.oslo_hours(row["date"])
    return days * 86400 + (minute - row["minute"]) * 60 - row["second"] - summer * 3600


def cx(row, score, chance):
    share = score / 10000
    heart = share + 0.16 * chance.normal()

    def on(low, high, lift):
        return clamp(int(low + (high - low) * (heart + lift + 0.06 * chance.normal()) + 0.5), low, high)
    row["cx"] = {"csat": on(1, 5, -0.08), "ces": on(1, 7, -0.06), "nps": on(0, 10, -0.128),
                 "ves1": on(1, 7, -0.04), "ves2": on(1, 7, -0.09)}


def company_rows(company, mean, of_wave, gone, days, instrument_of):
    chance = Chance("kundeserviceprisen", of_wave["code"], company)
    shoppers = chance.shuffled(range(SHOPPERS))
    channels = chance.shuffled(planned(company))
    rows = [contact(n, company, channel, shoppers[n], days, chance)
            for n, channel in enumerate(channels) if n not in gone]
    lost = clamp((94 - mean) / 220, 0, 0.3)
    for n, row in enumerate(rows):
        # A high mean allows few without an answer.
        enough = (1 - (1 + sum(not r["answered"] for r in rows[:n])) / len(rows)) * 96 > mean
        row["answered"] = int(chance.random() >= lost or not enough)
    reached = sum(row["answered"] for row in rows) / len(rows)
    for row in rows:
        if row["answered"]:
            answer(row, mean / 100 / reached, instrument_of, chance)
    making.steer(instrument_of, rows, mean, 0.1, chance)
    for row in rows:
        waiting(row, chance)
        if row["answered"]:
            cx(row, instrument_of.score(row), chance)
    return rows


def breaches(rows, shape, chance):
    """Contacts that break a rule of fieldwork, each another one."""
    order = iter(chance.shuffled([r for r in rows if r["answered"]]))

    def some(count, fits):
        made = []
        while len(made) < count:
            made += [row for row in [next(order)] if fits(row)]
        return made
    for row in some(shape["customers"], lambda r: True):
        row["customer"] = 1
    for row in some(shape["outside"], lambda r: r["channel"] == "phone"):
        row["minute"] = 901 + chance.below(40)
    for row in some(shape["late"], lambda r: r["channel"] == "email"):
        minute = row["minute"]
        row["minute"] = 722 + chance.below(30)
        row["wait_seconds"] = max(600, row["wait_seconds"] - 60 * (row["minute"] - minute))
    for row in some(shape["slow"], lambda r: r["channel"] in ("phone", "chat")):
        row["wait_seconds"] = 305 + chance.below(200)


def shopper_results(of_wave, instrument_of):
    chance = Chance("kundeserviceprisen", "wave", of_wave["code"])
    mean, gone = targets(of_wave["code"]), not_made(of_wave, chance)
    days = making.working_days(of_wave["period"]["from"], of_wave["period"]["until"], HOLIDAYS)
    rows = [row for company in gone
            for row in company_rows(company, mean[company], of_wave, gone[company], days, instrument_of)]
    breaches(rows, SHAPE[of_wave["code"]], chance)
    for row in rows:
        row["contacted_at"] = making.instant(row["date"], row["minute"], making.oslo_hours(row["date"]),
                                             row["second"])
    return rows


def customer_results(of_wave, instrument_of):
    mean = targets(of_wave["code"])
    days = making.working_days(of_wave["period"]["from"], of_wave["period"]["until"], HOLIDAYS)
    rows = []
    for place, (company, index) in enumerate(mean.items()):
        chance = Chance("kundeserviceprisen", of_wave["code"], company)
        count = SURVEYED // len(mean) + (place < SURVEYED % len(mean))
        own = [customer_row(n, company, index, days, instrument_of, chance) for n in range(count)]
        making.steer(instrument_of, own, index, 0.1, chance)
        for row in own:
            cx(row, instrument_of.score(row), chance)
        rows += own
    return rows


def customer_row(number, company, index, days, instrument_of, chance):
    here = clamp(index / 100 + 0.2 * chance.normal(), 0.02, 0.98)
    date = chance.pick(days)
    return {"result_id": f"{company}-{number + 1:03}", "company": company, "channel": "panel",
            "contacted_at": making.instant(date, 480 + chance.below(720), making.oslo_hours(date)),
            "answers": {code: 1 + chance.level(here, 5) for code in instrument_of.points}}


def results(of_wave, instrument_of):
    make = customer_results if of_wave["code"] == "2023-customers" else shopper_results
    return make(of_wave, instrument_of)


if __name__ == "__main__":
    making.main(__file__, programme(), results)
