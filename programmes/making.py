"""What the generators of the programmes share: chance, scores, steering, and how files look.

The same code gives the same bytes on every machine: of Python's generator only random() with a
whole seed is used, whose sequence Python promises to keep, and of floating point only what IEEE
754 rounds in one way.

    make.py                    writes programme.json (and small results) beside itself
    make.py --check            fails where the committed files are not what it makes
    make.py FOLDER [WAVE...]   writes FOLDER/WAVE.csv for each wave in order of time, and says a
                               line: its code, "last" or "earlier" (another of its series follows)
                               and the code of its first sector
"""
import csv
import datetime
import io
import json
import pathlib
import random
import sys
from fractions import Fraction

WIDTH = 120


class Chance:
    """A seeded sequence of random choices."""

    def __init__(self, *seed):
        number = 0
        for byte in "/".join(map(str, seed)).encode():
            number = (number * 257 + byte) % (1 << 61)
        self.random = random.Random(number).random

    def below(self, n):
        return int(self.random() * n)

    def pick(self, things):
        return things[self.below(len(things))]

    def between(self, low, high):
        return low + (high - low) * self.random()

    def normal(self):
        """Irwin-Hall: no logarithm, hence the same on every machine."""
        return sum(self.random() for _ in range(12)) - 6

    def shuffled(self, things):
        made = list(things)
        for i in range(len(made) - 1, 0, -1):
            j = self.below(i + 1)
            made[i], made[j] = made[j], made[i]
        return made

    def level(self, p, steps):
        """0..steps, share p of it in the mean."""
        return sum(self.random() < p for _ in range(steps))


def clamp(x, low, high):
    return max(low, min(high, x))


def split(total, weights, present):
    """Largest remainder over the channels present; equal remainders: the first channel."""
    weight = sum(weights[c] for c in weights if c in present)
    exact = {c: Fraction(total * weights[c], weight) for c in weights if c in present}
    made = {c: int(exact[c]) for c in exact}
    left = sorted(exact, key=lambda c: made[c] - exact[c])
    for c in left[:total - sum(made.values())]:
        made[c] += 1
    return made


# Scores, as docs/programme-file.md says.

