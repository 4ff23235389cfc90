"""SPSS files of PSPP, R's haven and SPSS itself are read as haven reads them, cell by cell."""
import csv
import io
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
# Files that come with the programs: SPSS wrote those of R, PSPP its own.
INSTALLED = ["/usr/lib/R/library/foreign/files/electric.sav", "/usr/lib/R/library/foreign/files/testdata.sav",
             "/usr/lib/R/site-library/haven/examples/iris.sav",
             *(f"/usr/share/pspp/examples/{name}.sav" for name in
               ("horticulture", "hotel", "personnel", "physiology", "repairs"))]


def run(*words, **more):
    return subprocess.run(words, capture_output=True, timeout=300, check=False, **more)


HAS_HAVEN = shutil.which("Rscript") is not None and run("Rscript", "-e", "library(haven)").returncode == 0
HAS_PSPP = shutil.which("pspp") is not None


def read_here(path):
    done = run(os.environ["TABLE_DUMP"], "sav", str(path))
    told = json.loads(done.stderr.decode())
    if done.returncode != 0:
        raise AssertionError(f"{path}: {told}")
    return list(csv.reader(io.StringIO(done.stdout.decode(), newline=""))), told


def read_haven(path):
    done = run("Rscript", str(HERE / "read_sav.R"), str(path), env=os.environ | {"LC_ALL": "C.UTF-8"})
    if done.returncode != 0:
        raise AssertionError(f"{path}: {done.stderr.decode()}")
    return list(csv.reader(io.StringIO(done.stdout.decode(), newline="")))


def as_number(text):
    try:
        return float(text)
    except ValueError:
        return text


class Spss(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="plaudit-spss-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def assert_same(self, here, there, path):
        self.assertEqual(here[0], there[0], path)
        # A row without a value is an empty line here.
        here = [row or [""] * len(here[0]) for row in here]
        self.assertEqual(len(here), len(there), path)
        for number, (ours, theirs) in enumerate(zip(here[1:], there[1:]), 1):
            for name, a, b in zip(here[0], ours, theirs):
                if a != b:
                    self.assertEqual(as_number(a), as_number(b), f"{path}, row {number}, {name}")

    @unittest.skipUnless(HAS_HAVEN, "R's haven is not installed")
    def test_what_haven_writes_is_read_as_haven_reads_it(self):
        done = run("Rscript", str(HERE / "write_sav.R"), str(self.folder), env=os.environ | {"LC_ALL": "C.UTF-8"})
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        files = sorted(self.folder.iterdir())
        self.assertEqual(len(files), 3)
        for path in files:
            here, told = read_here(path)
            self.assert_same(here, read_haven(path), path.name)
            nps = next(v for v in told["variables"] if v["name"] == "nps")
            self.assertEqual(nps["label"], "How likely are you to recommend us?")
            self.assertEqual([(v["code"], v["label"], v["missing"]) for v in nps["values"]],
                             [("0", "Not at all", False), ("99", "Ikke svart", True)])
            self.assertGreater(nps["missing"], 0)

    @unittest.skipUnless(HAS_HAVEN, "R's haven is not installed")
    def test_files_that_came_with_other_programs_are_read_as_haven_reads_them(self):
        found = [path for path in INSTALLED if os.path.exists(path)]
        if not found:
            self.skipTest("no such files here")
        for path in found:
            here, _ = read_here(path)
            self.assert_same(here, read_haven(path), path)

    @unittest.skipUnless(HAS_PSPP, "PSPP is not installed")
    def test_what_pspp_was_given_is_read(self):
        drawn = random.Random(5)
        text = "abcdefgh æøå우체국,\"'"
        table = [["id", "nps", "real", "word", "longer"]]
        for i in range(300):
            word = "".join(drawn.choice(text) for _ in range(drawn.randrange(12))).strip()
            longer = "".join(drawn.choice(text) for _ in range(drawn.randrange(150))).strip()
            table.append([str(i + 1), drawn.choice(["", *map(str, range(11)), "99"]),
                          f"{drawn.uniform(-1e6, 1e6):.4f}".rstrip("0").rstrip("."), word, longer])
        with open(self.folder / "in.csv", "w", encoding="utf-8", newline="") as out:
            csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
        (self.folder / "make.sps").write_text(
            "GET DATA /TYPE=TXT /FILE='in.csv' /ENCODING='UTF-8' /ARRANGEMENT=DELIMITED /FIRSTCASE=2 "
            "/DELIMITERS=',' /QUALIFIER='\"' /VARIABLES=id F8.0 nps F2.0 real F16.4 word A64 longer A900.\n"
            "MISSING VALUES nps (99).\n"
            "SAVE OUTFILE='a.sav' /COMPRESSED.\nSAVE OUTFILE='b.sav' /UNCOMPRESSED.\n"
            "SAVE OUTFILE='c.zsav' /ZCOMPRESSED.\n", encoding="utf-8")
        done = run("pspp", "make.sps", cwd=self.folder, env=os.environ | {"LC_ALL": "C.UTF-8"})
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        expected = [[("" if name == "nps" and value == "99" else value)
                     for name, value in zip(table[0], row)] for row in table]
        for name in ("a.sav", "b.sav", "c.zsav"):
            here, told = read_here(self.folder / name)
            self.assert_same(here, expected, name)
            self.assertEqual(told["variables"][1]["missing"],
                             sum(row[1] == "99" for row in table[1:]))


if __name__ == "__main__":
    unittest.main()
