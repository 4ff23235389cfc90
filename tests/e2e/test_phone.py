"""Surveys by telephone, from the first key to the board: by Asterisk and by Twilio."""
import os
import signal
import unittest

from harness import ServerCase, ask, small_document, wait_until
from phones import Asterisk, Twilio, connect, parse_twiml

PUBLIC = "https://cx.example.org"
SECRET = "auth-token"
QUESTIONS = {"questions": ["nps", "csat", "comment"], "language": "nb"}


class PhoneCase(ServerCase):
    arguments = ("--agi", "127.0.0.1:0", "--public-url", PUBLIC)

    def setUp(self):
        self.wave = self.given_wave(small_document())
        self.agi_port = self.server.logged("agi.listening")[-1]["port"]

    def given_exchange(self, **keys):
        source = connect(self.wave, "agi", **{"open": True, "company": "A", "form": QUESTIONS,
                                              **keys})
        return source["agi_path"].removeprefix("/")

    def given_number(self, **keys):
        source = connect(self.wave, "twilio", secrets={"signing": [SECRET]},
                         **{"open": True, "company": "A", "form": QUESTIONS, **keys})
        self.assertTrue(source["hook_url"].startswith(PUBLIC + "/v1/hooks/"), source)
        return source["hook_url"]

    def call(self, script, **keys):
        return Asterisk(self.agi_port, script, **keys)

    def answers(self):
        """(contact, column, value) of everything that was heard."""
        return self.server.sql(
            "select string_agg(contact || ' ' || column_name || ' ' || value, ', ' order by contact, "
            "column_name) from answer join invitation using (invitation_id) join organisation o "
            f"using (organisation_id) where o.code = '{self.wave.organisation}'")

    def inbox(self):
        return self.server.sql(
            "select coalesce(string_agg(dedupe_key || ' ' || state, ', ' order by inbox_id), '') "
            "from inbox join source using (source_id) join organisation o using (organisation_id) "
            f"where o.code = '{self.wave.organisation}'")

    def heard(self, rows):
        """Until nothing waits any more, and there are so many rows."""
        def quiet():
            states = self.inbox()
            return states.count(",") + 1 >= rows and "waiting" not in states and states
        return wait_until(quiet, 60, f"not heard: {self.inbox()}")

    def on_board(self, metric, answers):
        def figure():
            rows = self.wave.get(f"/standings?sector=S&metric={metric}").json["standings"]
            return [r[metric] for r in rows if r["company"]["code"] == "A" and
                    (r[metric] or {}).get("n") == answers]
        return wait_until(figure, 60, f"no board of {answers} {metric}")[0]

    def given_call(self, url, **fields):
        return Twilio(self.server, url, SECRET, **fields)


class ByAsterisk(PhoneCase):
    def test_a_call_of_asterisk_ends_on_the_board(self):
        call = self.call(self.given_exchange(), uniqueid="1.1", language="nb")
        call.press("9#")
        call.press("5")
        self.assertEqual(call.to_the_end(), "complete")
        self.assertEqual(call.played, [("plaudit/nb/nps", 6000, 2), ("plaudit/nb/csat", 6000, 1),
                                       ("plaudit/nb/thanks",)])
        self.assertEqual(call.variables, {"PLAUDIT_STATUS": "complete", "PLAUDIT_NPS": "9",
                                          "PLAUDIT_CSAT": "5"})
        self.assertEqual(self.on_board("nps", 1)["nps"], 100)
        self.assertEqual(self.on_board("csat", 1)["csat_mean"], 5)
        self.assertEqual(self.wave.stored(), 1)
        self.server.verify()

    def test_an_answer_is_stored_before_the_next_question(self):
        call = self.call(self.given_exchange(), uniqueid="2.1")
        call.press("10")
        self.assertEqual(call.command()[:3], ["GET", "DATA", "plaudit/en/csat"])
        self.assertIn("2.1 nps", self.inbox())
        call.close()

    def test_who_hangs_up_keeps_what_was_answered(self):
        call = self.call(self.given_exchange(), uniqueid="3.1")
        call.press("0#")
        call.hang_up()
        self.assertEqual(call.to_the_end(), "hung_up")
        self.heard(1)
        self.assertEqual(self.answers(), "calls-3.1 nps 0")
        self.assertEqual(self.on_board("nps", 1)["nps"], -100)

    def test_a_line_that_breaks_keeps_what_was_answered(self):
        call = self.call(self.given_exchange(), uniqueid="4.1")
        call.press("7#")
        call.command()
        call.close()
        self.heard(1)
        self.assertEqual(self.answers(), "calls-4.1 nps 7")

    def test_wrong_keys_and_silence_are_asked_again_twice(self):
        call = self.call(self.given_exchange(), uniqueid="5.1")
        for keys in ("11", None, "*", None, "9", None):
            call.press(keys)
        self.assertEqual(call.to_the_end(), "complete")
        self.assertEqual([p[0] for p in call.played], ["plaudit/en/nps"] * 3 +
                         ["plaudit/en/csat"] * 3 + ["plaudit/en/thanks"])
        self.assertEqual((self.inbox(), set(call.variables)), ("", {"PLAUDIT_STATUS"}))

    def test_the_same_call_asked_again_is_counted_once(self):
        script = self.given_exchange()
        for nps in ("9#", "3#", "9#"):
            call = self.call(script, uniqueid="6.1")
            call.press(nps)
            call.press("4")
            self.assertEqual(call.to_the_end(), "complete")
        self.heard(2)
        self.assertEqual(self.answers(), "calls-6.1 csat 4, calls-6.1 nps 9")

    def test_the_language_is_of_the_address_then_of_the_channel(self):
        script = self.given_exchange(form={**QUESTIONS, "sounds": {"nps": {"ko": "own/nps"}}})
        for language, more, file in (("vi", "", "plaudit/vi/nps"), ("vi", "?lang=ko", "own/nps"),
                                     ("xx", "", "plaudit/nb/nps")):
            call = self.call(script + more, uniqueid="7.1", language=language)
            self.assertEqual(call.command()[2], file)
            call.close()

    def test_a_file_that_is_not_there_is_told(self):
        call = self.call(self.given_exchange(), uniqueid="8.1")
        call.command()
        call.say("200 result=-1")
        self.assertEqual(call.to_the_end(), "no_sound")

    def test_who_may_not_ask_is_told_why(self):
        closed = self.given_exchange(open=False)
        for script, why in (("abcdefghijklmnop", "unknown_source"), (closed, "no_invitation"),
                            ("", "unknown_source")):
            call = self.call(script, uniqueid="9.1")
            self.assertEqual(call.to_the_end(), why)
            self.assertEqual(call.played, [])
        paused = ask(
            self.server, "PATCH", "/v1/sources/calls", b'{"paused": true}', self.wave.key,
            Content_Type="application/json")
        self.assert_status(paused, 200)
        self.assertEqual(self.call(closed + "?inv=x").to_the_end(), "paused")
        self.assertEqual(self.call(closed, uniqueid="").to_the_end(), "paused")

    def test_an_invitation_is_answered_by_whoever_has_its_token(self):
        call = self.call(self.given_exchange(open=False) + "?inv=" + "a" * 20, uniqueid="10.1")
        call.press("9#")
        call.press("5")
        self.assertEqual(call.to_the_end(), "complete")
        self.heard(2)
        self.assertIsNone(self.answers() or None, "nobody was invited")


