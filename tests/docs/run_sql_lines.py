#!/usr/bin/env python3
"""Every SQL line of docs/statistics.md gives the figure it names, from the results of the same wave."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from harness import SOURCE, Server
from statistics_page import read_page
import waves

TOLERANCE = 1e-9


def look(tree, way):
    for word in way.split("."):
        tree = None if tree is None else tree[word]
    return tree


def published(wave):
    """scope -> code -> what the server says of it"""
    table = wave.get("/sectors").json
    return {"row": {row["company"]["code"]: row for row in waves.board(wave)["standings"]
                    if row["base_status"] != "suppressed"},
            "sector": {row["sector"]["code"]: row for row in table["sectors"]},
            "channel": {row["channel"]["code"]: row for row in table["channels"]}}


def answers(wave, prepare, line):
    """code -> number, as PostgreSQL computes it."""
    number = wave.server.sql("select wave_id from wave join programme using (programme_id) "
                             "join organisation using (organisation_id) "
                             f"where organisation.code = '{wave.organisation}'")
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-v", f"wave_id={number}",
                           wave.server.conninfo()], input="".join(prepare) + line.code + ";\n",
                          capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{line.code}: {done.stderr}")
    return dict(row.split("|") for row in done.stdout.split())


def compare(line, got, said):
    """(how many agree, what does not)"""
    way, agree, faults = line.ways[0], 0, []
    for code, tree in said.items():
        expected, number = look(tree, way), got.get(code) or None
        fine = number is expected if None in (number, expected) else \
            abs(float(number) - expected) <= TOLERANCE * abs(expected)
        agree += fine and expected is not None
        if not fine:
            faults.append(f"{code} {way} ({line.code}): SQL {number}, the server {expected}")
    if not agree and not faults:
        faults.append(f"{way} ({line.code}): never met a figure that is defined")
    return agree, faults


def run(server):
    prepare, lines = read_page((SOURCE / "docs" / "statistics.md").read_text(encoding="utf-8"),
                               "sql")
    wave = waves.sample_wave(server)
    said, passed, failed = published(wave), 0, 0
    for line in lines:
        agree, faults = compare(line, answers(wave, prepare["once"], line), said[line.scope])
        passed, failed = passed + agree, failed + len(faults)
        print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{len(lines)} lines: {passed} passed, {failed} failed")
    return 1 if failed or not lines else 0


def main():
    if shutil.which("psql") is None:
        print("skipped: psql is not installed")
        return 0
    home = pathlib.Path(tempfile.mkdtemp(prefix="plaudit-docs-", dir="/tmp"))
    home.chmod(0o755)
    server = Server(home)
    try:
        server.start()
        return run(server)
    finally:
        try:
            server.stop()
        finally:
            if server.process is not None:
                server.kill()
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
