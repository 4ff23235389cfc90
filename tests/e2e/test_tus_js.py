"""The real tus-js-client: uploads, is killed, resumes; the server is killed; counts equal the file."""
import pathlib
import shutil
import subprocess
import unittest

from harness import HERE, wait_until
from tus_client import Line, Tus, TusCase, wide_rows

ROWS = 4000


def given_client(home):
    """tus-js-client in a folder of its own; None where npm or its registry is not."""
    folder = pathlib.Path(home) / "tus_js"
    shutil.copytree(HERE / "tus_js", folder, ignore=shutil.ignore_patterns("node_modules"))
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                          capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        print(f"skipped: npm cannot install tus-js-client: {done.stderr[-300:]}")
        return None
    return folder


@unittest.skipUnless(shutil.which("npm") and shutil.which("node"), "skipped: npm is not here")
class TusJs(TusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = given_client(cls.home)

    def setUp(self):
        if self.client is None:
            self.skipTest("skipped: tus-js-client is not here")
        self.wave = self.given_wave()
        self.file = pathlib.Path(self.home) / f"{self._testMethodName}.csv"
        self.file.write_bytes(wide_rows(ROWS))
        self.running = []

    def tearDown(self):
        for process in self.running:
            process.kill()
            process.wait()
            process.stdout.close()

    def start(self, port):
        process = subprocess.Popen(
            ["node", "upload.mjs", f"http://127.0.0.1:{port}{self.wave.path}/uploads/tus", self.wave.key,
             str(self.file), f"{self.file}.notes"],
            cwd=self.client, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.running.append(process)
        return process

    def assert_sent(self, process):
        said, _ = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, said)
        done = said.splitlines()[-1]
        self.assertTrue(done.startswith("done http://"), said)
        location = "/" + done.split("/", 3)[3]
        self.assert_counted(self.wave, Tus(self.wave, location), ROWS)
        return said

    def test_a_file_is_counted(self):
        said = self.assert_sent(self.start(self.server.port))
        self.assertIn("POST 201", said)

    def test_a_killed_client_resumes_where_the_server_is(self):
        line = Line(self.server, most=self.file.stat().st_size * 2 // 3, hangs=True)
        try:
            first = self.start(line.port)
            wait_until(lambda: line.most is None, 60, "nothing is sent")
            first.kill()
            first.communicate()
            line.sent = 0
            said = self.assert_sent(self.start(line.port))
        finally:
            line.close()
        self.assertIn("resumes\nHEAD 200", said)
        self.assertNotIn("POST", said)
        self.assertLess(line.sent, self.file.stat().st_size)

    def test_a_killed_server_is_found_again(self):
        line = Line(self.server, most=self.file.stat().st_size * 2 // 3)
        try:
            client = self.start(line.port)
            wait_until(lambda: line.most is None, 60, "nothing is sent")
            self.server.kill()
            self.server.start()
            said = self.assert_sent(client)
        finally:
            line.close()
        self.assertIn("HEAD 200", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
