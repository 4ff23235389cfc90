"""A private Plaudit server for one test file, and what tests say to it.

Every server has a PostgreSQL of its own in a temporary directory, listens on a port the kernel
chose, and is stopped by its process id. A report of a sanitizer, a leak included, or an exit
status other than 0 at the orderly stop fails the test that owns the server.

Environment: PLAUDIT_BUILD_DIR (programs), PLAUDIT_SOURCE_DIR, PLAUDIT_SHARED_DIR (optional data).
"""
import base64
import ctypes
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = pathlib.Path(os.environ.get("PLAUDIT_SOURCE_DIR", HERE.parent.parent))
BUILD = pathlib.Path(os.environ.get("PLAUDIT_BUILD_DIR", SOURCE / "build" / "dev"))
SHARED = pathlib.Path(os.environ.get("PLAUDIT_SHARED_DIR", SOURCE.parent / "shared"))
SAMPLE = SOURCE / "programmes" / "sample"
START_SECONDS = 120
STOP_SECONDS = 60
CSV, NDJSON, JSON = "text/csv", "application/x-ndjson", "application/json"
PR_SET_PDEATHSIG = 1


def program(name, build=BUILD):
    place = {"plauditd": "server/app", "plaudit": "clients/cli"}[name]
    return str(build / place / name)


def sample_document():
    return json.loads((SAMPLE / "programme.json").read_text(encoding="utf-8"))


def sample_rows():
    """The header and the rows of the sample wave, each a line with its end."""
    header, *rows = (SAMPLE / "results.csv").read_bytes().splitlines(keepends=True)
    return header, rows


def wait_until(what, seconds, words):
    """Polls `what` until it says something true; that is returned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = what()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{words} after {seconds} s")


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:600]!r}"


class Server:
    """plauditd and its PostgreSQL in `home`, or on the database of another server."""

    def __init__(self, home, database=None, build=BUILD, sanitizer=""):
        self.home = pathlib.Path(home)
        self.embedded = self.home / "db"
        self.database = database
        self.build = build
        self.process = None
        self.port = None
        self.name = "second" if database else "plauditd"
        self.log = self.home / f"{self.name}.log"
        self.environment = dict(os.environ)
        self.environment.update({
            "ASAN_OPTIONS": f"detect_leaks=1:abort_on_error=0:log_path={self.home}/sanitizer"
                            f":{sanitizer}",
            "UBSAN_OPTIONS": "print_stacktrace=1",
            "LSAN_OPTIONS": f"suppressions={HERE}/leaks.supp:print_suppressions=0",
        })
        for name in [n for n in self.environment if n.startswith("PLAUDIT_")]:
            del self.environment[name]
        if database:
            self.environment["PLAUDIT_SPOOL"] = str(self.home / "second-spool")

    def _where(self):
        return ["--database", self.database] if self.database else ["--embedded", str(self.embedded)]

    def start(self, *more):
        self.log.touch()
        begin = self.log.stat().st_size
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [program("plauditd", self.build), "serve", "--port", "0", *self._where(), *more],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment,
                preexec_fn=_die_with_parent)
        self.port = wait_until(lambda: self._port_said(begin), START_SECONDS, "no port said")
        wait_until(lambda: ask(self, "GET", "/readyz").status == 200, START_SECONDS, "not ready")
        return self

    def _port_said(self, begin):
        if self.process.poll() is not None:
            raise AssertionError(f"plauditd ended with {self.process.returncode}:\n{self.tail()}")
        with open(self.log, "rb") as log:
            log.seek(begin)
            for line in log:
                if b'"serve.listening"' in line and line.endswith(b"\n"):
                    return json.loads(line)["port"]
        return None

    def tail(self):
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=STOP_SECONDS):
        code = self.process.wait(seconds)
        self.process = None
        return code

    def kill(self):
        self.signal(signal.SIGKILL)
        self.wait()

    def kill_if_running(self):
        if self.process is not None:
            self.kill()

    def stop(self):
        """The orderly stop."""
        if self.process is None:
            return
        self.signal(signal.SIGTERM)
        code = self.wait()
        if code != 0:
            raise AssertionError(f"plauditd ended with {code}:\n{self.tail()}{self.reports()}")
        self.check_sanitizers()

    def reports(self):
        return "".join(p.read_text(errors="replace") for p in self.home.glob("sanitizer*"))

    def check_sanitizers(self):
        reports = self.reports()
        if reports:
            raise AssertionError(f"a sanitizer reported:\n{reports[:8000]}")

    def command(self, *words):
        return subprocess.run([program("plauditd", self.build), *words, *self._where()],
                              capture_output=True, text=True, env=self.environment, timeout=120,
                              check=False)

    def key(self, organisation, role="firm"):
        done = self.command("key", "create", "--organisation", organisation, "--role", role,
                            "--name", "e2e")
        if done.returncode != 0:
            raise AssertionError(f"no key: {done.stderr}")
        key = done.stdout.strip()
        # The server hears of it by a notification.
        wait_until(lambda: ask(self, "GET", "/v1/programmes", key=key).status != 401, 5,
                   "a new key is not accepted")
        return key

    def verify(self):
        """Recounts everything; fails where one cell differs."""
        done = self.command("verify")
        if done.returncode != 0 or not done.stdout.rstrip().endswith(": 0 differences"):
            raise AssertionError(f"verify ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def conninfo(self, user="plaudit_owner"):
        note = self.embedded / "socket_dir"
        place = note.read_text().strip() if note.exists() else str(self.embedded / "socket")
        return f"host={place} user={user} dbname=plaudit"

    def sql(self, text, user="plaudit_owner"):
        done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", text,
                               self.conninfo(user)],
                              capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{text}: {done.stderr}")
        return done.stdout.strip()

    def break_connections(self, which="true", most=1000):
        """Ends sessions of servers as an administrator would; how many. Only the role itself may."""
        return int(self.sql(
            "select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity where "
            f"usename = 'plaudit_runtime' and pid <> pg_backend_pid() and {which} "
            f"order by random() limit {most}) s", "plaudit_runtime"))

    def postmaster(self):
        return int((self.embedded / "pgdata" / "postmaster.pid").read_text().split()[0])

    def backends(self):
        return [int(pid) for pid in self.sql(
            "select pid from pg_stat_activity where usename = 'plaudit_runtime'").split()]

    def resident_bytes(self, field="VmRSS"):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) * 1024
        raise AssertionError("no resident size")

    def logged(self, event):
        found = []
        for line in self.log.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            if said["event"] == event:
                found.append(said)
        return found


def ask(server, method, path, body=None, key=None, **headers):
    """One request on a connection of its own; headers with _ for -."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if key:
        sent["Authorization"] = f"Bearer {key}"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    try:
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def ask_json(server, method, path, body=None, key=None, **headers):
    """The same of a body that is written as JSON, where there is one."""
    if body is None:
        return ask(server, method, path, None, key, **headers)
    return ask(server, method, path, json.dumps(body).encode(), key, Content_Type=JSON, **headers)


