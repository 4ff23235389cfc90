"""Programmes drawn at random, small enough that everything meets: ties, lines hit exactly, waves missed, breaks,
joint wins, companies renamed, merged and split."""
import math
from fractions import Fraction

from awards_model import Model

STATES = ("submitted", "approved", "returned", "excluded", "disputed")
CHANNELS = ("phone", "chat", "email")


class Draw:
    def __init__(self, random):
        self.random = random
        self.companies = list("ABCDEFG")[:random.randint(3, 7)]
        self.channels = list(CHANNELS[:random.randint(1, 3)])
        self.instruments = [self.instrument(code) for code in "ij"[:random.choice((1, 1, 2))]]
        self.years = random.randint(1, 7)
        self.periods = random.choice((1, 1, 1, 0, 0.5))
        self.steady = self.often(0.5)  # many wins, so that streaks grow and are handed over

    def often(self, chance):
        return self.random.random() < chance

    def some(self, things, least=1):
        return sorted(self.random.sample(list(things), self.random.randint(least, len(things))))

    # Instruments

    def options(self):
        answers = self.random.sample(range(5), self.random.randint(2, 4))
        made = [{"answer": a, "points": self.random.choice((0, 0, 0.25, 0.5, 1, 1, 2, 3))} for a in answers]
        made[0]["points"] = self.random.choice((1, 2, 3, 1.5))
        for option in made:
            if self.often(0.5):
                option["conformity"] = self.random.choice(("conforms", "minor", "major"))
        return made

    def item(self, code, areas):
        item = {"code": code, "area": self.random.choice(areas)}
        if self.often(0.25):
            item["measured"] = {"min": 0, "max": 10, "decimals": 1, "points": self.random.choice((1, 2)),
                                self.random.choice(("at_least", "at_most")): self.random.choice((2.5, 5, 7.5))}
            if self.often(0.5):
                item["measured"]["missed"] = self.random.choice(("minor", "major"))
        else:
            item["options"] = self.options()
        if self.often(0.2):
            item["channels"] = self.some(self.channels)
        if self.often(0.3):
            item["no_answer"] = ["NA"]
        if self.often(0.15):
            item["bonus"] = True
        elif self.often(0.1):
            item["scored"] = False
        return item

    def questions(self):
        csat = {"code": "csat", "measure": "csat", "scale": {"min": 1, "max": 5},
                "direction": self.random.choice(("high_is_good", "high_is_bad"))}
        if self.often(0.3):
            csat["good_from"] = self.random.choice((3, 5))
        ces = {"code": "ces", "measure": "ces", "scale": {"min": 1, "max": 7},
               "direction": self.random.choice(("high_is_easy", "high_is_effort"))}
        nps = {"code": "nps", "measure": "nps", "scale": {"min": 0, "max": 10}, "no_answer": ["Blank"]}
        return self.random.sample((csat, ces, nps), self.random.randint(0, 3))

    def instrument(self, code):
        areas = [{"code": a, "weight": self.random.choice((1, 2, 30, 0.5))} for a in ("a1", "a2", "a3")]
        areas = areas[:self.random.randint(1, 3)]
        return {"code": code, "scoring": self.random.choice(("pooled", "weighted_areas")),
                "unanswered": self.random.choice(("zero", "exclude")), "areas": areas,
                "items": [self.item(f"q{n}", [a["code"] for a in areas]) for n in range(self.random.randint(1, 5))],
                "questions": self.questions()}

    # Rows

    def answer(self, item):
        if self.often(0.1):
            return self.random.choice(["", *item.get("no_answer", [])])
        if "measured" in item:
            return self.random.choice(("0", "2.5", "5", "7.5", "10", "4.9"))
        return str(self.random.choice(item["options"])["answer"])

    def row(self, instrument, company, n):
        row = {"result_id": f"{self.random.choices(STATES, (6, 4, 1, 1, 1))[0]}-{company}-{n}", "company": company,
               "channel": self.random.choice(self.channels), "answered": "0" if self.often(0.1) else "1"}
        for item in instrument["items"]:
            asked = row["answered"] == "1" and row["channel"] in item.get("channels", self.channels)
            row[item["code"]] = self.answer(item) if asked else ""
        for question in instrument["questions"]:
            low, high = question["scale"]["min"], question["scale"]["max"]
            asked = row["answered"] == "1" and self.often(0.9)
            row[question["code"]] = str(self.random.randint(low, high)) if asked else ""
        return row

    def rows(self, wave):
        instrument = next(i for i in self.instruments if i["code"] == wave["instrument"])
        sizes = (2, 3) if self.steady else (0, 1, 2, 2, 3, 3, 4, 6)
        found = [self.row(instrument, c["company"], n) for s in wave["sectors"] for c in s["companies"]
                 for n in range(self.random.choice(sizes))]
        # the same questionnaires again for somebody else: equal figures
        if self.often(0.4) and len(self.companies) > 1:
            present = [c["company"] for s in wave["sectors"] for c in s["companies"]]
            one, other = self.random.choice(present), self.random.choice(present)
            if one != other:
                found = [r for r in found if r["company"] != other]
                found += [r | {"company": other, "result_id": r["result_id"].replace(f"-{one}-", f"-{other}-")}
                          for r in found if r["company"] == one]
        return found

    # Waves

    def sectors(self):
        present = [c for c in self.companies if self.often(0.8)] or self.companies[:1]
        self.random.shuffle(present)
        made = {}
        for company in present:
            entry = {"company": company}
            if self.often(0.6):
                entry["fulfils"] = ["manager"]
            code = self.random.choice(("S2", "S1")) if self.often(0.2) else self.home(company)
            made.setdefault(code, []).append(entry)
        return [{"code": code, "companies": made[code]} for code in made]

    def home(self, company):
        return "S1" if company < "D" else "S2"

    def wave(self, n):
        publish = 1 if self.steady else self.random.randint(1, 2)
        wave = {"code": f"w{n}", "instrument": self.random.choice([self.instruments[0]] * 3 + self.instruments)["code"],
                "minimum_base": {"publish": publish, "rank": 1 if self.steady else self.random.randint(publish, 3),
                                 "cell": self.random.randint(1, 2)},
                "series": "s" if self.often(0.9) else "t", "prerequisites": ["manager"], "sectors": self.sectors()}
        if self.often(self.periods):
            wave["period"] = {"from": f"{2000 + n}-01-01"}
            if self.often(0.8):
                wave["period"]["until"] = f"{2000 + n}-11-30"
        if n > 1 and self.often(0.12):
            wave["series_break"] = {"reason": {"en": "new"}}
        if self.often(0.3):
            wave["review"] = {"counts": self.some(STATES)}
        return wave

    def day(self):
        year, month = 2000 + self.random.randint(1, self.years), self.random.randint(1, 12)
        return f"{year}-{month:02}-{self.random.choice((1, 28)):02}"

    def successors(self):
        """A company comes only from those before it in a drawn order: no circle."""
        order, made = self.random.sample(self.companies, len(self.companies)), []
        day = self.day()  # of many of them, so that chains form between two waves
        numbers = (0, 0, 1, 1, 2) if self.steady else (0, 0, 0, 1, 2)
        for at in range(1, len(order)):
            for of in self.random.sample(order[:at], min(at, self.random.choice(numbers))):
                made.append({"company": order[at], "of": of, "kind": self.random.choice(("renamed", "merged", "split")),
                             "from": day if self.often(0.5) else self.day()})
        self.random.shuffle(made)
        return made

    # Awards: lines come last, as they are drawn where figures stand

    def metric(self, wave):
        instrument = next(i for i in self.instruments if i["code"] == wave["instrument"])
        metrics = ["score"] * 3 + ["answered"] + [q["measure"] for q in instrument["questions"]]
        metrics += ["area:" + a["code"] for a in instrument["areas"]] + ["combined:both"] * 2 * self.has_combined
        return self.random.choice(metrics)

    def line(self, model, wave, award):
        """Mostly exactly at somebody's figure, or the next millionth to it."""
        metric = award["metric"]
        low, high = {"nps": (-100, 100), "ces": (1, 7)}.get(metric, (0, 100))
        figures = [model.figure(model.waves[wave["code"]], award, c).value for c in
                   model.waves[wave["code"]].sector_of]
        figures = [f for f in figures if f is not None] or [Fraction(low + high, 2)]
        at = self.random.choice((min(figures), Fraction(low))) if self.steady else self.random.choice(figures)
        millionths = at * 1000000 if self.often(0.8) else Fraction(low + high, 2) * 1000000
        millionths = self.random.choice((math.floor, math.ceil))(millionths) + self.random.choice((0, 0, 0, 1, -1))
        line = min(max(Fraction(millionths, 1000000), low), high)
        return float(line)

    def award(self, model, wave, code, before):
        kinds = ["line", "line", "rank", "rank", "no_nonconformity"]
        kinds += ["running", "running", "times", "sole"] * bool(before) + ["all"] * (len(before) > 1)
        award = {"code": code, "kind": self.random.choice(kinds)}
        getattr(self, "fill_" + award["kind"])(model, wave, award, before)
        if self.often(0.2):
            award["prerequisites"] = ["manager"]
        return award

    def fill_figure(self, wave, award):
        award["metric"] = self.metric(wave)
        if not award["metric"].startswith("combined") and self.often(0.2):
            award["channel"] = self.random.choice(self.channels)

    def fill_line(self, model, wave, award, _):
        self.fill_figure(wave, award)
        award[self.random.choice(("at_least", "at_least", "above"))] = self.line(model, wave, award)

    def fill_rank(self, _model, wave, award, _):
        self.fill_figure(wave, award)
        award |= {"rank": self.random.randint(1, 3), "scope": self.random.choice(("sector", "field"))}

    def fill_no_nonconformity(self, _model, _wave, award, _):
        award["conformity"] = self.random.choice(("minor", "major"))

    def fill_running(self, _model, _wave, award, before):
        award |= {"of": self.random.choice(before), "times": self.random.randint(1, 3),
                  "missed": self.random.choice(("breaks", "skips")),
                  "at_break": self.random.choice(("restarts", "continues")),
                  "joint": self.random.choice(("counts", "breaks")),
                  "successors": self.random.choice(("inherit", "inherit", "ignore"))}

    fill_times = fill_running

    def fill_sole(self, _model, _wave, award, before):
        award |= {"of": self.random.choice(before), "scope": self.random.choice(("sector", "field"))}

    def fill_all(self, _model, _wave, award, before):
        award["of"] = self.some(before, 2)

    def awards(self, model, wave):
        """The same codes in most waves, so that there is something to count."""
        made = []
        for code in ("first", "second", "third", "fourth", "fifth", "sixth"):
            if self.often(0.9):
                made.append(self.award(model, wave, code, [a["code"] for a in made]))
        return made

    def case(self):
        random = self.random
        waves = [self.wave(n) for n in range(1, self.years + 1)]
        self.has_combined = len(waves) > 1
        programme = {"programme": "drawn", "channels": [{"code": c} for c in self.channels],
                     "companies": [{"code": c} for c in random.sample(self.companies, len(self.companies))],
                     "instruments": self.instruments, "successors": self.successors(), "waves": waves}
        if self.has_combined:
            of = random.sample(waves, random.randint(2, min(3, len(waves))))
            programme["combined"] = [{"code": "both", "of": [
                {"wave": w["code"], "weight": random.choice((1, 1, 2, 0.5, 30, 0.333333))} for w in of]}]
        results = {w["code"]: self.rows(w) for w in waves}
        hidden = [w["code"] for w in waves[:-1] if self.often(0.1)]
        model = Model(programme, results, hidden)
        for wave in waves:
            wave["awards"] = self.awards(model, wave)
            if self.often(0.85 if self.steady else 0.5) and waves[0]["instrument"] == wave["instrument"]:
                wave["awards"] = waves[0]["awards"]
        return programme, results, hidden