class ByTwilio(PhoneCase):
    def test_a_call_of_twilio_ends_on_the_board(self):
        call = self.given_call(self.given_number(), sid="CA1")
        call.step()
        self.assertEqual(call.gather["numDigits"], "2")
        self.assertEqual(call.said[0][0], "nb-NO")
        self.assertIn("Tast et tall fra 0 til 10", call.said[0][1])
        call.step("10")
        self.assertEqual(call.gather["numDigits"], "1")
        call.step("4")
        self.assertTrue(call.over)
        self.assertEqual(self.on_board("nps", 1)["nps"], 100)
        self.assertEqual(self.on_board("csat", 1)["csat_mean"], 4)
        self.assertEqual(self.wave.stored(), 1)
        self.server.verify()

    def test_a_caller_of_twilio_who_hangs_up_keeps_what_was_answered(self):
        url = self.given_number()
        call = self.given_call(url, sid="CA2")
        call.step()
        call.step("6")
        answer = call.post(url, CallStatus="completed")
        self.assertEqual(parse_twiml(answer.body), [])
        self.assertEqual(self.heard(3), "CA2 began ignored, CA2 nps 1 heard, CA2 completed ignored")
        self.assertEqual(self.answers(), "calls-CA2 nps 6")

    def test_silence_comes_by_either_way_of_the_provider(self):
        for i, redirect in enumerate((False, True)):
            call = self.given_call(self.given_number() if i == 0 else call.url, sid=f"CA3{i}")
            call.step()
            call.step(redirect=redirect)
            self.assertIn("q=nps&try=2", call.next)
            call.step("99")
            self.assertIn("q=nps&try=3", call.next)
            call.step(redirect=redirect)
            self.assertIn("q=csat&try=1", call.next)

    def test_a_hook_that_comes_again_counts_once_and_is_answered_alike(self):
        call = self.given_call(self.given_number(), sid="CA4")
        call.step()
        action = call.next
        answers = {call.post(action, Digits="9").body for _ in range(3)}
        self.assertEqual(len(answers), 1)
        self.heard(2)
        self.assertEqual(self.answers(), "calls-CA4 nps 9")

    def test_a_forged_hook_is_refused(self):
        call = self.given_call(self.given_number(), sid="CA5")
        call.step()
        call.secret = "another"
        self.assert_status(call.post(call.next, Digits="9"), 403)
        call.secret = SECRET
        moved = call.next.replace("q=nps", "q=csat")
        self.assert_status(call.post(moved, Digits="5"), 200)
        call.signature = lambda url, fields: Twilio.signature(call, call.next, fields)
        self.assert_status(call.post(moved.replace("try=1", "try=2"), Digits="5"), 403)

    def test_language_and_token_travel_with_the_call(self):
        call = self.given_call(self.given_number() + "?inv=" + "b" * 20 + "&lang=ko", sid="CA6")
        call.url = call.next
        call.step()
        self.assertEqual(call.said[0][0], "ko-KR")
        call.step("8")
        self.assertIn("inv=" + "b" * 20 + "&lang=ko&q=csat", call.next)


class WithoutDatabase(PhoneCase):
    """PostgreSQL stands still: the journal takes over, and nothing is thanked for that it has not."""

    def test_calls_go_on_and_count_when_the_database_is_back(self):
        url, script = self.given_number(), self.given_exchange(code="exchange")
        pids = [self.server.postmaster(), *self.server.backends()]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            call = self.given_call(url, sid="CA7")
            call.step()
            call.step("9")
            call.step("5")
            self.assertTrue(call.over)
            agi = self.call(script, uniqueid="7.7")
            agi.press("9#")
            agi.press("5")
            self.assertEqual(agi.to_the_end(), "complete")
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
        self.heard(5)
        self.on_board("nps", 2)


if __name__ == "__main__":
    unittest.main()
