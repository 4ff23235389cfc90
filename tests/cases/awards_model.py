"""Scores, awards, combined figures and ranks over the years, from rows and a programme file, in whole fractions.

Written from docs/programme-file.md, docs/awards.md and "Small bases" of docs/statistics.md alone; nothing here
knows how the server does it.
"""
import math
from decimal import Decimal
from fractions import Fraction

ANSWERED_LATER = ("no_answers", "not_eligible", "not_won", "won")
WORDS = ("suppressed", "below_minimum_base", *ANSWERED_LATER)
HAS_FIGURE = ("not_eligible", "not_won", "won")
COUNTS = ("submitted", "approved", "disputed")


def exact(number):
    """A number of the programme file as it is written there."""
    return Fraction(Decimal(str(number)))


def hundredths(share):
    return None if share is None else math.floor(share * 10000 + Fraction(1, 2))


def mean(values):
    return Fraction(sum(values), len(values)) if values else None


def last_day(wave):
    period = wave.get("period", {})
    return period.get("until") or period.get("from")


class Item:
    def __init__(self, item):
        self.given, self.scored, self.bonus = item, item.get("scored", True), item.get("bonus", False)
        if "measured" in item:
            self.possible = exact(item["measured"].get("points", 0))
        else:
            self.possible = max(exact(o.get("points", 0)) for o in item["options"])

    def asked_on(self, channel):
        return channel in self.given.get("channels", [channel])

    def is_met(self, text):
        measured = self.given["measured"]
        if "at_least" in measured:
            return exact(text) >= exact(measured["at_least"])
        return exact(text) <= exact(measured["at_most"])

    def option(self, text):
        return next(o for o in self.given["options"] if o["answer"] == int(text))

    def points(self, text):
        if "measured" in self.given:
            return self.possible if self.is_met(text) else Fraction(0)
        return exact(self.option(text).get("points", 0))

    def verdict(self, text):
        if "measured" in self.given:
            missed = self.given["measured"].get("missed")
            return missed if missed and not self.is_met(text) else None
        return self.option(text).get("conformity")


class Instrument:
    def __init__(self, given):
        self.given = given
        self.items = {item["code"]: Item(item) for item in given["items"]}
        self.areas = [area["code"] for area in given["areas"]]
        self.questions = {q["measure"]: q for q in given.get("questions", [])}

    def answers(self, row):
        """item and text of every answer that is given"""
        for code, item in self.items.items():
            text = row.get(code, "")
            if text != "" and text not in item.given.get("no_answer", []):
                yield item, text

    def areas_of(self, row):
        got, possible = dict.fromkeys(self.areas, Fraction(0)), dict.fromkeys(self.areas, Fraction(0))
        for item, text in self.answers(row):
            if item.scored and item.asked_on(row["channel"]):
                got[item.given["area"]] += item.points(text)
                possible[item.given["area"]] += 0 if item.bonus else item.possible
        return got, possible

    def score(self, row):
        """The score and those of the areas in hundredths; None where there is none."""
        if row["answered"] == "0":
            return 0 if self.given.get("unanswered", "zero") == "zero" else None, [None] * len(self.areas)
        got, possible = self.areas_of(row)
        shares = {a: min(got[a] / possible[a], Fraction(1)) for a in self.areas if possible[a] > 0}
        areas = [hundredths(shares.get(a)) for a in self.areas]
        if not shares:
            return None, areas
        if self.given.get("scoring", "pooled") == "pooled":
            return hundredths(min(sum(got.values()) / sum(possible.values()), Fraction(1))), areas
        weights = {a["code"]: exact(a.get("weight", 1)) for a in self.given["areas"] if a["code"] in shares}
        return hundredths(sum(weights[a] * shares[a] for a in shares) / sum(weights.values())), areas

    def cx(self, measure, row):
        """An answer to a question as it counts, or None."""
        question = self.questions.get(measure)
        text = row.get(question["code"], "") if question else ""
        if text == "" or text in question.get("no_answer", []):
            return None
        low, high, answer = question["scale"]["min"], question["scale"]["max"], int(text)
        if question.get("direction") in ("high_is_effort", "high_is_bad"):
            answer = low + high - answer
        if measure == "nps":
            return 100 if answer >= 9 else -100 if answer <= 6 else 0
        if measure == "csat":
            return 100 if answer >= question.get("good_from", high - 1) else 0
        return answer


