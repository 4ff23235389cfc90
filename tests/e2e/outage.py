"""A server whose PostgreSQL is another's, so that it can be stopped and started beneath it."""
import time

from harness import Server, ServerCase, ask, wait_until
from hooks import Load, Source

PROVIDERS_WAIT_SECONDS = 5 # Messenger and Chatwoot, the least patient


class Outage(ServerCase):
    def given_second(self):
        """A source, and a server that has nothing of PostgreSQL but the connection."""
        source = Source(self.given_wave(), "messenger")
        second = Server(self.home, database=self.server.conninfo("plaudit_runtime")).start()
        self.addCleanup(second.kill_if_running)
        return source, second

    def metric(self, server, name):
        for line in ask(server, "GET", "/metrics").body.decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        raise AssertionError(f"no metric {name}")

    def journal_files(self, server):
        return list((server.home / "second-spool").glob("*/inbox-*"))

    def wait_until_drained(self, server, seconds):
        wait_until(lambda: ask(server, "GET", "/readyz").json["inbox"] == "direct", seconds,
                   "the journal is not emptied")
        self.assertEqual(self.metric(server, "plaudit_inbox_backlog"), 0)
        wait_until(lambda: not self.journal_files(server), 30, "files of the journal are left")

    def assert_each_once(self, source, numbers):
        """Exactly these events are there, each one row."""
        rows = source.rows("count(*), count(distinct convert_from(body, 'UTF8')::json"
                           " #>> '{entry,0,messaging,0,message,mid}')")
        self.assertEqual(rows, f"{len(numbers)}|{len(numbers)}")

    def assert_outage_costs_nothing(self, rate, seconds, clients):
        """PostgreSQL is stopped for so long under so many events a second."""
        source, second = self.given_second()
        with Load(source, rate, clients, second.port) as load:
            wait_until(lambda: len(load.acknowledged()) > rate, 60, "no events are taken")
            self.server.stop()
            try:
                before, until = len(load.acknowledged()), time.monotonic() + seconds
                wait_until(lambda: time.monotonic() > until and
                           len(load.acknowledged()) > before + rate * seconds / 2,
                           seconds * 10, "no events are taken while PostgreSQL is away")
                ready = ask(second, "GET", "/readyz")
                self.assertEqual((ready.status, ready.json["inbox"]), (503, "journalling"))
                self.assertGreater(self.metric(second, "plaudit_inbox_backlog"), rate)
            finally:
                self.server.start()
            after = len(load.acknowledged())
            wait_until(lambda: len(load.acknowledged()) > after + rate, 60, "no events are taken")
        self.wait_until_drained(second, 120)
        self.assertEqual({status for _, status, _ in load.answers}, {200},
                         second.logged("hook.away")[:3])
        slowest = max(taken for _, _, taken in load.answers)
        print(f"{len(load.answers)} events, the slowest answer after {slowest:.2f} s", flush=True)
        self.assertLess(slowest, PROVIDERS_WAIT_SECONDS)
        self.assert_each_once(source, load.acknowledged())
        second.stop()
