#!/usr/bin/env python3
"""Writes golden_exact.inc beside itself: weighted means of means, compared as exact fractions."""
import os
import random
from fractions import Fraction

PRIMES = [p for p in range(2, 2000) if all(p % d for d in range(2, int(p ** .5) + 1))]


def mean(terms):
    return sum(Fraction(w * s, n) for w, n, s in terms) / sum(w for w, _, _ in terms)


def order(a, b):
    return (a > b) - (a < b)


def some(rng, most):
    return [(rng.choice((1, 1, 500000, 2000000)), rng.choice(PRIMES), rng.randrange(10 ** 7))
            for _ in range(rng.randrange(1, most))]


def near_twin(rng, terms):
    """The same mean told in another way, or one answer more in the largest group."""
    twin = [(w, n * 7, s * 7) for w, n, s in terms]
    rng.shuffle(twin)
    if rng.random() < .5:
        w, n, s = twin[0]
        twin[0] = (w, n, s + 1)
    return twin


def text(terms):
    listed = ", ".join("{%dU, %dU, %dU}" % t for t in terms)
    return f"{{{listed}}}, {len(terms)}"


def main():
    rng = random.Random(90)
    rows = []
    for case in range(40):
        a = some(rng, 20)
        b = near_twin(rng, a) if case % 2 else some(rng, 20)
        # the nearest line in millionths to a's mean: at, a little above or below
        line = int(mean(a) * 10 ** 6) + rng.choice((0, 1))
        rows.append("\t{%s, %s, %d, %dLL, %d}," % (text(a), text(b), order(mean(a), mean(b)), line,
                                                  order(mean(a), Fraction(line, 10 ** 6))))
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden_exact.inc"), "w",
              encoding="utf-8") as out:
        out.write("/* Written by golden_exact.py. */\n" + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
