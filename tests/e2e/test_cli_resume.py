"""plaudit upload --resumable: broken connections, a server killed and started again, Ctrl-C."""
import os
import pathlib
import signal
import subprocess
import unittest

from harness import program, wait_until
from tus_client import Line, TusCase, wide_rows


class Resuming(TusCase):
    def setUp(self):
        self.wave = self.given_wave()
        self.state = pathlib.Path(self.home) / f"state-{self._testMethodName}"
        self.rows = 2000
        self.file = pathlib.Path(self.home) / f"{self._testMethodName}.csv"
        self.file.write_bytes(wide_rows(self.rows))

    def command(self, port, *more):
        return [program("plaudit"), "upload", "--server", f"http://127.0.0.1:{port}", "-p", self.wave.programme,
                "-w", self.wave.code, "--key-file", self.key_file(self.wave.key), *more, str(self.file)]

    def environment(self):
        return {**os.environ, "XDG_STATE_HOME": str(self.state), "ASAN_OPTIONS": "detect_leaks=0"}

    def notes(self):
        return list(self.state.glob("plaudit/uploads/*"))

    def run_it(self, command):
        return subprocess.run(command, capture_output=True, text=True, env=self.environment(), timeout=120,
                              check=False)

    def start(self, command):
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=self.environment())

    def assert_all_there(self, code, output, errors):
        self.assertEqual(code, 0, errors)
        self.assertIn(f"{self.rows}  rows received", output)
        self.assertEqual(self.wave.stored(), self.rows)
        self.assertEqual(self.notes(), [])
        self.server.verify()

    def test_a_whole_upload_says_what_any_upload_says(self):
        done = self.run_it(self.command(self.server.port, "--resumable", "always"))
        self.assert_all_there(done.returncode, done.stdout, done.stderr)
        self.assertIn(f"{self.rows}  new, accepted", done.stdout)
        again = self.run_it(self.command(self.server.port, "--resumable", "always"))
        self.assertIn(f"{self.rows}  known already, nothing changed", again.stdout)

    def test_small_files_go_in_one_piece(self):
        done = self.run_it(self.command(self.server.port))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.server.sql("select count(*) from tus_upload join organisation using "
                                         f"(organisation_id) where code = '{self.wave.organisation}'"), "0")

    def test_options_reach_the_upload(self):
        done = self.run_it(self.command(self.server.port, "--resumable", "always", "--delimiter", "semicolon"))
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.wave.stored(), 0)

    def test_rejected_rows_are_listed(self):
        text = self.file.read_bytes().replace(b"C001", b"C999")
        self.file.write_bytes(text)
        done = self.run_it(self.command(self.server.port, "--resumable", "always"))
        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertIn("unknown_company", done.stdout)

    def test_after_a_broken_connection_it_goes_on_by_itself(self):
        line = Line(self.server, most=self.file.stat().st_size * 7 // 10)
        try:
            done = self.run_it(self.command(line.port, "--resumable", "always"))
        finally:
            line.close()
        self.assert_all_there(done.returncode, done.stdout, done.stderr)
        self.assertIn("trying again in", done.stderr)
        self.assertGreater(line.connections, 1)
        self.assertLess(line.sent, 2 * self.file.stat().st_size)

    def test_after_a_killed_server_is_back_it_goes_on_by_itself(self):
        line = Line(self.server, most=self.file.stat().st_size * 7 // 10)
        try:
            running = self.start(self.command(line.port, "--resumable", "always"))
            wait_until(lambda: line.most is None, 60, "nothing is sent")
            self.server.kill()
            self.server.start()
            output, errors = running.communicate(timeout=120)
        finally:
            line.close()
        self.assert_all_there(running.returncode, output, errors)

    def test_after_ctrl_c_the_same_command_goes_on(self):
        line = Line(self.server, most=self.file.stat().st_size * 7 // 10)
        command = self.command(line.port, "--resumable", "always")
        try:
            running = self.start(command)
            wait_until(lambda: line.most is None, 60, "nothing is sent")
            running.send_signal(signal.SIGINT)
            _, errors = running.communicate(timeout=60)
            self.assertEqual(running.returncode, 130, errors)
            self.assertIn("the same command goes on from there:\n  " + " ".join(command), errors)
            self.assertEqual(len(self.notes()), 1)
            self.assertEqual(self.notes()[0].stat().st_mode & 0o777, 0o600)
            line.sent = 0
            done = self.run_it(command)
        finally:
            line.close()
        self.assert_all_there(done.returncode, done.stdout, done.stderr)
        self.assertLess(line.sent, self.file.stat().st_size)

    def test_a_forgotten_upload_begins_anew(self):
        line = Line(self.server, most=self.file.stat().st_size * 7 // 10)
        command = self.command(line.port, "--resumable", "always")
        try:
            running = self.start(command)
            wait_until(lambda: line.most is None, 60, "nothing is sent")
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=60)
            self.server.sql("delete from tus_upload")
            done = self.run_it(command)
        finally:
            line.close()
        self.assert_all_there(done.returncode, done.stdout, done.stderr)

    def test_what_makes_no_sense_is_refused(self):
        for more in (("--resumable", "sometimes"),):
            self.assertEqual(self.run_it(self.command(self.server.port, *more)).returncode, 2)
        command = self.command(self.server.port, "--resumable", "always", "--type", "csv")
        command[-1] = "-"
        self.assertEqual(self.run_it(command).returncode, 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
