"""Files of the shared data, and what Plaudit makes of them: boards of `plaudit board --file`, and
figures of server/stats by themselves (data_stats)."""
import csv
import gzip
import io
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("PLAUDIT_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("PLAUDIT_BUILD_DIR", SOURCE / "build" / "dev"))
DATA = pathlib.Path(os.environ.get("PLAUDIT_SHARED_DIR", SOURCE.parent / "shared")) / "data"


def read_lines(place):
    data = (DATA / place).read_bytes()
    data = gzip.decompress(data) if place.endswith(".gz") else data
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def read_rows(place):
    header, *lines = read_lines(place)
    return [dict(zip(header, line)) for line in lines]


def question(code, least, most, measure="other", **more):
    return {"code": code, "measure": measure, "scale": {"min": least, "max": most}, **more}


def programme(companies, questions, channels=("web",)):
    """One sector with everybody in it, everything published, no scored items."""
    return {
        "programme": "published", "channels": [{"code": c} for c in channels],
        "companies": [{"code": c} for c in companies],
        "instruments": [{"code": "i", "questions": questions}],
        "waves": [{"code": "w", "instrument": "i", "minimum_base": {"publish": 1, "rank": 1, "cell": 1},
                   "sectors": [{"code": "all", "companies": list(companies)}]}],
    }


class DataCase(unittest.TestCase):
    """Skipped where the folder named by `needs` is not there."""
    needs = None

    def setUp(self):
        if not (DATA / self.needs).is_dir():
            self.skipTest(f"there is no {DATA / self.needs}")

    def board(self, document, results, *words):
        """What `plaudit board` says as JSON; every row must be counted."""
        columns = list(dict.fromkeys(name for row in results for name in row))
        text = io.StringIO()
        writer = csv.DictWriter(text, ["result_id", *columns])
        writer.writeheader()
        writer.writerows({"result_id": str(number), **row} for number, row in enumerate(results))
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "p.json").write_text(json.dumps(document), encoding="utf-8")
            (folder / "r.csv").write_text(text.getvalue(), encoding="utf-8")
            done = subprocess.run([BUILD / "clients/cli/plaudit", "board", "--file", folder / "r.csv", "--programme",
                                   folder / "p.json", "--json", *words], capture_output=True, text=True, timeout=300,
                                  check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def stats(self, rows, *words):
        """Rows of numbers (None: none) to data_stats; its lines as dictionaries."""
        text = "".join(" ".join("-" if x is None else str(x) for x in row) + "\n" for row in rows)
        done = subprocess.run([BUILD / "tests/data/data_stats", *words], input=text, capture_output=True, text=True,
                              timeout=300, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = [line.split() for line in done.stdout.splitlines()]
        return [{name: float(value) for name, value in zip(words[::2], words[1::2])} for words in lines]

    def assert_rounds_to(self, got, printed):
        """`printed` is how somebody printed it: as many decimals as it has."""
        decimals = len(printed.partition(".")[2])
        self.assertLessEqual(abs(got - float(printed)), 0.5 * 10 ** -decimals + 1e-9, f"{got} is not {printed}")
