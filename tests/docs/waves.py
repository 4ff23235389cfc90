"""The waves that the lines of docs/statistics.md are tried on.

The sample as it is, and a harder one from the same results: companies of one contact and more, every
channel shown, unanswered contacts left out, ease asked as effort. And a series of four, each with
another part of the sample, the third after a break.
"""
import csv
import io

from harness import SAMPLE, Wave, ask, given_wave, sample_document, sample_rows

THRESHOLDS = {"score": 80, "nps": 10, "csat": 70, "ces": 5}


def sample_wave(server):
    wave = given_wave(server, "sample")
    uploaded(wave, (SAMPLE / "results.csv").read_bytes())
    return wave


def hard_wave(server):
    document = sample_document()
    document["waves"][0]["minimum_base"] = {"publish": 1, "rank": 2, "cell": 1}
    document["instruments"][0]["unanswered"] = "exclude"
    for question in document["instruments"][0]["questions"]:
        if question["measure"] == "ces":
            question["direction"] = "high_is_effort"
    wave = given_wave(server, "hard", document)
    uploaded(wave, thinned_results())
    return wave


def series(server):
    """The waves, oldest first."""
    document = sample_document()
    first = document["waves"][0]
    codes = ["w1", "w2", "w3", "w4"]
    document["waves"] = [{**first, "code": code, "series": "s"} for code in codes]
    document["waves"][2]["series_break"] = {"reason": {"en": "asked in another way"}}
    document["combined"] = [{"code": "both", "name": {"en": "Both"},
                             "of": [{"wave": "w1", "weight": 1}, {"wave": "w2", "weight": 2.5}]}]
    made = given_wave(server, "series", document)
    found = [made] + [Wave(server, made.key, made.programme, code) for code in codes[1:]]
    header, rows = sample_rows()
    for left_out, wave in enumerate(found):
        if wave is not made and wave.ask("POST", "/open").status != 200:
            raise AssertionError("the wave does not open")
        part = [row for at, row in enumerate(rows) if left_out == 0 or at % 5 != left_out]
        uploaded(wave, header + b"".join(part))
    return found


def thinned_results():
    """Of the first company one contact, of the next eight, and so on up to all."""
    table = csv.DictReader(io.StringIO((SAMPLE / "results.csv").read_text(encoding="utf-8")))
    kept, met = [], {}
    for row in table:
        met[row["company"]] = met.get(row["company"], 0) + 1
        if met[row["company"]] <= 1 + 7 * (len(met) - 1) % 24:
            kept.append(row)
    text = io.StringIO()
    out = csv.DictWriter(text, table.fieldnames)
    out.writeheader()
    out.writerows(kept)
    return text.getvalue().encode()


def uploaded(wave, data):
    answer = wave.upload(data)
    if answer.status != 200 or answer.json["rejected"]:
        raise AssertionError(f"the upload: {answer}")


def board(wave, metric="score", sector=None, channel=None, pairs=True):
    query = f"?metric={metric}&include=distribution{',pairs' if pairs else ''}"
    query += f"&threshold={THRESHOLDS.get(metric, 80)}"
    query += f"&sector={sector}" if sector else ""
    query += f"&channel={channel}" if channel else ""
    return wave.get("/standings" + query).json


def boards(wave):
    """Every sector by score, some by every metric, the field by two, and a channel."""
    sectors = wave.sectors()
    area = "area:" + sample_document()["instruments"][0]["areas"][0]["code"]
    for sector in sectors:
        yield f"{sector} by score", board(wave, sector=sector)
    for metric in ("nps", "csat", "ces", area):
        for sector in sectors[:3]:
            yield f"{sector} by {metric}", board(wave, metric, sector)
    yield "field by score", board(wave, pairs=False)
    yield "field by nps", board(wave, "nps", pairs=False)
    yield "phone", board(wave, sector=sectors[0], channel="phone")
    yield "field by phone", board(wave, channel="phone", pairs=False)


def programme(wave):
    answer = ask(wave.server, "GET", f"/v1/programmes/{wave.programme}", None, wave.key)
    if answer.status != 200:
        raise AssertionError(f"GET programme: {answer}")
    return answer.json
