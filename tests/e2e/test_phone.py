"""Surveys by telephone, from the first key to the board: by Asterisk and by Twilio."""
import socket
import unittest

from harness import ask, wait_until
from phones import QUESTIONS, SECRET, PhoneCase, Twilio, parse_twiml


class ByAsterisk:
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

    def test_who_speaks_another_protocol_is_left(self):
        for said in (b"GET / HTTP/1.1\r\n\r\n", b"agi_x:" + b"y" * 2000, b"agi_x: y\n" * 101):
            with socket.create_connection(("127.0.0.1", self.agi_port), timeout=60) as other:
                other.sendall(said)
                try:
                    self.assertEqual(other.recv(1), b"")
                except ConnectionResetError:
                    pass
        self.assertEqual(self.call("abcdefghijklmnop").to_the_end(), "unknown_source")

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


class ByTwilio:
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


class ByInvitation:
    def given_token(self, contact):
        return self.wave.invite({"contact_id": contact, "company": "B", "channel": "phone"})[0]["token"]

    def test_one_contact_answers_by_two_telephones(self):
        script, url = self.given_exchange(open=False), self.given_number(code="number", open=False)
        token = self.given_token("c1")
        call = self.call(f"{script}?inv={token}", uniqueid="1.1")
        call.press("9#")
        call.hang_up()
        self.assertEqual(call.to_the_end(), "hung_up")
        later = self.given_call(f"{url}?inv={token}", sid="CA1")
        later.step()
        for _ in range(3):
            later.step()
        later.step("4")
        self.heard(3)
        self.assertEqual(self.answers(), "c1 csat 4, c1 nps 9")
        self.assertEqual(self.on_board("csat", 1, "B")["csat_mean"], 4)
        self.assertEqual(self.on_board("nps", 1, "B")["nps"], 100)
        self.assertEqual(self.wave.stored(), 1)

    def test_a_later_call_takes_the_place_of_the_first(self):
        script, token = self.given_exchange(open=False), self.given_token("c2")
        for uniqueid, nps in (("2.1", "3#"), ("2.2", "10")):
            call = self.call(f"{script}?inv={token}", uniqueid=uniqueid)
            call.press(nps)
            call.hang_up()
            call.to_the_end()
        self.heard(2)
        self.assertEqual(self.answers(), "c2 nps 10")
        wait_until(lambda: self.on_board("nps", 1, "B")["nps"] == 100, 60, "the first still stands")
        self.server.verify()


class Phone(ByAsterisk, ByTwilio, ByInvitation, PhoneCase):
    """All of them, of one server."""


if __name__ == "__main__":
    unittest.main()
