"""Whatever dies while answers become results: each counts, once, and as it was last given."""
import contextlib
import os
import signal
import unittest

from harness import ServerCase, given_wave, small_document, wait_until

CONTACTS = 100
PATIENCE = 120


class CrashAmongAnswers(ServerCase):
    def given_answers(self, organisation):
        """Contacts who answered two questions, and one of them again, in the inbox of no order."""
        self.wave = given_wave(self.server, organisation, small_document())
        wishes = [{"contact_id": f"c{i:03}", "company": "AB"[i % 2], "channel": "chat"}
                  for i in range(CONTACTS)]
        made = self.wave.invite(*wishes)
        values = []
        for i, one in enumerate(made):
            for second, answer in enumerate((f"nps={(i + 1) % 11}", f"csat={i % 5 + 1}", f"nps={i % 11}")):
                values.append(f"(0, '{organisation}-{i}-{second}', '2026-01-01T00:00:0{second}Z', "
                              f"'inv={one['token']}', 'plaudit-kind: page', '{answer}')")
        values.sort(key=hash)
        self.server.sql("insert into inbox (source_id, dedupe_key, received_at, query, headers, body) values "
                        + ", ".join(values))

    def merged(self):
        return int(self.server.sql(
            "select count(*) from invitation i join wave w using (wave_id) join programme p using "
            "(programme_id) join organisation o on o.organisation_id = p.organisation_id where "
            f"o.code = '{self.wave.organisation}' and i.version > 0 and i.version = i.merged"))

    def waiting(self):
        return int(self.server.sql("select count(*) from inbox where state = 'waiting'"))

    def all_merged(self):
        # The claim of whoever died is not waited for: half a minute is long for a test.
        self.server.sql("update invitation set claimed_until = null where version > merged")
        return self.waiting() == 0 and self.merged() == CONTACTS

    def assert_each_once(self):
        wait_until(self.all_merged, PATIENCE, "not all are merged")
        answers = self.server.sql(
            "select result_id, cx from result join wave using (wave_id) join programme using (programme_id) "
            f"join organisation o using (organisation_id) where o.code = '{self.wave.organisation}' "
            "order by result_id").split("\n")
        self.assertEqual(answers, [f"c{i:03}|{{{i % 5 + 1},NULL,{i % 11}}}" for i in range(CONTACTS)])
        self.assertEqual(self.wave.counted(), CONTACTS)
        self.server.verify()

    def test_a_kill_while_they_are_heard_and_one_while_they_are_merged(self):
        self.given_answers("killed")
        for _ in range(2):
            self.server.kill()
            self.server.start()
        wait_until(lambda: self.waiting() < 3 * CONTACTS, PATIENCE, "nothing is heard")
        self.server.kill()
        self.server.start()
        self.assert_each_once()

    def test_backends_that_die_cost_nothing_but_time(self):
        self.given_answers("backends")
        for _ in range(5):
            for pid in self.server.backends():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
        self.assert_each_once()

    def test_all_of_it_read_again_changes_nothing(self):
        self.given_answers("again")
        self.assert_each_once()
        revisions = self.server.sql("select count(*) from result_revision")
        for _ in range(2):
            self.server.sql("update inbox set state = 'waiting', next_try_at = now() - random() * interval '1 hour'")
            self.server.sql("update invitation set merged = 0")
            self.assert_each_once()
        self.assertEqual(self.server.sql("select count(*) from result_revision"), revisions)


if __name__ == "__main__":
    unittest.main()
