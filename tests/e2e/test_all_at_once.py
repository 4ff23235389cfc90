"""Everything that changes what is counted, at once, from several clients at two servers of one
database, while connections break and PostgreSQL recovers from a killed backend.

What is stored at the end is counted again here, and by a server that has never seen it change.
PLAUDIT_SOAK_SECONDS and PLAUDIT_SOAK_SEED make it longer or another one.
"""
import collections
import datetime
import json
import os
import random
import re
import signal
import threading
import time
import unittest
import zoneinfo

from harness import JSON, Server, ServerCase, Wave, ask, small_document, wait_until

SECONDS = float(os.environ.get("PLAUDIT_SOAK_SECONDS", "8"))
SEED = int(os.environ.get("PLAUDIT_SOAK_SEED", "20"))
OSLO = zoneinfo.ZoneInfo("Europe/Oslo")
CLIENTS, IDS = 6, 400
COLUMNS = "result_id,company,channel,shopper,contacted_at,answered,wait_seconds,q1,q2,csat,ces,nps"
BOARDS = ("/standings?sector=S&include=distribution", "/standings.csv?sector=S", "/sectors",
          "/sectors.csv", "/companies/A", "/companies/B")
REFUSALS = {404, 409, 412, 422, 503}
BY_RULES = 16 | 32


def document():
    made = small_document(
        time_zone="Europe/Oslo", before_publication="hidden",
        contact_hours={"from": "09:00", "until": "15:00", "weekdays": [1, 2, 3, 4, 5, 6, 7]},
        fieldwork={"shopper_contacts": {"per_company": 3, "per_day": 2},
                   "breaches": {"shopper_twice": "excludes", "shopper_too_often": "excludes",
                                "outside_hours": "excludes"}})
    made["waves"][0]["minimum_base"] = {"publish": 1, "rank": 1, "cell": 1}
    return made


def instant(pick):
    return f"2020-02-{pick.randint(1, 9):02}T{pick.randint(7, 14):02}:{pick.randint(0, 59):02}:00Z"


def row(number, content=0):
    """The same row for the same number and content, whoever sends it."""
    pick = random.Random(number + content * 1000003)
    channel = pick.choice(["phone", "chat"])
    answered = pick.random() < 0.9
    said = [f"R{number:05}", pick.choice("AB"), channel, pick.choice(["", *"PQRSTUVWXYZ"]),
            pick.choice([instant(pick)] * 9 + [""]), str(int(answered)), str(pick.randint(0, 400))]
    said += ([str(pick.randint(0, 2)), str(pick.randint(0, 1)) if channel == "phone" else "",
              str(pick.randint(1, 5)), str(pick.randint(1, 7)), str(pick.randint(0, 10))]
             if answered else [""] * 5)
    return ",".join(said)


def file_of(rows):
    return "\n".join([COLUMNS, *rows, ""]).encode()


class Clients:
    """Threads with a seed each; the first thing that may not be is kept and told at the end."""

    def __init__(self, waves, seconds):
        self.waves, self.end = waves, time.monotonic() + seconds
        self.threads, self.wrong = [], []
        self.statuses = collections.Counter()
        self.acknowledged = set()

    def start(self, work, seed, pause=0.0):
        def run():
            pick = random.Random(seed)
            try:
                while time.monotonic() < self.end and not self.wrong:
                    work(self, pick)
                    time.sleep(pause)
            except Exception as wrong:  # pylint: disable=broad-except
                self.wrong.append(f"{work.__name__}: {wrong!r}")
        self.threads.append(threading.Thread(target=run, name=work.__name__))
        self.threads[-1].start()

    def join(self):
        for thread in self.threads:
            thread.join(120)
        alive = [t.name for t in self.threads if t.is_alive()]
        if alive or self.wrong:
            raise AssertionError(f"still waiting: {alive}; wrong: {self.wrong}")

    def ask(self, pick, what, method, rest, body=None, content_type=JSON):
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        answer = pick.choice(self.waves).ask(method, rest, data, Content_Type=content_type)
        self.statuses[what, answer.status] += 1
        if answer.status not in {200, 201} | REFUSALS:
            self.wrong.append(f"{what}: {answer}")
        return answer


