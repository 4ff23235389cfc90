#!/usr/bin/env python3
"""An audit in the manner of ISO 18295: contact centres against part 1, their clients against part 2.

Usage and promise: ../making.py. All parties are invented; clauses and requirements are described
in our own words. An audit of a party is four sessions, each a result: a review of documents, two
interviews and a visit. Which requirements are not met is drawn for each party (FINDINGS says how
many; a major one in the documents). A key figure that is one of them misses its limit.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import making  # noqa: E402
from making import Chance  # noqa: E402

CHANNELS = {"document": "Review of documents", "interview": "Interview", "visit": "Visit"}
SESSIONS = ["document", "interview", "interview", "visit"]
ALL = list(CHANNELS)
AREAS = {
    "1": [("customer", "Customer relationship"), ("leadership", "Leadership"), ("people", "Human resources"),
          ("processes", "Operational processes"), ("infrastructure", "Infrastructure"),
          ("client", "Client relationship")],
    "2": [("customer", "Customer relationship"), ("leadership", "Leadership"),
          ("centre", "Work with the centre"),
          ("improvement", "Measuring and improving")],
}
REQUIREMENTS = {
    "1": [
        ("customer", "Customers learn how and when they reach the centre", ["document", "visit"]),
        ("customer", "Customers are told how long they wait and what happens next", ["interview", "visit"]),
        ("customer", "What customers go through is measured on every channel", ["document", "interview"]),
        ("customer", "Complaints are taken, followed and closed", ALL),
        ("customer", "Customers' data are kept and shown only as needed", ALL),
        ("leadership", "A named person answers for the centre's service", ["document", "interview"]),
        ("leadership", "Aims are known to those who work for them", ["interview", "visit"]),
        ("leadership", "Managers look at the figures and act on them", ["document", "interview"]),
        ("leadership", "Risks and outages are planned for", ["document", "interview"]),
        ("people", "Skills needed are written down for each task", ["document"]),
        ("people", "New agents are trained before they answer alone", ["document", "interview", "visit"]),
        ("people", "Agents are coached on what was heard", ["interview", "visit"]),
        ("people", "Agents are asked how they find their work", ["document", "interview"]),
        ("processes", "Staff is planned by the contacts expected", ["document", "interview"]),
        ("processes", "Contacts are checked for quality by one measure", ["document", "interview", "visit"]),
        ("processes", "Knowledge agents use is current", ["interview", "visit"]),
        ("processes", "A contact passed on need not be told twice", ["interview", "visit"]),
        ("processes", "What goes wrong is traced to its cause", ["document", "interview"]),
        ("infrastructure", "Places of work are fit to listen and speak", ["visit"]),
        ("infrastructure", "Systems are fast enough for the contact", ["interview", "visit"]),
        ("infrastructure", "Service goes on when a system fails", ["document", "visit"]),
        ("client", "What was agreed with the client is written down", ["document"]),
        ("client", "Client and centre meet over the figures", ["document", "interview"]),
        ("client", "What customers say reaches the client", ["document", "interview"]),
    ],
    "2": [
        ("customer", "Customers are promised only what the centre can keep", ["document", "interview"]),
        ("customer", "Rights and terms are told in plain words", ["document", "visit"]),
        ("customer", "Customers choose between channels", ["interview", "visit"]),
        ("customer", "Complaints that concern the offer are decided by the client", ALL),
        ("leadership", "A named person answers for the service bought", ["document", "interview"]),
        ("leadership", "Service to customers has a budget and an aim", ["document", "interview"]),
        ("centre", "The agreement says what is measured and when", ["document"]),
        ("centre", "Forecasts and campaigns are told in time", ["document", "interview"]),
        ("centre", "The centre has the knowledge and the systems it needs", ALL),
        ("centre", "Agents may decide what customers ask for", ["interview", "visit"]),
        ("centre", "Nothing in the agreement pays for short answers alone", ["document", "interview"]),
        ("improvement", "What the centre reports is answered", ["document", "interview"]),
        ("improvement", "What customers go through is followed to the end", ALL),
        ("improvement", "Causes of avoidable contacts are removed", ["interview", "visit"]),
    ],
}
# Area, words, unit, range, decimals, the limit, what a missed one is.
FIGURES = {
    "1": [
        ("customer", "Customers satisfied", "percent", 100, 1, ("at_least", 75), "minor"),
        ("customer", "Complaints answered in time", "percent", 100, 1, ("at_least", 95), "minor"),
        ("people", "Agents who would recommend their work", "percent", 100, 1, ("at_least", 60), "minor"),
        ("processes", "Mean wait", "seconds", 600, 0, ("at_most", 45), "minor"),
        ("processes", "Given up before an answer", "percent", 100, 1, ("at_most", 5), "minor"),
        ("processes", "Settled at the first contact", "percent", 100, 1, ("at_least", 70), "minor"),
        ("infrastructure", "Hours with all systems up", "percent", 100, 2, ("at_least", 99.5), "major"),
    ],
    "2": [
        ("centre", "Error of the forecast", "percent", 100, 1, ("at_most", 10), "minor"),
        ("improvement", "Reports answered within ten days", "percent", 100, 1, ("at_least", 90), "minor"),
    ],
}
CENTRES = {
    "in-house": ("Own centres", {
        "OC01": {"en": "Hegrevoll Service", "no": "Hegrevoll Kundeservice"},
        "OC02": {"en": "Gaonbit Care", "ko": "가온빛 고객센터"},
        "OC03": {"en": "Nine Cranes Desk", "zh": "九鹤云台客服中心"},
        "OC04": {"en": "Ospestad Response"}}),
    "outsourced": ("Service providers", {
        "OC05": {"en": "Lotus Wharf Contact", "vi": "Trung tâm Liên lạc Bến Sen Trắng"},
        "OC06": {"en": "Ravnbrekka Answering", "no": "Ravnbrekka Svartjeneste"},
        "OC07": {"en": "Dasomgyeol Desk", "ko": "다솜결 데스크"}, "OC08": {"en": "Jade Ferry Voice", "zh": "青渡行语音"},
        "OC09": {"en": "Skarlia Contact"}, "OC10": {"en": "Dragonfly Line", "vi": "Đường dây Chuồn Chuồn"}}),
}
CLIENTS = {
    "clients": ("Clients", {
        "CL01": {"en": "Tiurholm Insurance", "no": "Tiurholm Forsikring"},
        "CL02": {"en": "Solbari Card", "ko": "솔바리뜰 카드"},
        "CL03": {"en": "White Lotus Bank", "vi": "Ngân hàng Sen Trắng"},
        "CL04": {"en": "Cloud Terrace Travel", "zh": "云台旅行"},
        "CL05": {"en": "Rypesund Power", "no": "Rypesund Strøm"}, "CL06": {"en": "Elvebrekka Fashion"}}),
}
# Client, the centre that answers for it, from where; CL02 has two at a time.
OPERATIONS = [("CL01", "OC06", "NO", {}), ("CL02", "OC07", "KR", {}),
              ("CL02", "OC05", "VN", {"from": "2022-07-01"}),
              ("CL03", "OC05", "VN", {}), ("CL03", "OC10", "VN", {}), ("CL04", "OC08", "SG", {}),
              ("CL05", "OC09", "NO", {"until": "2023-06-30"}), ("CL05", "OC06", "NO", {"from": "2023-07-01"}),
              ("CL06", "OC09", "NO", {})]
# Minor and major nonconformities found; none where a party is not named.
FINDINGS = {
    "2023-centres": {"OC01": (2, 0), "OC02": (4, 0), "OC03": (9, 0), "OC04": (16, 2), "OC05": (1, 0),
                     "OC06": (5, 0),
                     "OC07": (0, 1), "OC08": (6, 1), "OC09": (12, 0)},
    "2023-clients": {"CL01": (3, 0), "CL02": (1, 0), "CL03": (5, 1), "CL04": (2, 0), "CL06": (9, 0)},
    "2024-centres": {"OC01": (1, 0), "OC02": (2, 0), "OC03": (5, 0), "OC04": (7, 0), "OC05": (1, 0),
                     "OC06": (3, 0),
                     "OC07": (1, 0), "OC08": (2, 0), "OC09": (4, 1)},
}
NOT_APPLICABLE = 0.03
CONFORMS, MINOR, MAJOR = 2, 1, 0
VERDICTS = [{"answer": CONFORMS, "points": 1, "conformity": "conforms"},
            {"answer": MINOR, "points": 0.5, "conformity": "minor"},
            {"answer": MAJOR, "points": 0, "conformity": "major"}]


def items(part):
    counts, made = {}, []
    for area, words, channels in REQUIREMENTS[part]:
        counts[area] = counts.get(area, 0) + 1
        made.append({"code": f"{area}-{counts[area]}", "area": area, "name": {"en": words},
                     "channels": channels, "options": VERDICTS, "no_answer": ["NA"]})
    for number, (area, words, unit, most, decimals, limit, missed) in enumerate(FIGURES[part], 1):
        made.append({"code": f"figure-{number}", "area": area, "name": {"en": words},
                     "channels": ["document"],
                     "measured": {"min": 0, "max": most, "decimals": decimals, "unit": unit,
                                  limit[0]: limit[1], "points": 1, "missed": missed}})
    return made


def instrument(part):
    return {"code": f"part-{part}", "scoring": "pooled", "unanswered": "exclude",
            "areas": [{"code": c, "name": {"en": n}} for c, n in AREAS[part]], "items": items(part)}


def wave(code, part, groups):
    year, series = code.split("-")
    return {
        "code": code, "name": {"en": f"Audits of {series}, {year}"},
        "instrument": f"part-{part}", "series": series,
        "period": {"from": f"{year}-02-01", "until": f"{year}-06-30"}, "planned_contacts": len(SESSIONS),
        "minimum_base": {"publish": 3, "rank": 4, "cell": 1},
        "channel_weights": {"document": 1, "interview": 2, "visit": 1},
        "before_publication": "hidden",
        "fieldwork": {"shopper_contacts": {"per_company": 2}},
        "awards": [
            {"code": "conformity", "name": {"en": "At least 95 % of what is required"},
             "kind": "line", "at_least": 95},
            {"code": "no_open_major", "name": {"en": "No open major nonconformity"},
             "kind": "no_nonconformity", "conformity": "major"},
            {"code": "pass", "name": {"en": "Passed"}, "kind": "all", "of": ["conformity", "no_open_major"]}],
        "sectors": [{"code": s, "name": {"en": name}, "companies": list(parties)}
                    for s, (name, parties) in groups.items()],
    }


def programme():
    parties = {c: n for groups in (CENTRES, CLIENTS) for _, group in groups.values()
               for c, n in group.items()}
    outsourced = CENTRES["outsourced"][1]
    return {
        "programme": "iso-18295", "name": {"en": "Audit of contact centres and their clients"},
        "channels": [{"code": c, "name": {"en": n}} for c, n in CHANNELS.items()],
        "companies": [{"code": c, "name": n} for c, n in parties.items()],
        "centres": [{"code": c, "name": n} for c, n in outsourced.items()],
        "operations": [{"company": c, "centre": o, "country": k, **span} for c, o, k, span in OPERATIONS],
        "instruments": [instrument("1"), instrument("2")],
        "waves": [wave("2023-centres", "1", CENTRES), wave("2023-clients", "2", CLIENTS),
                  wave("2024-centres", "1", CENTRES)],
    }


def figure(rule, missed, chance):
    """A measured value that meets its limit or does not, with its decimals."""
    scale = 10 ** rule["decimals"]
    above = ("at_least" in rule) != missed
    limit = round(rule.get("at_least", rule.get("at_most")) * scale)
    room = (rule["max"] * scale - limit) if above else limit
    off = int(room * chance.random() * (0.9 if above == ("at_least" in rule) else 0.3))
    value = limit + off if above else limit - off
    if missed and off == 0:
        value += 1 if above else -1
    whole, rest = divmod(value, scale)
    return f"{whole}.{rest:0{rule['decimals']}}" if rule["decimals"] else str(value)


def sessions(party, code, instrument_of, days, chance):
    """The four results of one audit, all of it in order."""
    made = []
    for number, channel in enumerate(SESSIONS):
        answers = {i: CONFORMS if i in instrument_of.points else None for i in instrument_of.asked(channel)}
        for i in [i for i in answers if i in instrument_of.points and chance.random() < NOT_APPLICABLE]:
            del answers[i]
        made.append({"result_id": f"{code[:4]}-{party}-{number + 1}", "company": party, "channel": channel,
                     "shopper": f"A{1 + (int(party[2:]) + number // 2) % 6}", "answers": answers,
                     "contacted_at": making.instant(chance.pick(days), 540 + 60 * number, 0)})
    return made


def results(of_wave, instrument_of):
    days = making.working_days(of_wave["period"]["from"], of_wave["period"]["until"], [])
    rows = []
    for group in of_wave["sectors"]:
        for party in group["companies"]:
            chance = Chance("iso-18295", of_wave["code"], party)
            own = sessions(party, of_wave["code"], instrument_of, days, chance)
            found(own, FINDINGS[of_wave["code"]].get(party, (0, 0)), instrument_of, chance)
            rows += own
    return rows


def found(rows, counts, instrument_of, chance):
    minors, majors = counts
    places = chance.shuffled([(n, i) for n, row in enumerate(rows) for i in row["answers"]])
    missed = {}
    for n, i in places:
        rule = instrument_of.items[i].get("measured")
        worth = rule["missed"] if rule else None
        if majors and n == 0 and worth in (None, "major"):
            missed[n, i], majors = MAJOR, majors - 1
        elif minors and worth in (None, "minor"):
            missed[n, i], minors = MINOR, minors - 1
    for n, row in enumerate(rows):
        for i in row["answers"]:
            rule = instrument_of.items[i].get("measured")
            row["answers"][i] = figure(rule, (n, i) in missed, chance) if rule else \
                missed.get((n, i), CONFORMS)


if __name__ == "__main__":
    making.main(__file__, programme(), results, kept=("2023-centres", "2023-clients", "2024-centres"))
