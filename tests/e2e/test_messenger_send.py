"""Questions to customers by Messenger: as Meta documents them, each once, and the answer comes home."""
import json
import threading
import unittest

from harness import JSON, Server, ServerCase, ask, ask_json, small_document, wait_until
from hooks import meta
from stand_in import CUT, HANG, StandIn, now

PAGE_TOKEN = "EAAB-page-token"
PRIVACY = "https://kunde.example/privacy"


class Graph:
    """Meta's Send API. `script` has answers by customer, one a try; then everything is taken."""

    def __init__(self):
        self.script = {}
        self.subscribed = ["messages", "messaging_feedback"]
        self.count = 0
        self.stand_in = StandIn(self.say)

    def say(self, request):
        if request.headers["Authorization"] != f"Bearer {PAGE_TOKEN}":
            return 400, {"error": {"code": 190, "message": "Invalid OAuth access token"}}
        if request.path.endswith("/subscribed_apps"):
            return 200, {"data": [{"id": "1", "name": "x", "subscribed_fields": self.subscribed}]}
        answers = self.script.get(request.json["recipient"]["id"])
        if answers:
            return answers.pop(0)
        self.count += 1
        return 200, {"recipient_id": request.json["recipient"]["id"], "message_id": f"m_{self.count}"}

    def asked(self, to=None):
        posts = self.stand_in.heard("POST", "/v21.0/me/messages")
        return [p.json for p in posts if to is None or p.json["recipient"]["id"] == to]


