"""Whatever dies in the middle of a review: what was acknowledged is there, nothing counts twice."""
import http.client
import os
import signal
import threading
import unittest

from harness import ServerCase, ask, many_rows, wait_until


class CrashInReview(ServerCase):
    def given_review(self, results=20000):
        """A wave whose results are being excluded, chunk after chunk, by a thread."""
        wave = self.given_wave()
        header, rows = many_rows(results)
        self.assertEqual(wave.upload(header + b"".join(rows)).json["accepted"], results)
        answers = []

        def review():
            try:
                answers.append(self.exclude_all(wave))
            except (OSError, http.client.HTTPException):
                answers.append(None)
        thread = threading.Thread(target=review)
        thread.start()
        wait_until(lambda: self.excluded(wave) > 0, 30, "nothing is excluded")
        return wave, thread, answers

    def excluded(self, wave):
        return wave.stored() - int(self.server.sql(
            "select count(*) from result join wave using (wave_id) join programme using "
            "(programme_id) join organisation o using (organisation_id) where status <> 3 and "
            f"o.code = '{wave.organisation}'"))

    def exclude_all(self, wave):
        return wave.ask("POST", "/reviews", b'{"status":"excluded","where":{}}')

    def assert_excluded_once(self, wave, results=20000):
        """What the cut-off request left is finished by sending it again."""
        self.server.verify()
        before = self.excluded(wave)
        answer = self.exclude_all(wave)
        self.assert_status(answer, 200)
        self.assertEqual(answer.json["changed"], results - before)
        self.assertEqual((self.excluded(wave), wave.counted()), (results, 0))
        self.assertEqual(int(self.server.sql(
            "select count(*) from result_revision v join wave using (wave_id) join programme using "
            "(programme_id) join organisation o using (organisation_id) where "
            f"o.code = '{wave.organisation}'")), results)
        self.server.verify()

    def test_when_postgresql_dies_in_the_middle_of_a_review_nothing_counts_twice(self):
        wave, thread, _ = self.given_review()
        os.kill(self.server.postmaster(), signal.SIGKILL)
        self.assertNotEqual(self.server.wait(), 0)
        thread.join()
        self.server.check_sanitizers()
        self.server.start()
        self.assert_excluded_once(wave)

    def test_a_kill_in_the_middle_of_a_review_counts_nothing_twice(self):
        wave, thread, _ = self.given_review()
        self.server.kill()
        thread.join()
        self.server.start()
        self.assert_excluded_once(wave)

    def test_a_killed_backend_costs_a_review_nothing_but_time(self):
        wave, thread, answers = self.given_review()
        os.kill(self.server.backends()[0], signal.SIGKILL)
        thread.join()
        self.assertIn(answers[0].status, (200, 503))
        wait_until(lambda: ask(self.server, "GET", "/readyz").status == 200, 60, "not ready")
        self.assert_excluded_once(wave)

    def test_a_stop_in_the_middle_of_a_review_is_an_orderly_one(self):
        wave, thread, _ = self.given_review()
        self.server.stop()
        thread.join()
        self.server.start()
        self.assert_excluded_once(wave)


if __name__ == "__main__":
    unittest.main(verbosity=2)
