#!/usr/bin/env python3
"""Makes a programme file from a wave folder's criteria.csv, companies.csv and channel_weights.csv.

    wave_programme.py FOLDER    the programme on standard output, code "wave", its one wave "wave"

Nothing is keyed to one wave: sectors, companies, criteria and channels are those of the folder.
What its README fixes is fixed here: minimum bases 10, 20 and 5, level 0.95, CSAT 1-5, CES 1-7,
NPS 0-10, an unanswered contact scores 0. Questions without a column in contacts.csv are left out.
"""
import csv
import fractions
import json
import math
import pathlib
import re
import sys

QUESTIONS = [
    {"code": "csat", "measure": "csat", "scale": {"min": 1, "max": 5}, "good_from": 4},
    {"code": "ces", "measure": "ces", "scale": {"min": 1, "max": 7}, "direction": "high_is_easy", "good_from": 5},
    {"code": "nps", "measure": "nps", "scale": {"min": 0, "max": 10}},
]


def rows(folder, name):
    with open(folder / name, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def header(folder, name):
    with open(folder / name, encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def scale_of_points(criteria):
    """What all points are multiplied by so that each is a whole hundredth.

    A score is a ratio of points, so a common factor changes none.
    """
    factor = 1
    for row in criteria:
        step = fractions.Fraction(row["points_max"]) * 100 / int(row["level_max"])
        factor = math.lcm(factor, step.denominator)
    return factor


def item(row, channels, factor):
    most, steps = fractions.Fraction(row["points_max"]) * factor, int(row["level_max"])
    made = {"code": row["criterion"], "area": row["area"]}
    if row["applies_to"] != "all":
        made["channels"] = re.split(r"[\s,;|]+", row["applies_to"].strip())
        for channel in made["channels"]:
            if channel not in channels:
                sys.exit(f"{row['criterion']}: no channel {channel}")
    points = [most * level / steps for level in range(steps + 1)]
    made["options"] = [{"answer": level, "points": int(p) if p.denominator == 1 else float(p)}
                       for level, p in enumerate(points)]
    return made


def sectors(companies):
    made = {}
    for row in companies:
        made.setdefault(row["sector"], []).append(
            {"company": row["company"], "planned_contacts": int(row["planned_contacts"] or 0)})
    return [{"code": code, "companies": members} for code, members in made.items()]


def programme(folder):
    criteria, companies = rows(folder, "criteria.csv"), rows(folder, "companies.csv")
    weights = {row["channel"]: float(row["weight"]) for row in rows(folder, "channel_weights.csv")}
    met = dict.fromkeys(row["channel"] for row in rows(folder, "contacts.csv"))
    channels = list(dict.fromkeys([*weights, *met]))
    factor = scale_of_points(criteria)
    columns = header(folder, "contacts.csv")
    return {
        "programme": "wave",
        "channels": [{"code": code} for code in channels],
        "companies": [{"code": row["company"]} for row in companies],
        "instruments": [{
            "code": "wave", "scoring": "pooled", "unanswered": "zero",
            "areas": [{"code": code} for code in dict.fromkeys(row["area"] for row in criteria)],
            "items": [item(row, channels, factor) for row in criteria],
            "questions": [q for q in QUESTIONS if q["code"] in columns],
        }],
        "waves": [{
            "code": "wave", "instrument": "wave", "level": 0.95,
            "minimum_base": {"publish": 10, "rank": 20, "cell": 5},
            "channel_weights": {code: weight for code, weight in weights.items() if weight > 0},
            "sectors": sectors(companies),
        }],
    }


if __name__ == "__main__":
    json.dump(programme(pathlib.Path(sys.argv[1])), sys.stdout, ensure_ascii=False)
