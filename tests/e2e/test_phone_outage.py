"""Surveys by telephone while PostgreSQL stands still."""
import os
import signal
import unittest

from phones import PhoneCase


class WithoutDatabase(PhoneCase):
    """PostgreSQL stands still: the journal takes over, and nothing is thanked for that is lost."""

    arguments = (*PhoneCase.arguments, "--inbox-bytes", str(1 << 20))

    def setUp(self):
        super().setUp()
        self.url, self.script = self.given_number(), self.given_exchange(code="exchange")
        pids = [self.server.postmaster(), *self.server.backends()]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
            self.addCleanup(os.kill, pid, signal.SIGCONT)

    def test_calls_go_on_and_count_when_the_database_is_back(self):
        call = self.given_call(self.url, sid="CA7")
        call.step()
        call.step("9")
        call.step("5")
        self.assertTrue(call.over)
        agi = self.call(self.script, uniqueid="7.7")
        agi.press("9#")
        agi.press("5")
        self.assertEqual(agi.to_the_end(), "complete")
        self.doCleanups()
        self.heard(5)
        self.on_board("nps", 2)

    def test_nobody_is_thanked_for_what_nothing_can_store(self):
        call = self.given_call(self.url, sid="CA8")
        call.step()
        for size in (60000, 6000, 600, 0):
            for i in range(100):
                full = call.post(f"{self.url}?n={i}", CallSid=f"CA{size}-{i}", Padding="x" * size)
                if full.status != 200:
                    break
        self.assert_status(full, 503)
        self.assert_status(call.step("9", Padding="x" * 600), 503)
        agi = self.call(f"{self.script}?inv={'x' * 800}", uniqueid="8.8")
        agi.press("9#")
        self.assertEqual(agi.to_the_end(), "not_stored")
        self.assertEqual(agi.played[1:], [("plaudit/en/sorry",)])
        self.assertEqual(agi.variables, {"PLAUDIT_STATUS": "not_stored"})


if __name__ == "__main__":
    unittest.main()