class Wave:
    """One wave with its rows: figures of every company."""

    def __init__(self, programme, given, rows):
        self.given, self.code = given, given["code"]
        self.instrument = Instrument(next(i for i in programme["instruments"] if i["code"] == given["instrument"]))
        self.sector_of, self.fulfils = {}, {}
        for sector in given["sectors"]:
            for entry in sector["companies"]:
                entry = entry if isinstance(entry, dict) else {"company": entry}
                self.sector_of[entry["company"]] = sector["code"]
                self.fulfils[entry["company"]] = set(entry.get("fulfils", []))
        self.least = {"publish": 10, "rank": 20, "cell": 5} | given.get("minimum_base", {})
        self.scores = [self.instrument.score(row) for row in rows]
        counts = given.get("review", {}).get("counts", COUNTS)
        self.rows = {c: [] for c in self.sector_of}
        for row, scores in zip(rows, self.scores):
            if row["result_id"].split("-")[0] in counts:
                self.rows[row["company"]].append((row, scores))
        self.awards = {a["code"]: a for a in given.get("awards", [])}
        self.outcomes = {}

    def contacts(self, company, channel=None):
        return [r for r in self.rows[company] if channel in (None, r[0]["channel"])]

    def shown_channels(self, company):
        sizes = {}
        for row, _ in self.rows[company]:
            sizes[row["channel"]] = sizes.get(row["channel"], 0) + 1
        if len(sizes) < 2:
            return set(sizes)
        hidden = []
        for size, channel in sorted((n, self.channel_order[c]) for c, n in sizes.items()):
            if size >= self.least["cell"] and not (len(hidden) == 1 or 0 < sum(s for s, _ in hidden)
                                                   < self.least["cell"]):
                break
            hidden.append((size, channel))
        return {c for c in sizes if self.channel_order[c] not in [h for _, h in hidden]}

    def base(self, company, channel=None):
        """None: may be ranked; else the word."""
        all_of_it = len(self.rows[company])
        n = len(self.contacts(company, channel))
        if n == 0:
            return "no_answers"
        if all_of_it < self.least["publish"] or (channel and channel not in self.shown_channels(company)):
            return "suppressed"
        return "below_minimum_base" if n < self.least["rank"] else None

    def values(self, company, metric, channel=None):
        """What a metric is the mean of, in its own unit."""
        rows = self.contacts(company, channel)
        if metric in ("nps", "csat", "ces"):
            found = [Fraction(v) for r, _ in rows if (v := self.instrument.cx(metric, r)) is not None]
        elif metric.startswith("area:"):
            area = self.instrument.areas.index(metric[5:])
            found = [Fraction(s[1][area], 100) for _, s in rows if s[1][area] is not None]
        else:
            found = [Fraction(s[0], 100) for r, s in rows
                     if s[0] is not None and (metric == "score" or r["answered"] == "1")]
        return found

    def nonconformities(self, company, kind):
        return sum(item.verdict(text) == kind for row, _ in self.rows[company]
                   for item, text in self.instrument.answers(row))


class Figure:
    """Of one award and company: value, how many answers, and the word where there is none."""

    def __init__(self, word, value, n):
        self.word, self.value, self.n = word, value, n