def upload(clients, pick):
    numbers = pick.sample(range(IDS), pick.choice([1, 3, 20, 60]))
    answer = clients.ask(pick, "upload", "POST", "/uploads", file_of(map(row, numbers)), "text/csv")
    if answer.status == 200 and answer.json["rejected"] == 0:
        clients.acknowledged.update(f"R{n:05}" for n in numbers)


def replace(clients, pick):
    """Other content for the same ids."""
    rows = [row(number, pick.randint(1, 3)) for number in pick.sample(range(IDS), pick.choice([1, 20]))]
    clients.ask(pick, "replace", "POST", "/uploads?replace=1&reason=soak", file_of(rows), "text/csv")


def undo(clients, pick):
    """One of those that replaced, or of those whose rows may go: nobody counts on them."""
    found = clients.ask(pick, "uploads", "GET", "/uploads?limit=20")
    numbers = [u["upload"] for u in found.json["data"]] if found.status == 200 else []
    if numbers:
        body = {"reason": "soak", "changed": pick.choice(["keep", "undo"])}
        clients.ask(pick, "undo", "POST", f"/uploads/{pick.choice(numbers)}/undo", body)


def some_id(pick):
    return f"R{pick.randrange(IDS):05}"


def status(pick):
    return pick.choice(["submitted", "submitted", "approved", "returned", "excluded"])


def review(clients, pick):
    clients.ask(pick, "status", "PATCH", f"/results/{some_id(pick)}",
                {"status": status(pick), "reason": "soak"})


def correct(clients, pick):
    other = pick.choice([{"company": pick.choice("AB")}, {"shopper": pick.choice("PQRXYZ") + pick.choice(["", "1"])},
                         {"contacted_at": instant(pick)}, {"wait_seconds": pick.randint(0, 400)},
                         {"answers": {"q1": pick.randint(0, 2)}}, {"nps": pick.randint(0, 10)}])
    clients.ask(pick, "correct", "PATCH", f"/results/{some_id(pick)}", {**other, "reason": "soak"})


def review_many(clients, pick):
    ids = [some_id(pick) for _ in range(pick.choice([2, 30]))]
    clients.ask(pick, "ids", "POST", "/reviews",
                {"status": status(pick), "result_ids": ids, "reason": "soak"})


def review_where(clients, pick):
    where = {"company": pick.choice("AB"), "channel": pick.choice(["phone", "chat"]),
             "status": pick.choice(["submitted", "excluded", "returned", "approved"])}
    clients.ask(pick, "where", "POST", "/reviews",
                {"status": "submitted", "where": where, "reason": "soak"})


def appeal(clients, pick):
    clients.ask(pick, "appeal", "POST", f"/results/{some_id(pick)}/appeals", {"words": "soak"})


def decide_appeal(clients, pick):
    found = clients.ask(pick, "appeals", "GET", "/appeals?open=1")
    if found.status != 200 or not found.json["data"]:
        return
    number = pick.choice(found.json["data"])["appeal"]
    outcome = pick.choice([{"outcome": "dismissed"}, {"outcome": "upheld", "status": "excluded"},
                           {"outcome": "upheld", "status": "approved"}])
    clients.ask(pick, "outcome", "PATCH", f"/appeals/{number}", {**outcome, "words": "soak"})


def anything(clients, pick):
    pick.choice([upload] * 6 + [replace, replace, undo, review, correct, correct, review_many, review_where, appeal,
                                decide_appeal])(clients, pick)


def step(clients, pick):
    """Closed, often published under an embargo, and opened again."""
    clients.ask(pick, "close", "POST", "/close")
    if pick.random() < 0.7:
        clients.ask(pick, "publish", "POST", "/publish",
                    {"announce_at": "2099-01-01T00:00:00Z", "reason": "soak"})
    clients.ask(pick, "open", "POST", "/open", {"reason": "soak"})


def read(clients, pick):
    clients.ask(pick, "board", "GET", with_working_view(pick.choice(BOARDS)))


def with_working_view(address):
    return f"{address}{'&' if '?' in address else '?'}revision=0"


