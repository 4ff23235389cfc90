"""San Francisco airport's guest survey of 2017 as a programme file and its results.

Sector = boarding area, company = an airline within one (an airline in two areas is two
companies), channel = how the questionnaire came back, shopper = the respondent's number.
"""
import csv
import io
import re

CHANNELS = {"1": "gate", "2": "mail", "3": "online"}
CRITERIA = ("Q7FOOD", "Q7SIGN", "Q7WALKWAYS", "Q7SCREENS")
NEVER_USED = ["0", "6"]


def company_of(row):
    return row["BAREA"] + "." + re.sub(r"[^A-Z0-9]+", "_", row["AIRLINE"]).strip("_")


def sfo_document(rows):
    companies = {company_of(row): row for row in rows}
    areas = sorted({row["BAREA"] for row in rows})
    items = [{"code": code, "area": "airport", "no_answer": NEVER_USED,
              "options": [{"answer": n, "points": n - 1} for n in range(1, 6)]}
             for code in CRITERIA]
    return {
        "programme": "sfo", "name": {"en": "San Francisco airport guests"},
        "channels": [{"code": code} for code in CHANNELS.values()],
        "companies": [{"code": code, "name": {"en": row["AIRLINE"]}}
                      for code, row in sorted(companies.items())],
        "instruments": [{
            "code": "2017", "areas": [{"code": "airport"}], "items": items,
            "questions": [
                {"code": "csat", "measure": "csat", "scale": {"min": 1, "max": 5},
                 "no_answer": ["0", "6", "Blank"]},
                {"code": "nps", "measure": "nps", "scale": {"min": 0, "max": 10},
                 "no_answer": ["11"]}]}],
        "waves": [{
            "code": "2017", "instrument": "2017",
            "minimum_base": {"publish": 1, "rank": 2, "cell": 1},
            "sectors": [{"code": area, "companies": [c for c in sorted(companies)
                                                     if companies[c]["BAREA"] == area]}
                        for area in areas]}],
    }


def sfo_results(rows):
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["result_id", "sector", "company", "channel", "shopper", *CRITERIA, "csat", "nps"])
    for row in rows:
        out.writerow([row["RESPNUM"], row["BAREA"], company_of(row), CHANNELS[row["METHOD"]],
                      row["RESPNUM"], *(row[code] for code in CRITERIA), row["Q7ALL"],
                      row["NETPRO"]])
    return text.getvalue().encode()
