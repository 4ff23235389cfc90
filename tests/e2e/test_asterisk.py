"""A survey dialled by a real Asterisk. Slow at its first run, which installs it (asterisk.py)."""
import unittest

from asterisk import Missing, RealAsterisk, Recorder
from harness import BUILD, wait_until
from phones import PhoneCase

QUESTION = 'S: GET DATA "plaudit/en/{}" 6000 {}'


class ByRealAsterisk(PhoneCase):
    def setUp(self):
        super().setUp()
        script = self.given_exchange()
        self.recorder = Recorder(self.agi_port)
        self.addCleanup(self.recorder.close)
        try:
            self.asterisk = RealAsterisk(self.recorder.port, script)
        except Missing as why:
            print(f"skipped: {why}", flush=True)
            self.skipTest(str(why))
        self.addCleanup(self.asterisk.stop)

    def keep_recording(self, name):
        text = "\n".join(self.recorder.lines) + "\n"
        (BUILD / f"asterisk-{name}.txt").write_text(text, encoding="utf-8")

    def test_keys_that_are_pressed_end_on_the_board(self):
        self.asterisk.dial()
        self.recorder.wait_for(QUESTION.format("nps", 2))
        self.asterisk.press("77")
        wait_until(lambda: self.recorder.lines.count(QUESTION.format("nps", 2)) == 2, 60,
                   "not asked again")
        self.asterisk.press("9#")
        self.recorder.wait_for(QUESTION.format("csat", 1))
        self.asterisk.press("5")
        self.asterisk.wait_for("ended SUCCESS complete nps=9 csat=5")
        self.assertEqual(self.on_board("nps", 1)["nps"], 100)
        self.assertEqual(self.on_board("csat", 1)["csat_mean"], 5)
        self.assertEqual(self.wave.stored(), 1)
        self.server.verify()
        self.keep_recording("complete")

    def test_who_hangs_up_keeps_what_was_answered(self):
        self.asterisk.dial()
        self.recorder.wait_for(QUESTION.format("nps", 2))
        self.asterisk.press("10")
        self.recorder.wait_for(QUESTION.format("csat", 1))
        self.asterisk.press("hangup")
        self.asterisk.wait_for("hung HANGUP hung_up nps=10")
        self.assertEqual(self.on_board("nps", 1)["nps"], 100)
        self.keep_recording("hung-up")


if __name__ == "__main__":
    unittest.main()
