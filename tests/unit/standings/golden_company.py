#!/usr/bin/env python3
"""Areas, items and one question of one company of the sample wave, counted from its CSV rows
with exact fractions. Run in the repository's root: writes golden_company.inc beside itself."""
import csv
import json
import os
from fractions import Fraction as F

COMPANY = "C005"
programme = json.load(open("programmes/sample/programme.json", encoding="utf-8"))
instrument = programme["instruments"][0]
rows = [r for r in csv.DictReader(open("programmes/sample/results.csv", encoding="utf-8"))
        if r["company"] == COMPANY]
points = {i["code"]: {o["answer"]: F(str(o["points"])) for o in i["options"]}
          for i in instrument["items"]}


def applies(item, row):
    return row[item["code"]] != "" and row["channel"] in item.get("channels", [row["channel"]])


def area_score(area, row):
    got = possible = F(0)
    for item in instrument["items"]:
        if item["area"] == area and applies(item, row):
            got += points[item["code"]][int(row[item["code"]])]
            possible += max(points[item["code"]].values())
    if possible == 0:
        return None
    return (2 * 10000 * got + possible) // (2 * possible)


def number(x):
    return repr(float(x))


out = ["static const struct golden golden_areas[] = {"]
for area in instrument["areas"]:
    scores = [area_score(area["code"], r) for r in rows if r["answered"] == "1"]
    scores = [s for s in scores if s is not None]
    out.append('\t{"%s", %d, %s},' % (area["code"], len(scores),
                                      number(F(sum(scores), 100 * len(scores)))))
out += ["};", "", "static const struct golden golden_items[] = {"]
for item in instrument["items"]:
    answers = [int(r[item["code"]]) for r in rows if r[item["code"]] != ""]
    got = sum(points[item["code"]][a] for a in answers)
    out.append('\t{"%s", %d, %s},' % (
        item["code"], len(answers),
        number(100 * got / (len(answers) * max(points[item["code"]].values())))))
out += ["};", "", "static const struct golden golden_channels[] = {"]
for channel in programme["channels"]:
    nps = [int(r["nps"]) for r in rows if r["channel"] == channel["code"] and r["nps"] != ""]
    contacts = sum(r["channel"] == channel["code"] for r in rows)
    value = 100 * F(sum(x >= 9 for x in nps) - sum(x <= 6 for x in nps), len(nps)) if nps else 0
    out.append('\t{"%s", %d, %s},' % (channel["code"], contacts, number(value)))
out.append("};")
with open(os.path.join(os.path.dirname(__file__), "golden_company.inc"), "w") as f:
    f.write("\n".join(["/* Written by golden_company.py. */"] + out) + "\n")