class MessengerSend(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.graph = Graph()
        cls.options = ("--outgoing-private", "--graph-url", cls.graph.stand_in.url + "/v21.0")
        cls.server.stop()
        cls.server.start(*cls.options)

    @classmethod
    def tearDownClass(cls):
        cls.graph.stand_in.stop()
        super().tearDownClass()

    def given(self, **keys):
        document = small_document()
        self.wave = self.given_wave(document)
        made = self.wave.connect("messenger", "page", **{
            "page": "100", "privacy_url": PRIVACY,
            "secrets": {"signing": ["app-secret"], "verify_token": "v", "access_token": PAGE_TOKEN},
            **keys})
        self.hook = made["hook_url"]

    def ask(self, method, path="", body=None, key=None):
        return ask_json(self.server, method, "/v1/sources" + path, body, key or self.wave.key)

    def invite(self, *contacts, **more):
        """Invitations; the token of the last one."""
        return self.wave.invite(*({"contact_id": contact, "company": "A", "channel": "chat", **more}
                                  for contact in contacts))[-1]["token"]

    def send(self, *orders):
        answer = self.ask("POST", "/page/messages", list(orders) if len(orders) > 1 else orders[0])
        self.assert_status(answer, 202)
        return answer.json["data"]

    def messages(self):
        return self.ask("GET", "/page/messages?limit=1000").json["data"]

    def ended(self, count=1):
        """Once so many have ended, they by their contact."""
        done = wait_until(lambda: [m for m in [self.messages()]
                                   if sum(e["ended_at"] is not None for e in m) >= count], 60,
                          "messages have not ended")[0]
        return {m["contact_id"]: m for m in done}

    def test_the_template_is_as_documented_field_by_field(self):
        self.given()
        token = self.invite("case-1")
        [stored] = self.send({"contact_id": "case-1", "to": "612345678904711", "questions": ["nps", "comment"],
                              "language": "nb", "expires_in_days": 3, "tag": True})
        self.assertEqual((stored["question"], stored["state"], stored["repeated"]),
                         ("nps", "waiting", False))
        sent = self.ended()["case-1"]
        self.assertEqual(sent["state"], "sent")
        self.assertRegex(sent["provider_id"], "^m_")
        [body] = self.graph.asked("612345678904711")
        self.assertEqual(body, {
            "recipient": {"id": "612345678904711"}, "messaging_type": "MESSAGE_TAG", "tag": "CUSTOMER_FEEDBACK",
            "message": {"attachment": {"type": "template", "payload": {
                "template_type": "customer_feedback", "title": "Din mening",
                "subtitle": "Ett spørsmål. Det tar noen sekunder.", "button_title": "Svar",
                "feedback_screens": [{"questions": [{
                    "id": f"cx1_{token}_nps", "type": "nps",
                    "title": "Hvor sannsynlig er det at du vil anbefale oss til en venn eller kollega?",
                    "score_label": "unlike_like", "score_option": "zero_to_ten",
                    "follow_up": {"type": "free_form", "placeholder":
                                  "Valgfritt. Ikke oppgi navn eller telefonnummer."}}]}],
                "business_privacy": {"url": PRIVACY}, "expires_in_days": 3}}}})
        log = self.server.log.read_text(encoding="utf-8")
        self.assertEqual(self.server.sql("select count(*) from outgoing_message where body like "
                                         "'%612345678904711%'"), "0")
        self.assertEqual([s for s in (PAGE_TOKEN, "612345678904711", token) if s in log], [])

    def test_quick_replies_have_a_button_for_each_answer(self):
        self.given()
        token = self.invite("case-1")
        self.send({"token": token, "to": "612345678904712", "questions": ["nps"], "form": "quick_replies"})
        self.ended()
        [body] = self.graph.asked("612345678904712")
        self.assertEqual(body["messaging_type"], "RESPONSE")
        self.assertEqual(body["message"]["quick_replies"],
                         [{"content_type": "text", "title": str(n), "payload": f"cx1_{token}_nps_{n}"}
                          for n in range(11)])

    def test_nobody_is_asked_the_same_twice(self):
        self.given()
        self.invite("case-1")
        order = {"contact_id": "case-1", "to": "612345678904713", "questions": ["nps", "csat"]}
        first = self.send(order)
        again = self.send(order)
        self.assertEqual([m["message"] for m in first], [m["message"] for m in again])
        self.assertEqual([m["repeated"] for m in again], [True, True])
        self.ended(2)
        self.send(order)
        self.assertEqual(sorted(b["message"]["attachment"]["payload"]["feedback_screens"][0]["questions"][0]["type"]
                                for b in self.graph.asked("612345678904713")), ["csat", "nps"])

    def test_the_answer_comes_home(self):
        self.given()
        self.invite("case-1", company="B")
        self.send({"contact_id": "case-1", "to": "612345678904714", "questions": ["nps", "csat", "ces"]})
        self.ended(3)
        said = {"nps": "9", "csat": "4", "ces": "7"}
        for body in self.graph.asked("612345678904714"):
            [asked] = body["message"]["attachment"]["payload"]["feedback_screens"][0]["questions"]
            event = json.dumps({"object": "page", "entry": [{"time": now() * 1000, "messaging": [{
                "sender": {"id": "612345678904714"}, "recipient": {"id": "100"},
                "messaging_feedback": {"feedback_screens": [{"screen_id": 0, "questions": {
                    asked["id"]: {"type": asked["type"], "payload": said[asked["type"]]}}}]}}]}]})
            took = ask(self.server, "POST", self.hook, event.encode(), Content_Type=JSON,
                       **meta("app-secret", event.encode()))
            self.assertEqual(took.status, 200)

        def came():
            results = [json.loads(r) for r in self.wave.get("/results.ndjson").body.splitlines()]
            return [({k: str(r.get(k)) for k in said}, r["company"], r["result_id"])
                    for r in results] == [(said, "B", "case-1")]
        wait_until(came, 60, "the answers are no result")
        self.server.verify()

    def test_what_did_not_arrive_is_tried_again(self):
        self.given()
        for number, answers in enumerate([
                [(429, {}, {"Retry-After": "1"})], [(503, {}, {"Retry-After": "1"})],
                [(400, {"error": {"code": 613, "message": "Calls to this api"}})],
                [(400, {"error": {"code": 1200, "message": "Temporary send message failure"}})]]):
            self.graph.script[f"48{number}"] = answers
            self.invite(f"case-{number}")
            self.send({"contact_id": f"case-{number}", "to": f"48{number}", "questions": ["nps"]})
        ended = self.ended(4)
        self.assertEqual([(ended[f"case-{n}"]["state"], len(self.graph.asked(f"48{n}")))
                          for n in range(4)], [("sent", 2)] * 4)

    def test_a_refusal_is_final_and_has_metas_words(self):
        self.given()
        words = "This person isn't available right now."
        self.graph.script["4901"] = [(400, {"error": {"code": 551, "message": words}})]
        self.invite("case-1")
        self.send({"contact_id": "case-1", "to": "4901", "questions": ["nps"]})
        refused = self.ended()["case-1"]
        self.assertEqual((refused["state"], refused["code"], refused["note"], refused["attempts"]),
                         ("failed", "551", words, 1))

    def test_what_may_have_arrived_is_left_alone(self):
        self.given()
        self.graph.script["5001"] = [CUT]
        self.graph.script["5002"] = [(500, {})]
        for contact in ("case-1", "case-2", "case-3"):
            self.invite(contact)
            self.send({"contact_id": contact, "to": "500" + contact[-1], "questions": ["nps"]})
        ended = self.ended(3)
        self.assertEqual([ended[f"case-{n}"]["state"] for n in (1, 2, 3)],
                         ["unknown", "unknown", "sent"])
        self.send({"contact_id": "case-1", "to": "5001", "questions": ["nps"]})
        self.invite("case-4")
        self.send({"contact_id": "case-4", "to": "5004", "questions": ["nps"]})
        self.ended(4)  # it was sent behind those, had they been sent again
        self.assertEqual(len(self.graph.asked("5001") + self.graph.asked("5002")), 2)

    def test_a_server_that_dies_asks_nobody_twice(self):
        self.given()
        self.graph.script["5101"] = [HANG]
        self.invite("case-1")
        self.send({"contact_id": "case-1", "to": "5101", "questions": ["nps"]})
        wait_until(lambda: self.graph.asked("5101"), 60, "nothing was sent")
        self.server.kill()
        self.server.start(*self.options)
        self.server.sql("update outgoing_message set claimed_until = now() - interval '1 second' "
                        "where state = 'sending'")
        self.server.stop()
        self.server.start(*self.options)
        lost = self.ended()["case-1"]
        self.assertEqual((lost["state"], lost["code"]), ("unknown", "server_gone"))
        self.assertEqual(len(self.graph.asked("5101")), 1)

    def test_two_servers_send_each_message_once(self):
        self.given()
        second = Server(self.home, database=self.server.conninfo("plaudit_runtime"))
        second.start(*self.options)
        try:
            self.invite(*[f"case-{number}" for number in range(60)])
            orders = [{"contact_id": f"case-{number}", "to": f"52{number:02}", "questions": ["nps"]}
                      for number in range(60)]
            threads = [threading.Thread(target=self.send, args=orders[i::3]) for i in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual({m["state"] for m in self.ended(60).values()}, {"sent"})
            asked = [b["recipient"]["id"] for b in self.graph.asked()
                     if b["recipient"]["id"].startswith("52")]
            self.assertEqual(sorted(asked), [o["to"] for o in orders])
        finally:
            second.stop()

    def test_all_faults_are_told_at_once_and_nothing_is_stored(self):
        self.given()
        self.invite("case-1")
        self.invite("old")
        ended = self.wave.ask("PATCH", "/invitations/old", b'{"expires_at": "2020-01-01T00:00:00Z"}',
                              Content_Type=JSON)
        self.assert_status(ended, 200)
        answer = self.ask("POST", "/page/messages", [
            {"contact_id": "case-1", "to": "x", "questions": ["nps", "q9"], "more": 1},
            {"contact_id": "case-1", "token": "t", "questions": [], "language": "fr", "form": "sms"}])
        self.assert_status(answer, 422, "bad_messages")
        self.assertEqual({(e["pointer"], e["code"]) for e in answer.json["errors"]}, {
            ("/0/more", "unknown_key"), ("/0/to", "not_a_number"), ("/0/questions/1", "unknown_question"),
            ("/1", "missing"), ("/1/to", "missing"), ("/1/questions", "too_few"),
            ("/1/language", "unknown_language"), ("/1/form", "not_a_choice")})
        answer = self.ask("POST", "/page/messages", [
            {"contact_id": "nobody", "to": "1", "questions": ["nps"]},
            {"contact_id": "old", "to": "1", "questions": ["nps"]}])
        self.assertEqual({(e["pointer"], e["code"]) for e in answer.json["errors"]},
                         {("/0", "unknown_invitation"), ("/1", "invitation_expired")})
        answer = self.ask("POST", "/page/messages", {
            "contact_id": "case-1", "to": "1", "questions": ["nps", "nps"]})
        self.assertEqual([(e["pointer"], e["code"]) for e in answer.json["errors"]],
                         [("/questions", "twice")])
        self.assertEqual(self.messages(), [])

    def test_only_the_firm_and_only_what_is_set_up(self):
        self.given()
        order = {"contact_id": "case-1", "to": "1", "questions": ["nps"]}
        sponsor = self.server.key(self.wave.organisation, "sponsor")
        other = self.server.key("somebody-else")
        for key, status in ((sponsor, 403), (other, 404)):
            for method, path in (("POST", "/page/messages"), ("GET", "/page/messages"),
                                 ("POST", "/page/check"), ("POST", "/page/reconcile")):
                body = order if path.endswith("messages") and method == "POST" else None
                self.assertEqual(self.ask(method, path, body, key).status, status, (method, path))
        self.assert_status(self.ask("POST", "/page/reconcile"), 409, "source_not_set_up")
        self.assert_status(self.ask("GET", "/page/messages?state=lost"), 400, "bad_page")
        chat = {"source": "chat", "kind": "chatwoot", "programme": "small", "wave": "w1",
                "channel": "chat", "company": "A", "secrets": {"signing": ["s"]}}
        self.assert_status(self.ask("POST", "", chat), 201)
        self.assert_status(self.ask("POST", "/chat/messages", order), 409, "sends_nothing")

    def test_a_check_asks_meta_for_the_subscription(self):
        self.given()

        def found():
            checks = self.ask("POST", "/page/check").json["checks"]
            return {c["check"]: (c["ok"], c["words"]) for c in checks}
        self.assertTrue(found()["webhook"][0])
        self.assertTrue(found()["messages"][0])
        self.graph.subscribed = ["messages"]
        self.assertFalse(found()["webhook"][0])
        self.graph.subscribed = ["messages", "messaging_feedback"]


if __name__ == "__main__":
    unittest.main()
