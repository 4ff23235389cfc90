"""What Chatwoot's webhook lost is found by asking, and what came by both ways counts once."""
import json
import subprocess
import unittest

from harness import JSON, ServerCase, ask, ask_json, program, small_document, wait_until
from hooks import chatwoot
from stand_in import CUT, StandIn, now

TOKEN = "user-token-1"
ACCOUNT = "/api/v1/accounts/1"


class Chatwoot:
    """Answers to surveys by their message, each in a conversation of its own."""

    def __init__(self):
        self.answers = {}
        self.failing = None
        self.stand_in = StandIn(self.say)
        self.url = self.stand_in.url

    def answer(self, message, rating, words=None, inbox=3):
        self.answers[message] = {
            "id": message - 9000, "rating": rating, "feedback_message": words, "account_id": 1,
            "message_id": message, "conversation_id": message - 8000, "created_at": now() - 60,
            "contact": {"id": 1, "name": "Kari Nordmann", "email": "kari@kunde.example",
                        "custom_attributes": {}},
            "inbox": inbox}

    def page(self, query):
        """Twenty-five a page, by when they were made, as the controller has it."""
        shown = [a for a in self.answers.values()
                 if int(query["since"]) <= a["created_at"] <= int(query["until"])]
        shown.sort(key=lambda a: (a["created_at"], a["id"]))
        first = 25 * (int(query["page"]) - 1)
        return [{k: v for k, v in a.items() if k != "inbox"} for a in shown[first:first + 25]]

    def say(self, request):
        if self.failing is not None:
            return self.failing
        if request.headers["api_access_token"] != TOKEN:
            return 401, {"error": "Invalid Access Token"}
        if request.path == ACCOUNT + "/csat_survey_responses":
            return 200, self.page(request.query)
        if request.path == ACCOUNT + "/webhooks":
            return 200, {"payload": {"webhooks": [
                {"id": 1, "url": "https://cx.example" + self.hook, "account_id": 1,
                 "subscriptions": self.subscriptions}]}}
        number = int(request.path.removeprefix(ACCOUNT + "/conversations/"))
        answer = self.answers[number + 8000]
        return 200, {"id": number, "inbox_id": answer["inbox"], "custom_attributes": {},
                     "meta": {"sender": {"name": "Kari Nordmann", "custom_attributes": {}}}}

    def webhook(self, message):
        a = self.answers[message]
        response = {"rating": a["rating"], "feedback_message": a["feedback_message"]}
        return json.dumps({
            "event": "message_updated", "id": message, "content_type": "input_csat",
            "content_attributes": {"submitted_values": {"csat_survey_response": response}},
            "created_at": a["created_at"], "conversation": {"id": a["conversation_id"]},
            "inbox": {"id": a["inbox"]}, "account": {"id": 1}}).encode()


