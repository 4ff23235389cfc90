"""Uploaded files on the server's disk: kept byte for byte, and never in an upload's way."""
import os
import pathlib
import unittest

from harness import ask
from tus_client import TusCase


class Spooled(TusCase):
    def kept(self, number):
        return [p.read_bytes() for p in self.spooled(f"upload-{number}")]

    def test_every_posted_file_is_kept_byte_for_byte(self):
        wave = self.given_wave()
        data, _ = self.given_file()
        answer = wave.upload(data)
        self.assertEqual(self.kept(answer.json["upload"]), [data])

    def test_a_file_that_is_known_is_not_kept_twice(self):
        wave = self.given_wave()
        data, _ = self.given_file()
        first = wave.upload(data, digest=True).json["upload"]
        self.assertEqual(wave.upload(data, digest=True).json["upload"], first)
        self.assertEqual(self.kept(first), [data])

    def test_a_kept_file_that_somebody_removed_or_changed_is_not_read(self):
        wave = self.given_wave()
        data, _ = self.given_file()
        number = wave.upload(data).json["upload"]
        [kept] = self.spooled(f"upload-{number}")
        looks = [("POST", "run"), ("GET", "rejected"), ("GET", "preview")]
        for change in (lambda: os.truncate(kept, len(data) // 2), lambda: kept.unlink()):
            change()
            for method, rest in looks:
                self.assert_status(wave.ask(method, f"/uploads/{number}/{rest}"), 404, "file_not_kept")

    def test_a_kept_file_that_a_power_cut_left_shorter_is_not_run(self):
        wave = self.given_wave()
        data, _ = self.given_file()
        number = wave.ask("POST", "/uploads?dry_run=1", data, Content_Type="text/csv").json["upload"]
        [kept] = self.spooled(f"upload-{number}")
        self.server.stop()
        os.truncate(kept, len(data) // 2)
        self.server.start()
        self.assert_status(wave.ask("POST", f"/uploads/{number}/run"), 404, "file_not_kept")
        self.assertEqual(wave.stored(), 0)

    def test_what_the_disk_refuses_is_in_the_log(self):
        wave = self.given_wave()
        first = self.given_tus(wave, 5)
        [place] = self.spooled(f"tus-{first.location.rsplit('/', 1)[1]}")
        next_one = int(self.server.sql("select max(tus_id) from tus_upload")) + 1
        place.with_name(f"tus-{next_one}").mkdir()
        self.assert_code(self.create(wave, 5), 500, "spool_failed")
        self.assertIn("a file of the spool cannot be written", self.server.logged("spool.failed")[-1]["err"])
        place.with_name(f"tus-{next_one}").rmdir()

    def test_a_spool_that_cannot_be_used_stops_no_upload(self):
        wave = self.given_wave()
        data, rows = self.given_file()
        self.server.stop()
        blocked = pathlib.Path(self.home) / "a-file"
        blocked.write_text("")
        self.server.start("--spool", str(blocked))
        try:
            self.assertEqual(wave.upload(data).json["accepted"], rows)
            self.assert_code(self.create(wave, 5), 503, "spool_unavailable")
            self.assertIs(ask(self.server, "GET", "/readyz").json["spool"], False)
            self.assertIn(b"\nplaudit_spool_usable 0\n", ask(self.server, "GET", "/metrics").body)
        finally:
            self.server.stop()
            self.server.start()

    def test_a_full_spool_refuses_what_needs_it_and_nothing_else(self):
        wave = self.given_wave()
        self.server.stop()
        self.server.start("--spool", str(pathlib.Path(self.home) / "small"), "--spool-bytes", str(1 << 20))
        try:
            first = self.given_tus(wave, 500 * 1024)
            self.assert_status(first.patch(0, os.urandom(450 * 1024)), 204)
            second = self.given_tus(wave, 500 * 1024)
            self.assert_status(second.patch(0, os.urandom(450 * 1024)), 204)
            third = self.given_tus(wave, 500 * 1024)
            self.assert_code(third.patch(0, os.urandom(450 * 1024)), 507, "spool_full")
            data, rows = self.given_file()
            self.assertEqual(wave.upload(data).json["accepted"], rows)
        finally:
            self.server.stop()
            self.server.start()


if __name__ == "__main__":
    unittest.main(verbosity=2)
