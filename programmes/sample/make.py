#!/usr/bin/env python3
"""Makes programme.json and results.csv beside itself from a simulated wave.

    make.py FOLDER    FOLDER holds criteria.csv, companies.csv, channel_weights.csv, contacts.csv

The same folder gives the same bytes. All names are invented.
"""
import csv
import json
import pathlib
import sys

CHANNELS = {"phone": "Phone", "email": "E-mail", "chat": "Chat", "messenger": "Messenger"}
AREAS = {"wait": "Waiting time", "welcome": "Welcome", "agent": "The agent", "overall": "Overall impression"}
ITEMS = {
    "q01": "Answered within the limit", "q02": "Clear greeting with the company's name",
    "q03": "Voice easy to follow", "q04": "Written without mistakes",
    "q05": "Took the initiative", "q06": "Understood the question", "q07": "Gave a complete answer",
    "q08": "Explained in plain words", "q09": "Confirmed what was agreed", "q10": "Said what happens next",
    "q11": "Was friendly and patient", "q12": "Felt like a valued customer", "q13": "Closed the contact well",
    "q14": "The matter was solved",
}
# Sector and the word its companies share.
SECTORS = [
    ("Insurance", "Insurance"), ("Banks", "Bank"), ("Electricity", "Energy"), ("Public services", "Agency"),
    ("Mobile telephony", "Mobile"), ("Broadband", "Broadband"), ("Online fashion", "Fashion"), ("Furniture", "Interiors"), ("Airlines", "Air"),
    ("Hotels", "Hotels"), ("Parcels", "Parcel"), ("Rail and bus", "Transit"), ("Car hire", "Car Hire"),
    ("Pharmacies", "Pharmacy"), ("Private clinics", "Clinic"), ("Opticians", "Optics"), ("Groceries", "Foods"),
    ("Electronics", "Electronics"), ("Sports", "Sports"), ("Newspapers", "News"), ("Streaming", "Streaming"),
    ("Travel agencies", "Travel"), ("Home security", "Security"),
]
FIRST = [
    "Alder", "Beacon", "Cairn", "Delta", "Ember", "Falcon", "Granite", "Harbour", "Iris", "Juniper",
    "Keystone", "Lantern", "Meridian", "Northway", "Orchard", "Pioneer", "Quarry", "Ridge", "Summit", "Tern",
]
# Names of other scripts and widths: boards, CSV and badges must bear them.
OTHERS = {
    "C002": "Trygghet på Vestlandet", "C009": "Sparebanken Ålesund og Ærøy", "C017": "Nordlys Strøm",
    "C037": "한빛텔레콤", "C060": "서울생활가구", "C066": "Hàng không Sông Hồng", "C083": "Vận chuyển Đông Á",
    "C112": "Klinikk Sørøya", "C129": "가람식품", "C172": "Phát trực tuyến Hạ Long",    "C181": "Låsen & Vakten",
}


def rows(folder, name):
    with open(folder / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def item(row, channels):
    steps, most = int(row["level_max"]), int(row["points_max"])
    made = {"code": row["criterion"], "area": row["area"], "name": {"en": ITEMS[row["criterion"]]}}
    if row["applies_to"] != "all":
        made["channels"] = [c for c in channels if c in row["applies_to"].split()]
    # round() is never asked to choose: points are whole hundredths or this stops.
    points = [most * 100 * level / steps for level in range(steps + 1)]
    if any(p != int(p) for p in points):
        sys.exit(f"{row['criterion']}: points are not whole hundredths")
    made["options"] = [{"answer": level, "points": int(p) // 100 if p % 100 == 0 else p / 100}
                       for level, p in enumerate(points)]
    return made


def sectors(companies):
    order = list(dict.fromkeys(row["sector"] for row in companies))
    names = dict(zip(order, SECTORS))
    listed = [{"code": s, "name": {"en": names[s][0]},
               "companies": [member(row) for row in companies if row["sector"] == s]} for s in order]
    return listed, names


def member(row):
    if row["planned_contacts"] == "25":
        return row["company"]
    return {"company": row["company"], "planned_contacts": int(row["planned_contacts"])}


def company_names(companies, names):
    counts, made = {}, []
    for row in companies:
        seen = counts[row["sector"]] = counts.get(row["sector"], -1) + 1
        first = FIRST[(seen + 3 * list(names).index(row["sector"])) % len(FIRST)]
        made.append({"code": row["company"],
                     "name": {"en": OTHERS.get(row["company"], f"{first} {names[row['sector']][1]}")}})
    return made


def programme(folder):
    weights = {row["channel"]: float(row["weight"]) for row in rows(folder, "channel_weights.csv")}
    companies, criteria = rows(folder, "companies.csv"), rows(folder, "criteria.csv")
    in_sectors, names = sectors(companies)
    areas = list(dict.fromkeys(row["area"] for row in criteria))
    return {
        "programme": "sample",
        "name": {"en": "Sample customer service survey", "no": "Eksempel på kundeserviceundersøkelse"},
        "channels": [{"code": c, "name": {"en": CHANNELS[c]}} for c in weights],
        "companies": company_names(companies, names),
        "instruments": [{
            "code": "2020", "scoring": "pooled", "unanswered": "zero",
            "areas": [{"code": a, "name": {"en": AREAS[a]}} for a in areas],
            "items": [item(row, list(weights)) for row in criteria],
            "questions": [
                {"code": "csat", "name": {"en": "Satisfaction"}, "measure": "csat",
                 "scale": {"min": 1, "max": 5}, "direction": "high_is_good", "good_from": 4},
                {"code": "ces", "name": {"en": "Ease"}, "measure": "ces",
                 "scale": {"min": 1, "max": 7}, "direction": "high_is_easy", "good_from": 5},
                {"code": "nps", "name": {"en": "Recommendation"}, "measure": "nps",
                 "scale": {"min": 0, "max": 10}},
            ],
        }],
        "waves": [{
            "code": "2020", "name": {"en": "2020"}, "instrument": "2020", "level": 0.95,
            "planned_contacts": 25, "minimum_base": {"publish": 10, "rank": 20, "cell": 5},
            "channel_weights": weights, "time_zone": "Europe/Oslo",
            "contact_hours": {"from": "09:00", "until": "15:00", "weekdays": [1, 2, 3, 4, 5]},
            "sectors": in_sectors,
        }],
    }


def main():
    folder, here = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).parent
    text = json.dumps(programme(folder), ensure_ascii=False, indent=1)
    (here / "programme.json").write_text(text + "\n", encoding="utf-8")
    # Already canonical columns; contact_id is the other name of result_id.
    (here / "results.csv").write_bytes((folder / "contacts.csv").read_bytes())


if __name__ == "__main__":
    main()