class Model:
    def __init__(self, programme, results, hidden):
        self.programme, self.hidden = programme, set(hidden)
        order = {c["code"]: i for i, c in enumerate(programme["channels"])}
        self.waves = {}
        for given in programme["waves"]:
            wave = Wave(programme, given, results[given["code"]])
            wave.channel_order = order
            self.waves[given["code"]] = wave
        self.successors = programme.get("successors", [])

    def seen(self, code):
        return None if code in self.hidden else self.waves[code]

    def series_to(self, code):
        series = self.waves[code].given.get("series")
        all_of_it = [w for w in self.waves.values() if w.given.get("series") == series]
        return all_of_it[:[w.code for w in all_of_it].index(code) + 1]

    # Figures

    def combined(self, code, company):
        of = next(c for c in self.programme["combined"] if c["code"] == code)["of"]
        words, total, weights, n, complete = [], Fraction(0), Fraction(0), 0, True
        for part in of:
            wave, weight = self.seen(part["wave"]), exact(part.get("weight", 1))
            if wave is None or company not in wave.sector_of:
                words.append("not_in_wave")
                complete = False
                continue
            scores = wave.values(company, "score")
            n += len(scores)
            word = wave.base(company) or ("no_answers" if len(scores) < 2 else None)
            words.append(word)
            complete &= bool(scores)
            total += weight * (mean(scores) or 0)
            weights += weight
        shown = total / weights if complete else None
        for word in ("not_in_wave", "suppressed", "below_minimum_base", "no_answers"):
            if word in words:
                return Figure("no_answers" if word == "not_in_wave" else word, shown, n)
        return Figure(None, shown, n)

    def figure(self, wave, award, company):
        metric = award.get("metric", "score")
        if metric.startswith("combined:"):
            return self.combined(metric[9:], company)
        values = wave.values(company, metric, award.get("channel"))
        word = wave.base(company, award.get("channel"))
        if word is None and len(values) < (2 if award["kind"] == "rank" else 1):
            word = "no_answers"
        return Figure(word, mean(values), len(values))

    # Awards: a company's outcome is (word, joint, number)

    def outcomes(self, wave, code):
        if code not in wave.outcomes:
            award = wave.awards[code]
            wave.outcomes[code] = getattr(self, "decide_" + award["kind"])(wave, award)
        return wave.outcomes[code]

    def settle(self, wave, award, company, won):
        if not set(award.get("prerequisites", [])) <= wave.fulfils[company]:
            return "not_eligible", 0, 0
        return ("won", 1, 0) if won else ("not_won", 0, 0)

    def reaches(self, award, value):
        return value > exact(award["above"]) if "above" in award else value >= exact(award["at_least"])

    def decide_line(self, wave, award):
        made = {}
        for company in wave.sector_of:
            figure = self.figure(wave, award, company)
            made[company] = ((figure.word, 0, 0) if figure.word else
                             self.settle(wave, award, company, self.reaches(award, figure.value)))
        return made

    def group(self, wave, award, company):
        return wave.sector_of[company] if award.get("scope", "sector") == "sector" else None

    def decide_rank(self, wave, award):
        made, value = {}, {}
        for company in wave.sector_of:
            figure = self.figure(wave, award, company)
            made[company] = (figure.word, 0, 0) if figure.word else self.settle(wave, award, company, False)
            if made[company][0] == "not_won":
                value[company] = figure.value
        for company, own in value.items():
            rivals = [v for c, v in value.items() if self.group(wave, award, c) == self.group(wave, award, company)]
            rank = 1 + sum(v > own for v in rivals)
            if rank <= award["rank"]:
                made[company] = ("won", sum(v == own for v in rivals), rank)
        return made

    def decide_no_nonconformity(self, wave, award):
        made = {}
        kinds = ("major",) if award["conformity"] == "major" else ("major", "minor")
        for company in wave.sector_of:
            word = wave.base(company)
            if word in ("no_answers", "suppressed"):
                made[company] = (word, 0, 0)
            else:
                found = sum(wave.nonconformities(company, kind) for kind in kinds)
                made[company] = self.settle(wave, award, company, found == 0)
        return made

    def decide_sole(self, wave, award):
        of, made = self.outcomes(wave, award["of"]), {}
        for company in wave.sector_of:
            winners = [c for c in of if of[c][0] == "won" and
                       self.group(wave, award, c) == self.group(wave, award, company)]
            made[company] = self.after(wave, award, company, of[company][0], winners == [company])
        return made

    def after(self, wave, award, company, word, won):
        """Who is not asked there is not asked here."""
        return self.settle(wave, award, company, won) if word in ("not_won", "won") else (word, 0, 0)

    def decide_all(self, wave, award):
        made = {}
        for company in wave.sector_of:
            of = [self.outcomes(wave, code)[company] for code in award["of"]]
            word = min((o[0] for o in of), key=WORDS.index)
            made[company] = self.after(wave, award, company, word, word == "won")
            if made[company][0] == "won":
                made[company] = ("won", max(o[1] for o in of), 0)
        return made

    def decide_streak(self, wave, award):
        of, counts, made = self.outcomes(wave, award["of"]), self.streaks(wave, award), {}
        for company in wave.sector_of:
            path = counts.get(company, {()})
            count = len(next(iter(path)))
            counted = count > 0 and next(iter(path))[-1][0] == wave.code
            word, joint, _ = self.after(wave, award, company, of[company][0], counted and count >= award["times"])
            made[company] = word, joint, count
        return made

    decide_running = decide_times = decide_streak

    # Succession and streaks

    def takes_over(self, record, earlier, later):
        day = record["from"]
        if last_day(later.given) and day > last_day(later.given):
            return False
        if last_day(earlier.given):
            return day > last_day(earlier.given)
        return record["of"] in earlier.sector_of and record["company"] not in earlier.sector_of

    def handed_over(self, paths, earlier, later):
        """Each company's own and inherited paths of the greatest length; equals are all kept."""
        records = [r for r in self.successors if self.takes_over(r, earlier, later)]
        now = {c["code"]: set(paths.get(c["code"], {()})) for c in self.programme["companies"]}
        for _ in records:
            for r in records:
                both = now[r["company"]] | now[r["of"]]
                most = max(map(len, both))
                now[r["company"]] = {p for p in both if len(p) == most}
        return now

    def streaks(self, wave, award):
        """By company the waves that count: a set of equally long lists of (wave, company)."""
        paths, before = {}, None
        for at in self.series_to(wave.code):
            restarts = award["at_break"] == "restarts" and "series_break" in at.given
            if before is None or restarts:
                paths = {}
            elif award["successors"] == "inherit":
                paths = self.handed_over(paths, before, at)
            seen = self.seen(at.code)
            of = self.outcomes(seen, award["of"]) if seen and award["of"] in seen.awards else {}
            for company in (c["code"] for c in self.programme["companies"]):
                paths[company] = self.step(award, at, of.get(company, ("not_in_wave", 0, 0)), company,
                                           paths.get(company, {()}))
            before = at
        return paths

    def step(self, award, wave, outcome, company, paths):
        word, joint, _ = outcome
        if word == "won" and (joint <= 1 or award["joint"] == "counts"):
            return {p + ((wave.code, company),) for p in paths}
        if award["kind"] == "times":
            return paths
        if word not in HAS_FIGURE and award["missed"] == "skips":
            return paths
        return {()}

    # What moved over a line

    def level_reaches(self, wave, award):
        """Sectors that can be held against the line, and those that reach it."""
        compared = reaching = 0
        for sector in {s for s in wave.sector_of.values()}:
            figures = [self.figure(wave, award, c) for c, s in wave.sector_of.items() if s == sector]
            values = [f.value for f in figures if f.word != "suppressed" and f.value is not None]
            if values:
                compared += 1
                reaching += self.reaches(award, mean(values))
        return compared, reaching

    def since(self, wave, award):
        series = self.series_to(wave.code)
        if len(series) < 2:
            return "first_wave"
        before = series[-2]
        if self.seen(before.code) is None:
            return "wave_not_available"
        then = before.awards.get(award["code"])
        if then is None or then["kind"] != "line":
            return "no_such_award"
        was, now = self.outcomes(before, award["code"]), self.outcomes(wave, award["code"])
        over = [r for r in self.successors if self.takes_over(r, before, wave)]
        moved = {"risen": [], "fallen": [], "newcomers": [], "gone": [], "stayed": 0}
        for company, (word, _, _) in now.items():
            # itself or whom it stands for: the best of them
            words = [was[c][0] for c in [company, *(r["of"] for r in over if r["company"] == company)] if c in was]
            won, had = "won" in words, any(w in HAS_FIGURE for w in words)
            if word == "won":
                if won:
                    moved["stayed"] += 1
                else:
                    moved["risen" if had else "newcomers"].append(company)
            elif won and word in HAS_FIGURE:
                moved["fallen"].append(company)
        for company, (word, _, _) in was.items():
            heirs = [company, *(r["company"] for r in over if r["of"] == company)]
            if word == "won" and not any(now.get(c, ("",))[0] in HAS_FIGURE for c in heirs):
                moved["gone"].append(company)
        moved["sectors"] = self.level_reaches(before, then)
        moved["comparable"] = ("series_break" not in wave.given and
                               wave.given["instrument"] == before.given["instrument"])
        return moved

    def ranks_in_sector(self, wave):
        """By score, as on a board: company to rank, None where it has none."""
        value = {c: mean(v) for c in wave.sector_of
                 if wave.base(c) is None and len(v := wave.values(c, "score")) > 1}
        return {c: None if c not in value else 1 + sum(v > value[c] for o, v in value.items()
                                                       if wave.sector_of[o] == wave.sector_of[c])
                for c in wave.sector_of}
