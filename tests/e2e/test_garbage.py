"""A hundred megabytes of nothing are refused or told row by row, in little memory.

The bound is the shipped build's (PLAUDIT_RELEASE_DIR). A sanitizer keeps freed memory back, so
its build is measured with that turned off, and with room for the shadow of what is in use.
"""
import os
import pathlib
import unittest

from harness import BUILD, CSV, JSON, NDJSON, ServerCase, Stream, ask, small_document, wait_until

MIB = 1 << 20
TOTAL = 100 * MIB
SHORT_LINES = 4 * MIB
PART = 256 * 1024
RELEASE = pathlib.Path(os.environ["PLAUDIT_RELEASE_DIR"]) if os.environ.get("PLAUDIT_RELEASE_DIR") else None
BOUND = 64 * MIB if RELEASE else 96 * MIB

GARBAGE = {
    "no newline": b"x",
    "newlines": b"\n",
    "NULs": b"\0",
    "opening braces": b"{",
    "opening brackets": b"[",
    "quotes": b'"',
    "commas": b",",
    "short lines": b"z\n",
    "lines of a kilobyte": b"y" * 1023 + b"\n",
}


class Garbage(ServerCase):
    build = RELEASE or BUILD
    sanitizer = "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"

    def send(self, wave, unit, content_type, head=b""):
        stream = Stream(wave, content_type)
        part = unit * (PART // len(unit))
        stream.send(head)
        sent = 0
        total = SHORT_LINES if len(unit) == 2 else TOTAL  # each is a fault of its own
        while sent < total and stream.send(part):
            sent += len(part)
        return stream.end(), sent

    def check(self, name, content_type, head=b""):
        wave = self.given_wave(small_document())
        ask(self.server, "GET", "/readyz")
        before = self.server.resident_bytes()
        for words, unit in GARBAGE.items():
            with self.subTest(f"{words} as {name}"):
                answer, sent = self.send(wave, unit, content_type, head)
                self.assertIsNotNone(answer, f"hung up after {sent} bytes without an answer")
                if answer.status == 200:
                    self.assertEqual(answer.json["accepted"], 0, repr(answer))
                else:
                    self.assertIn(answer.status, (413, 422), repr(answer))
                grown = self.server.resident_bytes("VmHWM") - before
                print(f"{words} as {name}: {answer.status} after {sent / MIB:.1f} MiB, grown by "
                      f"{grown / MIB:.1f} MiB")
                self.assertLess(grown, BOUND, f"{grown / MIB:.1f} MiB after {sent / MIB:.1f} MiB")
        self.assertEqual(wave.stored(), 0)
        self.assertEqual(ask(self.server, "GET", "/livez").status, 200)
        wait_until(lambda: b"\nplaudit_uploads 0\n" in ask(self.server, "GET", "/metrics").body, 30,
                   "an upload still runs")

    def test_as_csv_it_is_refused_in_bounded_memory(self):
        self.check("CSV", CSV)

    def test_as_csv_behind_a_good_header_it_is_refused_in_bounded_memory(self):
        self.check("CSV rows", CSV, b"result_id,company,channel\n")

    def test_as_ndjson_it_is_refused_in_bounded_memory(self):
        self.check("NDJSON", NDJSON)

    def test_as_a_json_array_it_is_refused_in_bounded_memory(self):
        self.check("JSON", JSON, b"[")


if __name__ == "__main__":
    unittest.main(verbosity=2)