class ChatwootPull(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.stop()
        cls.server.start("--outgoing-private")

    def given(self, token=TOKEN, **keys):
        self.wave = self.given_wave(small_document())
        self.chatwoot = Chatwoot()
        self.addCleanup(self.chatwoot.stand_in.stop)
        made = self.wave.connect(
            "chatwoot", "chat", companies={"3": "A", "4": "B"}, account="1", base_url=self.chatwoot.url,
            secrets={"signing": ["s"], "access_token": token}, **keys)
        self.chatwoot.hook = made["hook_url"]
        self.chatwoot.subscriptions = ["message_created", "message_updated"]

    def ask(self, method, path, body=None):
        return ask_json(self.server, method, "/v1/sources" + path, body, self.wave.key)

    def health(self):
        return self.ask("GET", "/chat").json["health"]

    def pull(self):
        """One pull, from its order to its end."""
        before = self.health()["last_pulled_at"]
        self.assert_status(self.ask("POST", "/chat/reconcile"), 202)
        return wait_until(lambda: [h for h in [self.health()] if h["last_pulled_at"] != before], 60,
                          "no pull")[0]["last_pull"]

    def rows(self, column="count(*)"):
        return self.server.sql(
            f"select {column} from inbox join source using (source_id) join organisation o using "
            f"(organisation_id) where o.code = '{self.wave.organisation}'")

    def send(self, message, delivery):
        body = self.chatwoot.webhook(message)
        answer = ask(self.server, "POST", self.chatwoot.hook, body, Content_Type=JSON,
                     **chatwoot("s", body, delivery))
        self.assertEqual(answer.status, 200)

    def results(self):
        return {r["result_id"]: (r["company"], r["csat"])
                for r in map(json.loads, self.wave.get("/results.ndjson").body.splitlines())}

    def counts(self, expected):
        wait_until(lambda: sorted(self.results().values()) == sorted(expected), 60,
                   "not the results")

    def test_a_lost_event_is_found_and_counted_once(self):
        self.given()
        self.chatwoot.answer(9001, 5, "Rask hjelp")
        self.chatwoot.answer(9002, 2, inbox=4)
        self.send(9001, "d-1")  # the other is lost
        self.counts([("A", 5)])
        self.assertEqual(self.pull(), "")
        self.counts([("A", 5), ("B", 2)])
        self.assertEqual(self.pull(), "")
        self.assertEqual(self.rows(), "3")  # one by the webhook, both by asking, no more
        self.assertNotIn("Kari", self.rows("string_agg(convert_from(body, 'UTF8'), '')"))
        # It changes its mind: the pull sees that, too, and the webhook that was late says less.
        self.chatwoot.answers[9002]["rating"] = 4
        self.assertEqual(self.pull(), "")
        self.counts([("A", 5), ("B", 4)])
        self.send(9001, "d-1")
        self.counts([("A", 5), ("B", 4)])
        self.server.verify()

    def test_all_pages_are_read_and_answers_of_one_page_asked_for_once(self):
        self.given()
        for message in range(9001, 9061):
            self.chatwoot.answer(message, 1 + message % 5)
        self.assertEqual(self.pull(), "")
        self.assertEqual(self.rows(), "60")
        pages = self.chatwoot.stand_in.heard(path="/csat_survey_responses")
        self.assertEqual([p.query["page"] for p in pages], ["1", "2", "3"])
        self.assertLess(int(pages[0].query["since"]), now() - 13 * 86400)
        self.assertEqual(self.pull(), "")
        asked = [r for r in self.chatwoot.stand_in.heard() if "/conversations/" in r.path]
        self.assertEqual(len(asked), 60)

    def test_why_a_pull_failed_stands_in_the_health(self):
        self.given(token="withdrawn")
        self.chatwoot.answer(9001, 5)
        self.assertIn("401", self.pull())
        self.chatwoot.failing = (500, {})
        self.assertEqual(self.pull(), "answered 500")
        self.chatwoot.failing = CUT
        self.assertIn("no answer", self.pull())
        self.chatwoot.failing = (200, b"<html>")
        self.assertIn("not understood", self.pull())
        self.assertEqual(self.rows(), "0")
        self.assertFalse("withdrawn" in self.server.log.read_text(encoding="utf-8"))

    def test_a_source_that_cannot_be_asked_is_not(self):
        self.given()
        bare = {"source": "bare", "kind": "chatwoot", "programme": "small", "wave": "w1",
                "channel": "chat", "company": "A", "secrets": {"signing": ["s"]}}
        self.assert_status(self.ask("POST", "", bare), 201)
        self.assert_status(self.ask("POST", "/bare/reconcile"), 409, "source_not_set_up")
        self.assert_status(self.ask("POST", "/none/reconcile"), 404, "unknown_source")

    def plaudit_check(self):
        done = subprocess.run(
            [program("plaudit"), "source", "check", "chat", "--server",
             f"http://127.0.0.1:{self.server.port}", "--key-file", self.key_file(self.wave.key)],
            capture_output=True, text=True, timeout=60, check=False, env=self.server.environment)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def found(self):
        answer = self.ask("POST", "/chat/check")
        self.assert_status(answer, 200)
        return {c["check"]: (c["ok"], c["words"]) for c in answer.json["checks"]}

    def test_a_check_asks_chatwoot_for_its_webhooks(self):
        self.given()
        self.assertEqual(self.pull(), "")
        found = self.found()
        self.assertEqual(set(found), {"document", "running", "wave", "secret", "clock",
                                      "events", "refused", "reading", "pull", "webhook"})
        for good in ("document", "running", "wave", "secret", "clock", "events", "refused", "reading", "pull",
                     "webhook"):
            self.assertTrue(found[good][0], found[good])
        self.assertEqual(self.plaudit_check()[0], 0)
        self.chatwoot.subscriptions = ["message_created"]
        self.assertFalse(self.found()["webhook"][0])
        self.assertEqual(self.plaudit_check(),
                         (1, "webhook: the webhook is not subscribed to message_updated\n"))
        self.chatwoot.failing = (401, {})
        self.assertIn("access_token", self.found()["webhook"][1])
        metrics = ask(self.server, "GET", "/metrics").body.decode()
        self.assertIn('plaudit_outgoing_requests_total{kind="check",result="ok"} 4', metrics)
        self.assertIn('plaudit_outgoing_requests_total{kind="check",result="refused"} 1', metrics)


if __name__ == "__main__":
    unittest.main()