class Instrument:
    """One instrument of a programme file, read for scoring."""

    def __init__(self, programme, code):
        self.of = next(i for i in programme["instruments"] if i["code"] == code)
        self.weights = {a["code"]: Fraction(str(a.get("weight", 1))) for a in self.of["areas"]}
        self.items = {i["code"]: i for i in self.of["items"]}
        self.points = {i["code"]: {o["answer"]: hundredths(o["points"]) for o in i["options"]}
                       for i in self.of["items"] if i.get("scored", True) and "options" in i}
        self.most = {code: max(points.values()) for code, points in self.points.items()}
        self.pooled = self.of.get("scoring", "pooled") == "pooled"
        self.channels = {i["code"]: i.get("channels") for i in self.of["items"]}

    def asked(self, channel):
        return [i for i, only in self.channels.items() if only is None or channel in only]

    def got_possible(self, row):
        sums = {}
        for item, answer in row["answers"].items():
            got = self.measured(item, answer)
            if got is None:
                continue
            area = sums.setdefault(self.items[item]["area"], [0, 0])
            area[0] += got[0]
            area[1] += got[1]
        return sums

    def measured(self, item, answer):
        """Points got and possible in hundredths; None: the item has none."""
        if item in self.points:
            bonus = self.items[item].get("bonus", False)
            return self.points[item][answer], 0 if bonus else self.most[item]
        rule = self.items[item].get("measured")
        if rule is None or not self.items[item].get("scored", True):
            return None
        value = Fraction(str(answer))
        met = value >= Fraction(str(rule["at_least"])) if "at_least" in rule else \
            value <= Fraction(str(rule["at_most"]))
        return hundredths(rule["points"]) if met else 0, hundredths(rule["points"])

    def score(self, row):
        """Whole hundredths, rounded half up."""
        if not row.get("answered", 1):
            return 0
        sums = [(self.weights[a], g, p) for a, (g, p) in self.got_possible(row).items() if p]
        if self.pooled:
            got, possible = sum(g for _, g, _ in sums), sum(p for _, _, p in sums)
            return min(10000, (20000 * got + possible) // (2 * possible))
        share = sum(w * Fraction(g, p) for w, g, p in sums) / sum(w for w, _, _ in sums)
        return min(10000, int(10000 * share + Fraction(1, 2)))


def hundredths(points):
    whole = Fraction(str(points)) * 100
    if whole.denominator != 1:
        sys.exit(f"{points} is not in whole hundredths")
    return int(whole)


def steer(instrument, rows, mean, within, chance):
    """Moves single answers by one option until the rows' mean score is `within` of `mean`."""
    scores = [instrument.score(row) for row in rows]
    total, want = sum(scores), int(mean * 100 * len(rows) + 0.5)
    movable = [i for i, row in enumerate(rows) if row.get("answered", 1)]
    for _ in range(400 * len(rows)):
        if abs(total - want) <= within * 100 * len(rows):
            return
        at = chance.pick(movable)
        row, up = rows[at], total < want
        item = chance.pick([i for i in row["answers"] if i in instrument.points])
        before = row["answers"][item]
        other = neighbour(instrument.points[item], before, up)
        if other is None:
            continue
        row["answers"][item] = other
        score = instrument.score(row)
        if abs(total + score - scores[at] - want) < abs(total - want):
            total, scores[at] = total + score - scores[at], score
        else:
            row["answers"][item] = before
    sys.exit(f"a mean of {mean} is not reached, {total / len(rows) / 100} is")


def neighbour(points, answer, up):
    """The answer with the next higher (lower) points."""
    here = points[answer]
    others = [(p, a) for a, p in points.items() if (p > here if up else p < here)]
    return (min(others) if up else max(others))[1] if others else None


# Days and hours.

def day(text):
    return datetime.date.fromisoformat(text)


def working_days(first, until, holidays):
    first, until = day(first), day(until)
    days = (first + datetime.timedelta(n) for n in range((until - first).days + 1))
    return [d for d in days if d.isoweekday() <= 5 and d.isoformat() not in holidays]


def last_sunday(year, month):
    last = datetime.date(year, month, 31)
    return last - datetime.timedelta(last.isoweekday() % 7)


def oslo_hours(date):
    """East of Greenwich: summer time from the last Sunday of March to that of October."""
    return 2 if last_sunday(date.year, 3) <= date < last_sunday(date.year, 10) else 1


def instant(date, minute, hours, second=0):
    """RFC 3339 of a local minute of the day."""
    return f"{date.isoformat()}T{minute // 60:02}:{minute % 60:02}:{second:02}{hours:+03}:00"


# Files.

def page(value, indent=0):
    """JSON that a person reads: what fits a line stands in one."""
    line = json.dumps(value, ensure_ascii=False)
    if indent + len(line) <= WIDTH or not isinstance(value, (dict, list)):
        return line
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        lines = [f"{json.dumps(k, ensure_ascii=False)}: {page(v, indent + 1)}"
                 for k, v in value.items()]
        return "{\n" + ",\n".join(pad + text for text in lines) + "\n" + pad[1:] + "}"
    return "[\n" + "\n".join(pad + text for text in filled(value, indent + 1)) + "\n" + pad[1:] + "]"


def filled(values, indent):
    """Short members side by side, the others a line each."""
    lines, members = [], [page(v, indent) for v in values]
    for number, member in enumerate(members):
        end = "" if number == len(members) - 1 else ","
        beside = isinstance(values[number], (str, int, float)) and lines and \
            indent + len(lines[-1]) + len(member) + 2 <= WIDTH
        if beside:
            lines[-1] += " " + member + end
        else:
            lines.append(member + end)
    return lines


FIXED = ["result_id", "company", "channel", "shopper", "contacted_at", "answered", "attempt",
         "wait_seconds", "duration_seconds", "customer"]


def table(instrument, rows):
    """Results as CSV; a fixed column that no row has is left out."""
    fixed = [f for f in FIXED if any(f in row for row in rows)]
    questions = [q["code"] for q in instrument.of.get("questions", [])]
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*fixed, *instrument.items, *questions])
    for row in rows:
        asked = row.get("cx", {})
        writer.writerow([row.get(f, "") for f in fixed] +
                        [row["answers"].get(i, "") for i in instrument.items] +
                        [asked.get(q, "") for q in questions])
    return file.getvalue()


def results_of(programme, wave, results):
    instrument = Instrument(programme, wave["instrument"])
    return table(instrument, results(wave, instrument))


def committed(programme, results, kept):
    """The files beside make.py by name."""
    files = {"programme.json": page(programme) + "\n"}
    for wave in programme["waves"]:
        if wave["code"] in kept:
            files[f"results/{wave['code']}.csv"] = results_of(programme, wave, results)
    return files


def check(here, files):
    wrong = [name for name, text in files.items()
             if not (here / name).is_file() or (here / name).read_bytes() != text.encode()]
    sys.exit(f"not what make.py makes: {', '.join(wrong)}" if wrong else 0)


def write_waves(folder, programme, results, wanted):
    folder.mkdir(parents=True, exist_ok=True)
    waves = programme["waves"]
    for number, wave in enumerate(waves):
        if wanted and wave["code"] not in wanted:
            continue
        (folder / f"{wave['code']}.csv").write_text(results_of(programme, wave, results),
                                                    encoding="utf-8", newline="")
        followed = any(w.get("series") == wave.get("series") for w in waves[number + 1:])
        print(wave["code"], "earlier" if followed else "last", wave["sectors"][0]["code"])


def main(here, programme, results, kept=()):
    """results(wave, instrument) gives the rows of a wave; `kept`: waves whose rows are committed."""
    here = pathlib.Path(here).resolve().parent
    words = sys.argv[1:]
    if words == ["--check"]:
        check(here, committed(programme, results, kept))
    elif words and words[0].startswith("-"):
        sys.exit("usage: make.py [--check | FOLDER [WAVE...]]")
    elif words:
        write_waves(pathlib.Path(words[0]), programme, results, words[1:])
    else:
        for name, text in committed(programme, results, kept).items():
            (here / name).parent.mkdir(exist_ok=True)
            (here / name).write_text(text, encoding="utf-8", newline="")