class AllAtOnce(ServerCase):
    def working_view(self, wave):
        """The boards as they are now, whatever has been published."""
        return {a: wave.get(with_working_view(a)).body for a in BOARDS}

    def break_connection(self, clients, _pick):
        try:
            self.server.break_connections(most=1)
        except AssertionError:
            pass  # PostgreSQL recovers

    def kill_backend(self):
        """PostgreSQL then throws everybody out and recovers."""
        os.kill(random.Random(SEED).choice(self.server.backends()), signal.SIGKILL)

    def stored_rows(self, wave):
        return json.loads(self.server.sql(
            "select coalesce(json_agg(x order by result_id), '[]') from (select r.result_id, r.company, "
            "r.channel, coalesce(s.code, '') as shopper, to_char(r.contacted_at at time zone 'UTC', "
            "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') as contacted_at, r.answered, r.wait_seconds, r.answers, r.cx, "
            "r.status, r.breaches, r.revision from result r left join identity.shopper s using (shopper_id) "
            "join wave using (wave_id) join programme using (programme_id) join organisation o on "
            f"o.organisation_id = programme.organisation_id where o.code = '{wave.organisation}') x"))

    def assert_rules_hold(self, rows):
        """No submitted result breaks a rule, and what only the rules exclude breaks one."""
        met, broken = collections.Counter(), collections.Counter()
        taking_part = [r for r in rows if r["shopper"] and (
            r["status"] in (0, 1, 4) or (r["status"] == 3 and r["breaches"] & BY_RULES))]
        for r in sorted(taking_part, key=lambda r: (r["contacted_at"] is None, r["contacted_at"] or "",
                                                    r["result_id"])):
            keys = [(16, 3, (r["shopper"], r["company"]))]
            if r["contacted_at"]:
                at = datetime.datetime.fromisoformat(r["contacted_at"].replace("Z", "+00:00"))
                keys.append((32, 2, (r["shopper"], at.astimezone(OSLO).date())))
            for bit, limit, key in keys:
                met[key] += 1
                broken[r["result_id"]] |= bit if met[key] > limit else 0
        for r in rows:
            if r["status"] == 0:
                self.assertEqual(broken[r["result_id"]], 0, r)
            elif r["status"] == 3 and r["breaches"] & BY_RULES:
                self.assertEqual(r["breaches"] & BY_RULES, broken[r["result_id"]], r)

    def boards_of_a_fresh_wave(self, rows):
        """Those of the rows that count, sent in one file to a wave without rules."""
        made = document()
        del made["waves"][0]["fieldwork"], made["waves"][0]["contact_hours"]
        wave = self.given_wave(made, suffix="-fresh")
        lines = []
        for r in rows:
            if r["status"] not in (0, 1, 4):
                continue
            said = [r["result_id"], "AB"[r["company"]], ["phone", "chat"][r["channel"]], r["shopper"],
                    r["contacted_at"], int(r["answered"]), r["wait_seconds"], *r["answers"], *r["cx"]]
            lines.append(",".join("" if v is None else str(v) for v in said))
        answer = wave.upload(file_of(lines))
        self.assertEqual((answer.status, answer.json["accepted"]), (200, len(lines)), answer)
        return self.working_view(wave)

    def assert_traces_are_whole(self, wave):
        """Each change of a result left what was before and who made it, and an open appeal is a
        disputed result."""
        self.assertEqual(self.server.sql(
            "select count(*) from result r where revision <> 1 + (select count(*) from result_revision v "
            "where (v.wave_id, v.result_id) = (r.wave_id, r.result_id) and v.revision between 1 and r.revision)"), "0")
        self.assertEqual(self.server.sql(
            "with kept as (select cause from result_revision union all select (v->>'cause')::int "
            "from result_removed, jsonb_array_elements(revisions) v), "
            "said as (select event, coalesce((detail->>'replaced')::int, (detail->>'restored')::int, 1) as of_them "
            "from audit where event in ('result.review', 'result.correct', 'upload.replace', 'upload.undo')) "
            "select array[count(*) filter (where cause < 2), count(*) filter (where cause = 2), "
            "count(*) filter (where cause = 3)] = (select array["
            "coalesce(sum(of_them) filter (where event like 'result.%'), 0), "
            "coalesce(sum(of_them) filter (where event = 'upload.replace'), 0), "
            "coalesce(sum(of_them) filter (where event = 'upload.undo'), 0)] from said) from kept"), "t")
        self.assertEqual(self.server.sql(
            "select count(*) from upload where state = 'undone' and removed <> "
            "(select count(*) from result_removed r where r.upload_id = upload.upload_id)"), "0")
        self.assertEqual(self.server.sql(
            "select count(*) from result r full join (select * from appeal where outcome is null) a "
            "using (wave_id, result_id) where (r.status = 4) is distinct from (a.appeal_id is not null)"), "0")

    def settle(self, wave):
        """An upload of every row brings in line what broken connections have left."""
        def opened():
            wave.ask("POST", "/open", b'{"reason":"soak"}', Content_Type=JSON)
            return wave.ask("GET").json.get("state") == "fielding"
        wait_until(opened, 60, "the wave is not open")
        wait_until(lambda: wave.upload(file_of(map(row, range(IDS)))).status == 200, 60,
                   "not settled")

    def compare(self, wave, others):
        rows = self.stored_rows(wave)
        self.server.verify()
        self.assert_rules_hold(rows)
        self.assert_traces_are_whole(wave)
        expected = self.working_view(wave)
        for other in others:
            wait_until(lambda w=other: self.working_view(w) == expected, 10, "two servers' boards differ")

        def strip(boards):
            return {a: re.sub(rb'"version":\d+', b"", b) for a, b in boards.items()}
        self.assertEqual(strip(self.boards_of_a_fresh_wave(rows)), strip(expected))
        return rows

    def server_beside(self, name, *options):
        home = os.path.join(self.home, name)
        os.mkdir(home)
        server = Server(home, database=self.server.conninfo("plaudit_runtime")).start(*options)
        self.addCleanup(server.stop)
        return server

    def test_everything_at_once_loses_nothing_counts_nothing_twice_and_every_server_agrees(self):
        wave = self.given_wave(document())
        other = Wave(self.server_beside("second"), wave.key, wave.programme, wave.code)
        clients = Clients([wave, other], SECONDS)
        for client in range(CLIENTS):
            clients.start(anything, SEED * 1000 + client)
        clients.start(step, SEED * 1000 + 100, 0.4)
        clients.start(read, SEED * 1000 + 101, 0.02)
        clients.start(self.break_connection, SEED * 1000 + 102, 0.7)
        time.sleep(SECONDS / 2)
        self.kill_backend()
        clients.join()
        if "PLAUDIT_SOAK_SECONDS" in os.environ:
            print(sorted(clients.statuses.items()))
        for server in (wave.server, other.server):
            wait_until(lambda s=server: ask(s, "GET", "/readyz").status == 200, 60, "not ready")
        self.settle(other)
        third = Wave(self.server_beside("third"), wave.key, wave.programme, wave.code)
        rows = self.compare(wave, [other, third])
        self.assertLessEqual(clients.acknowledged, {r["result_id"] for r in rows})
        done = {what for what, status in clients.statuses if status in (200, 201)}
        self.assertLessEqual({"upload", "correct", "where", "outcome", "open", "replace", "undo"}, done)

    def test_two_connections_are_enough_for_sixteen_uploads_that_settle_and_a_close_between(self):
        wave = self.given_wave(document())
        narrow = Wave(self.server_beside("narrow", "--pool-size", "2"), wave.key, wave.programme, wave.code)
        clients = Clients([narrow], 3)
        for client in range(15):
            clients.start(upload, SEED * 2000 + client)
        clients.start(step, SEED * 2000 + 100, 0.3)
        clients.start(lambda c, pick: c.ask(pick, "fieldwork", "GET", "/fieldwork"), SEED * 2000 + 101)
        clients.join()
        self.assertGreater(clients.statuses["upload", 200], 0)
        self.assertGreater(clients.statuses["close", 200], 0)
        self.settle(narrow)
        self.assertEqual(wave.stored(), IDS)
        self.compare(wave, [narrow])


if __name__ == "__main__":
    unittest.main(verbosity=2)
