#!/usr/bin/env python3
"""Writes golden_scores.inc: scores by exact fractions, half up once (statistics.md 4)."""
import itertools
import math
import pathlib
from fractions import Fraction as F

Q1, Q2, Q3 = {0: 0, 1: 50, 2: 300}, {0: 0, 1: 700}, {0: 0, 500: 225}  # hundredths of given_text
WEIGHTS = [("5", "95"), ("0.333333", "0.666667"), ("10000", "0.000001")]
NONE = "ANSWER_NONE"


def half_up(share):
    return math.floor(share * 10000 + F(1, 2))


def score(weights, areas):
    applicable = [(w, got, possible) for w, (got, possible) in zip(weights, areas) if possible]
    if not applicable:
        return -1
    total = sum(w for w, _, _ in applicable)
    return half_up(sum(w * F(got, possible) for w, got, possible in applicable) / total)


def small():
    for wait, agent in WEIGHTS:
        for answers in itertools.product([None, 0, 1, 2], [None, 0, 1], [None, 0, 500]):
            chosen = [(t[a], max(t.values())) for t, a in zip((Q1, Q2, Q3), answers) if a is not None]
            points = [(t[a], max(t.values())) if a is not None else (0, 0) for t, a in zip((Q1, Q2, Q3), answers)]
            areas = [points[0], (points[1][0] + points[2][0], points[1][1] + points[2][1])]
            pooled = half_up(F(sum(g for g, _ in chosen), sum(p for _, p in chosen))) if chosen else -1
            of_areas = [half_up(F(g, p)) if p else -1 for g, p in areas]
            given = ", ".join(NONE if a is None else str(a) for a in answers)
            yield (f'{{"{wait}", "{agent}", {{{given}, ANSWER_NONE}}, {pooled}, '
                   f"{score([F(wait), F(agent)], areas)}, {{{of_areas[0]}, {of_areas[1]}}}}},")


def large():
    """32 areas, possible points near the limit without common factors, weights over ten digits."""
    for seed in range(12):
        weights = [F((seed * 7919 + a * 104729) % 10**10 + 1, 10**6) for a in range(32)]
        areas = [((seed * 31337 + a * 65537) % (999900 + a), 999900 + a) for a in range(32)]
        yield f"{{{seed}, {score(weights, areas)}}},"


if __name__ == "__main__":
    text = ["/* Made by golden_scores.py. */", "/* clang-format off */", "static const struct golden_small golden_small[] = {",
            *("\t" + line for line in small()), "};", "", "static const struct golden_large golden_large[] = {",
            *("\t" + line for line in large()), "};", "/* clang-format on */"]
    (pathlib.Path(__file__).parent / "golden_scores.inc").write_text("\n".join(text) + "\n")
