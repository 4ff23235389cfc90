"""plaudit export and template: a file has its name only when it is whole."""
import os
import pathlib
import signal
import socket
import subprocess
import threading
import unittest

from harness import SAMPLE, ServerCase, program, wait_until

OK, USAGE, DENIED, TRY_AGAIN, INTERRUPTED = 0, 2, 4, 7, 130


class Meddler:
    """Passes bytes on to the server, and its answers back as `change` gives them."""

    def __init__(self, server, change):
        self.server, self.change = server, change
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        client, _ = self.listening.accept()
        server = socket.create_connection(("127.0.0.1", self.server.port))
        threading.Thread(target=self._pass, args=(client, server), daemon=True).start()
        answer = b""
        # In the head it is announced, behind the last chunk it stands.
        while answer.count(b"Plaudit-Rows") < 2 or not answer.endswith(b"\r\n\r\n"):
            part = server.recv(65536)
            if not part:
                break
            answer += part
        client.sendall(self.change(answer))
        client.shutdown(socket.SHUT_RDWR)
        client.close()
        server.close()
        self.listening.close()

    @staticmethod
    def _pass(source, sink):
        try:
            while part := source.recv(65536):
                sink.sendall(part)
        except OSError:
            pass


class ExportCli(ServerCase):
    def run_cli(self, *words, key, port=None, start=False):
        environment = dict(os.environ, PLAUDIT_SERVER=f"http://127.0.0.1:{port or self.server.port}",
                           PLAUDIT_KEY=key, PLAUDIT_PROGRAMME="sample", PLAUDIT_WAVE="2020",
                           HOME=self.home, ASAN_OPTIONS="detect_leaks=1")
        call = [program("plaudit"), *words]
        if start:
            return subprocess.Popen(call, env=environment, stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, text=True)
        return subprocess.run(call, env=environment, capture_output=True, timeout=120, check=False)

    def folder(self):
        made = pathlib.Path(self.home) / self._testMethodName
        made.mkdir()
        return made

    def given_sample(self):
        wave = self.given_wave()
        wave.upload((SAMPLE / "results.csv").read_bytes())
        return wave

    def test_each_form_is_written_whole_and_named_then(self):
        wave, folder = self.given_sample(), self.folder()
        for name, start in (("a.csv", b"result_id,"), ("b.ndjson", b'{"result_id"'), ("c.xlsx", b"PK")):
            done = self.run_cli("export", "-o", str(folder / name), key=wave.key)
            self.assertEqual(done.returncode, OK, done)
            self.assertIn(f"{folder / name}: 4279 results, ".encode(), done.stderr)
            self.assertTrue((folder / name).read_bytes().startswith(start))
            self.assertEqual((folder / name).stat().st_mode & 0o111, 0)
        self.assertEqual(sorted(os.listdir(folder)), ["a.csv", "b.ndjson", "c.xlsx"])
        piped = self.run_cli("export", "--columns", "canonical", "--dialect", "excel-nb", "--status",
                             "submitted,approved", "--sector", "S01", key=wave.key)
        self.assertTrue(piped.stdout.startswith(b"\xef\xbb\xbfresult_id;company;sector;"), piped)
        self.assertEqual({row.split(b";")[2] for row in piped.stdout.splitlines()[1:]}, {b"S01"})

    def test_a_template_is_filled_in_and_uploaded(self):
        wave, folder = self.given_wave(), self.folder()
        done = self.run_cli("template", "-o", str(folder / "t.xlsx"), key=wave.key)
        self.assertEqual((done.returncode, (folder / "t.xlsx").read_bytes()[:2]), (OK, b"PK"), done)
        done = self.run_cli("template", "--format", "csv", key=wave.key)
        self.assertTrue(done.stdout.startswith(b"result_id,company,sector,channel,"), done)

    def test_what_is_cut_damaged_or_unproven_leaves_nothing(self):
        wave, folder = self.given_sample(), self.folder()
        kept = folder / "r.csv"
        kept.write_bytes(b"as it was")
        changes = {
            "not whole": lambda answer: answer[:len(answer) // 2],
            "damaged": lambda answer: answer.replace(b"K00100", b"K00l00"),
            "nothing says": lambda answer: answer[:answer.rindex(b"0\r\nRepr-Digest")] + b"0\r\n\r\n",
            "rows instead": lambda answer: answer.replace(b"Plaudit-Rows: 4279", b"Plaudit-Rows: 4280"),
        }
        for words, change in changes.items():
            meddler = Meddler(self.server, change)
            done = self.run_cli("export", "-q", "-o", str(kept), key=wave.key, port=meddler.port)
            self.assertEqual(done.returncode, TRY_AGAIN, done)
            self.assertIn(words.encode(), done.stderr)
            self.assertEqual((os.listdir(folder), kept.read_bytes()), (["r.csv"], b"as it was"))

    def test_an_interrupted_export_leaves_nothing(self):
        wave, folder = self.given_sample(), self.folder()
        held = threading.Event()

        def hold(answer):
            held.wait(60)
            return answer
        meddler = Meddler(self.server, hold)
        run = self.run_cli("export", "-o", str(folder / "r.csv"), key=wave.key, port=meddler.port,
                           start=True)
        wait_until(lambda: os.listdir(folder), 60, "nothing is begun")
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(60), INTERRUPTED)
        held.set()
        run.stdout.close()
        run.stderr.close()
        self.assertEqual(os.listdir(folder), [])

    def test_refusals_and_wrong_words_have_their_status(self):
        wave, folder = self.given_wave(), self.folder()
        sponsor = self.server.key(wave.organisation, "sponsor")
        done = self.run_cli("export", "-o", str(folder / "r.csv"), key=sponsor)
        self.assertEqual((done.returncode, os.listdir(folder)), (DENIED, []), done)
        for words in (["export", "--format", "pdf"], ["export", "--dialect", "excel-nb", "--format",
                                                      "ndjson"],
                      ["template", "--format", "ndjson"], ["export", "r.csv"]):
            self.assertEqual(self.run_cli(*words, key=wave.key).returncode, USAGE, words)


if __name__ == "__main__":
    unittest.main()