def read_answer(connection):
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    return Answer(answer.status, answer.headers, answer.read())


class Stream:
    """An upload whose bytes are sent piece by piece, without waiting for its answer."""

    def __init__(self, wave, content_type=CSV):
        self.socket = socket.create_connection(("127.0.0.1", wave.server.port), timeout=120)
        self.open = True
        self._send(f"POST {wave.path}/uploads HTTP/1.1\r\nHost: localhost\r\n"
                   f"Authorization: Bearer {wave.key}\r\nContent-Type: {content_type}\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n".encode())

    def _send(self, data):
        try:
            self.socket.sendall(data)
        except (ConnectionError, socket.timeout):
            self.open = False

    def answered(self):
        """True where the server has said something (or hung up) already."""
        self.socket.setblocking(False)
        try:
            self.socket.recv(1, socket.MSG_PEEK)
            return True
        except BlockingIOError:
            return False
        except ConnectionError:
            return True
        finally:
            self.socket.settimeout(120)

    def send(self, data):
        """False where sending more makes no sense."""
        if self.open and self.answered():
            self.open = False
        if self.open and data:
            self._send(b"%x\r\n" % len(data) + data + b"\r\n")
        return self.open

    def end(self):
        """The answer, or None where the connection broke instead."""
        if self.open:
            self._send(b"0\r\n\r\n")
        try:
            return read_answer(self.socket)
        except (ConnectionError, http.client.HTTPException, socket.timeout):
            return None
        finally:
            self.socket.close()

    def close(self):
        self.socket.close()


class Wave:
    """One wave of a programme, with a firm's key for it."""

    def __init__(self, server, key, programme, code):
        self.server, self.key = server, key
        self.programme, self.code = programme, code
        self.path = f"/v1/programmes/{programme}/waves/{code}"

    def ask(self, method, rest="", body=None, key=None, **headers):
        return ask(self.server, method, self.path + rest, body, key or self.key, **headers)

    def get(self, rest, **headers):
        answer = self.ask("GET", rest, **headers)
        if answer.status != 200:
            raise AssertionError(f"GET {rest}: {answer}")
        return answer

    def upload(self, data, content_type=CSV, digest=False):
        headers = {"Content_Type": content_type}
        if digest:
            said = base64.b64encode(hashlib.sha256(data).digest()).decode()
            headers["Repr_Digest"] = f"sha-256=:{said}:"
        return self.ask("POST", "/uploads", data, **headers)

    def connect(self, kind, code, channel="chat", **document):
        """What the API says of a new source whose answers go to the wave."""
        made = ask_json(self.server, "POST", "/v1/sources", {
            "source": code, "kind": kind, "programme": self.programme, "wave": self.code,
            "channel": channel, **document}, self.key)
        if made.status != 201:
            raise AssertionError(f"source: {made}")
        return made.json

    def invite(self, *contacts):
        """What the API says of invited contacts, each by itself."""
        made = ask_json(self.server, "POST", f"{self.path}/invitations", contacts, self.key)
        if made.status not in (200, 201):
            raise AssertionError(f"invitations: {made}")
        return made.json["data"]

    def sectors(self):
        return [s["code"] for s in self.ask("GET").json["sectors"]]

    def boards(self):
        """Everything the wave publishes, as bytes by its address."""
        addresses = ["/sectors", "/sectors.csv", "/standings?metric=nps", "/companies/C001",
                     "/standings?sector=S01&metric=csat&include=distribution",
                     "/standings.csv?sector=S02"]
        addresses += [f"/standings?sector={sector}" for sector in self.sectors()]
        return {address: self.get(address).body for address in addresses}

    def stored(self):
        return int(self.server.sql(
            "select count(*) from result join wave using (wave_id) join programme p using "
            "(programme_id) join organisation o using (organisation_id) where "
            f"o.code = '{self.organisation}' and p.code = '{self.programme}' and "
            f"wave.code = '{self.code}'"))

    def counted(self):
        """Contacts in the boards."""
        return self.get("/sectors").json["overall"]["contacts_all"]


