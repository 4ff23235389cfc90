"""A plauditd of one's own: free port, database in a temporary directory, one programme and wave.

    with PrivateServer(plauditd) as server: server.put_wave(programme); server.get("/sectors")

Everything is on the loopback address and ends with the block, however it ends.
"""
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

READY_S = 120
PR_SET_PDEATHSIG = 1


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_us():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class PrivateServer:
    def __init__(self, plauditd):
        self.plauditd = str(plauditd)
        self.process = None

    def __enter__(self):
        # PostgreSQL does not run as root; its account must be able to enter the directory.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="plaudit-wave-"))
        self.folder.chmod(0o755)
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [self.plauditd, "serve", "--embedded", str(self.folder / "db"), "--port", str(self.port)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_us)
        until = time.monotonic() + READY_S
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the server did not start:\n" + (self.folder / "log").read_text()[-2000:])
            time.sleep(0.1)
        said = subprocess.run([self.plauditd, "key", "create", "--embedded", str(self.folder / "db"),
                               "--organisation", "wave", "--role", "firm", "--name", "wave"],
                              capture_output=True, text=True, check=True).stdout
        self.key = re.search(r"plaudit_[A-Za-z0-9_-]+", said).group()

    def is_ready(self):
        try:
            with urllib.request.urlopen(self.url + "/readyz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, method, path, body=None, kind="application/json"):
        """The bytes of a 2xx answer; RuntimeError with the problem otherwise."""
        request = urllib.request.Request(self.url + path, method=method, data=body)
        request.add_header("Authorization", "Bearer " + self.key)
        if body is not None:
            request.add_header("Content-Type", kind)
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                return answer.read()
        except urllib.error.HTTPError as problem:
            raise RuntimeError(f"{method} {path}: {problem.code} {problem.read().decode()[:2000]}") from None

    def put_wave(self, programme):
        """Stores a programme (a dict) and opens its first wave; later paths are that wave's."""
        self.ask("PUT", f"/v1/programmes/{programme['programme']}", json.dumps(programme).encode())
        self.wave = f"/v1/programmes/{programme['programme']}/waves/{programme['waves'][0]['code']}"
        self.ask("POST", self.wave + "/open", b"")

    def upload(self, body, kind="text/csv"):
        return json.loads(self.ask("POST", self.wave + "/uploads", body, kind))

    def get_bytes(self, path, **query):
        query = {name: value for name, value in query.items() if value is not None}
        return self.ask("GET", self.wave + path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def get(self, path, **query):
        return json.loads(self.get_bytes(path, **query))

    def scores(self):
        """result_id and score in hundredths (None: none) as the database has them."""
        socket_folder = self.folder / "db" / "socket"
        if (self.folder / "db" / "socket_dir").exists():
            socket_folder = (self.folder / "db" / "socket_dir").read_text().strip()
        said = subprocess.run(["psql", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1",
                               f"host={socket_folder} dbname=plaudit user=plaudit_owner",
                               "-c", "select result_id, score from result"],
                              capture_output=True, text=True, check=True, env={**os.environ, "PGOPTIONS": ""}).stdout
        pairs = (line.split("\t") for line in said.splitlines())
        return {result_id: int(score) if score else None for result_id, score in pairs}
