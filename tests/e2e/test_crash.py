"""Whatever dies in the middle of an upload: what was acknowledged is there, nothing counts twice."""
import os
import signal
import subprocess
import threading
import unittest

from harness import Server, ServerCase, Stream, Wave, ask, many_rows, sample_rows, wait_until

ROWS = 95000
PIECE = 64 * 1024


def pieces(data):
    return [data[i:i + PIECE] for i in range(0, len(data), PIECE)]


class Crash(ServerCase):
    def assert_whole(self, wave, rows, answer):
        """Exactly the file's rows are there, each counted once."""
        self.assert_status(answer, 200)
        said = answer.json
        self.assertEqual((said["received"], said["rejected"]), (rows, 0))
        self.assertEqual(said["accepted"] + said["duplicates"], rows)
        self.assertEqual((wave.stored(), wave.counted()), (rows, rows))
        self.server.verify()

    def test_a_kill_in_the_middle_of_an_upload_loses_and_doubles_nothing(self):
        wave = self.given_wave()
        header, rows = many_rows(ROWS)
        data = header + b"".join(rows)
        stored = []
        # Before the first batch is full, while it commits, and when it has.
        for share in (0.35, 0.72, 0.97):
            stream = Stream(wave)
            parts = pieces(data)
            for part in parts[:int(share * len(parts))]:
                self.assertTrue(stream.send(part), "the upload was cut off before the kill")
            if share > 0.9:
                wait_until(wave.stored, 60, "no batch was committed")
            self.server.kill()
            stream.close()
            self.server.start()
            stored.append(wave.stored())
        self.server.verify()
        self.assertEqual(stored, sorted(stored), "a restart lost committed rows")
        self.assertGreater(stored[-1], 0)
        self.assertLess(stored[-1], ROWS)
        answer = wave.upload(data)
        self.assertEqual(answer.json["duplicates"], stored[-1], repr(answer))
        self.assert_whole(wave, ROWS, answer)

    def test_a_stop_while_uploads_run_keeps_what_it_acknowledged(self):
        wave = self.given_wave()
        header, rows = many_rows(60000)
        parts = [header + b"".join(rows[i::6]) for i in range(6)]
        acknowledged, refused = [], []

        def client(part):
            try:
                answer = wave.upload(part)
            except (ConnectionError, OSError):
                return
            (acknowledged if answer.status == 200 else refused).append(answer)

        hanging = Stream(wave)
        hanging.send(header + b"".join(rows[:2000]))
        threads = [threading.Thread(target=client, args=(part,)) for part in parts]
        for thread in threads:
            thread.start()
        wait_until(lambda: acknowledged, 60, "no upload was acknowledged")
        self.server.stop()
        for thread in threads:
            thread.join(60)
        hanging.close()
        self.server.start()
        accepted = sum(a.json["accepted"] for a in acknowledged)
        self.assertGreaterEqual(wave.stored(), accepted)
        self.assertEqual(wave.counted(), wave.stored())
        self.server.verify()
        for part in parts:
            self.assert_status(wave.upload(part), 200)
        self.assertEqual((wave.stored(), wave.counted()), (60000, 60000))
        self.server.verify()

    def test_when_postgresql_dies_the_server_ends_with_a_failure_and_the_next_start_recovers(self):
        wave = self.given_wave()
        header, rows = many_rows(ROWS)
        data = header + b"".join(rows)
        stream = Stream(wave)
        parts = pieces(data)
        for part in parts[:int(0.8 * len(parts))]:
            self.assertTrue(stream.send(part))
        os.kill(self.server.postmaster(), signal.SIGKILL)
        self.assertNotEqual(self.server.wait(), 0)
        stream.close()
        self.assertTrue(self.server.logged("cluster.died"))
        self.server.check_sanitizers()
        self.server.start()
        self.server.verify()
        self.assert_whole(wave, ROWS, wave.upload(data))

    def test_a_killed_backend_costs_an_upload_nothing_but_time(self):
        """PostgreSQL then throws every session out and recovers; the server stays up."""
        wave = self.given_wave()
        header, rows = many_rows(ROWS)
        data = header + b"".join(rows)
        stream = Stream(wave)
        parts = pieces(data)
        for i, part in enumerate(parts):
            self.assertTrue(stream.send(part), f"cut off at part {i}")
            if i == int(0.5 * len(parts)):
                os.kill(self.server.backends()[0], signal.SIGKILL)
        answer = stream.end()
        self.assertIsNotNone(answer)
        wait_until(lambda: ask(self.server, "GET", "/readyz").status == 200, 60, "not ready")
        if answer.status != 200:
            self.assertEqual(answer.status, 503, repr(answer))
            answer = wave.upload(data)
        self.assert_whole(wave, ROWS, answer)

    def test_a_session_lost_behind_its_decision_is_decided_anew(self):
        """Doubtful rows were stored and counted in a transaction that then was lost: the next
        try must store them, not only count them."""
        wave = self.given_wave()
        header, rows = sample_rows()
        self.assert_status(wave.upload(header + rows[-1]), 200)
        # Ids that came by another server are not among those this one remembers: its COPY
        # meets the primary key, and every row of the batch is doubtful.
        second = Server(self.home, database=self.server.conninfo("plaudit_runtime")).start()
        other = Wave(second, wave.key, wave.programme, wave.code)
        self.assert_status(other.upload(header + b"".join(rows[:1000])), 200)
        second.stop()
        answers = []
        with self.blocked("tally_delta"):
            thread = threading.Thread(
                target=lambda: answers.append(wave.upload(header + b"".join(rows[:3000]))))
            thread.start()
            victim = wait_until(self.waiting_backend, 30, "nothing waits for the lock")
            os.kill(victim, signal.SIGTERM)
            wait_until(lambda: self.waiting_backend() not in (victim, None), 30,
                       "the batch is not tried again")
        thread.join(60)
        self.assert_status(answers[0], 200)
        self.assertEqual((answers[0].json["accepted"], answers[0].json["duplicates"]), (2000, 1000))
        self.assertEqual((wave.stored(), wave.counted()), (3001, 3001))
        self.server.verify()

    def waiting_backend(self):
        pid = self.server.sql("select pid from pg_locks where not granted and "
                              "relation = 'tally_delta'::regclass limit 1")
        return int(pid) if pid else None

    def blocked(self, table):
        return Blocked(self.server, table)


class Blocked:
    """Nobody writes the table meanwhile."""

    def __init__(self, server, table):
        self.server, self.table = server, table

    def __enter__(self):
        self.psql = subprocess.Popen(["psql", "-XAtq", self.server.conninfo()],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.psql.stdin.write(f"begin; lock table {self.table} in exclusive mode; select 1;\n")
        self.psql.stdin.flush()
        assert self.psql.stdout.readline().strip() == "1"

    def __exit__(self, *what):
        self.psql.communicate("rollback;\n", timeout=30)


if __name__ == "__main__":
    unittest.main(verbosity=2)