def given_wave(server, organisation, document=None, opened=True):
    """A wave of its own organisation; the sample's where no other programme is given."""
    document = document or sample_document()
    key = server.key(organisation)
    programme, code = document["programme"], document["waves"][0]["code"]
    put = ask(server, "PUT", f"/v1/programmes/{programme}", json.dumps(document).encode(), key,
              Content_Type=JSON)
    if put.status != 201:
        raise AssertionError(f"programme put: {put}")
    wave = Wave(server, key, programme, code)
    wave.organisation = organisation
    if opened and wave.ask("POST", "/open").status != 200:
        raise AssertionError("the wave does not open")
    return wave


def small_document(**wave):
    """One sector, two companies, two channels, one scored item, three questions."""
    return {
        "programme": "small", "name": {"en": "Small"},
        "channels": [{"code": "phone"}, {"code": "chat"}],
        "companies": [{"code": "A", "name": {"en": "Alder"}}, {"code": "B", "name": {"en": "Birch"}},
                      {"code": "C", "name": {"en": "in no wave"}}],
        "instruments": [{
            "code": "i1", "areas": [{"code": "all"}],
            "items": [{"code": "q1", "area": "all",
                       "options": [{"answer": 0, "points": 0}, {"answer": 1, "points": 1},
                                   {"answer": 2, "points": 2}]},
                      {"code": "q2", "area": "all", "channels": ["phone"],
                       "options": [{"answer": 0, "points": 0}, {"answer": 1, "points": 3}]}],
            "questions": [{"code": "csat", "measure": "csat", "scale": {"min": 1, "max": 5}},
                          {"code": "ces", "measure": "ces", "scale": {"min": 1, "max": 7}},
                          {"code": "nps", "measure": "nps", "scale": {"min": 0, "max": 10}}]}],
        "waves": [{"code": "w1", "instrument": "i1",
                   "minimum_base": {"publish": 1, "rank": 2, "cell": 1},
                   "sectors": [{"code": "S", "companies": ["A", "B"]}], **wave}],
    }


def many_rows(count, prefix="R"):
    """A header and `count` rows of the sample programme, made of the sample's own."""
    header, rows = sample_rows()
    tails = [row.split(b",", 1)[1] for row in rows]
    return header, [b"%s%07d,%s" % (prefix.encode(), i, tails[i % len(tails)])
                    for i in range(count)]


class ServerCase(unittest.TestCase):
    """Tests that share one server; it must stop in order and without a sanitizer's report."""

    build = BUILD
    sanitizer = ""
    arguments = ()
    server_class = Server

    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.mkdtemp(prefix="plaudit-e2e-", dir="/tmp")
        os.chmod(cls.home, 0o755)
        cls.server = cls.server_class(cls.home, build=cls.build, sanitizer=cls.sanitizer)
        try:
            cls.server.start(*cls.arguments)
        except BaseException:
            cls._end()
            raise

    @classmethod
    def tearDownClass(cls):
        try:
            cls.server.stop()
        finally:
            cls._end()

    @classmethod
    def _end(cls):
        if cls.server.process is not None:
            cls.server.process.kill()
            cls.server.process.wait()
        shutil.rmtree(cls.home, ignore_errors=True)

    def given_wave(self, document=None, opened=True, suffix=""):
        """A wave of an organisation named after the test."""
        organisation = self._testMethodName.removeprefix("test_")[:50] + suffix
        return given_wave(self.server, organisation, document, opened)

    def key_file(self, key):
        path = pathlib.Path(tempfile.mkstemp(dir=self.home)[1])
        path.chmod(0o600)
        path.write_text(key + "\n", encoding="ascii")
        return str(path)

    def assert_status(self, answer, status, code=None):
        self.assertEqual(answer.status, status, repr(answer))
        if code is not None:
            self.assertEqual(answer.json["code"], code, repr(answer))
