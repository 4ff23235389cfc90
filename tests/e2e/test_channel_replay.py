"""Three providers at once, each event three times, in any order: the boards count each once."""
import collections
import concurrent.futures
import datetime
import json
import random
import time
import unittest

from harness import ServerCase, ask, small_document, wait_until
from hooks import chatwoot, hmac_hex, meta, standard, zendesk

PAGE_SECRET, CHAT_SECRET = "app-secret", "chat-secret"
FORM_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
CONTACTS, CLIENTS, TIMES = 12, 4, 3


def iso(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat()


def dumped(value):
    return json.dumps(value, separators=(",", ":")).encode()


class Post:
    """A request to a source, and what it is to be answered."""

    def __init__(self, path, body, headers, status=200):
        self.path, self.body, self.headers, self.status = path, body, headers, status


class Replay:
    """What providers are going to send, and what is to stand in the end."""

    def __init__(self, wave):
        self.wave, self.random, self.now = wave, random.Random(wave.organisation), time.time()
        self.posts, self.stands = [], {}

    def connect(self, code, kind, **more):
        return self.wave.connect(kind, code, **more)["hook_url"]

    def invite(self, contact, company):
        """An invitation's token."""
        return self.wave.invite({"contact_id": contact, "contacted_at": iso(self.now - 7200),
                                 "company": company, "channel": "chat"})[0]["token"]

    def score(self, question):
        least, most = {"csat": (1, 5), "ces": (1, 7), "nps": (0, 10)}[question]
        return self.random.randint(least, most)

    def send(self, path, body, sign, status=200, **more):
        self.posts.append(Post(path, body, sign(body), status, **more))

    def statuses(self):
        """Every post three times, by clients that know nothing of each other."""
        posts = self.posts * TIMES
        self.random.shuffle(posts)

        def client(number):
            return [(post.status, ask(self.wave.server, "POST", post.path, post.body,
                                      **post.headers).status)
                    for post in posts[number::CLIENTS]]

        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            return sum(pool.map(client, range(CLIENTS)), [])


def feedback(token, question, value, at, words=None):
    asked = {"type": question, "payload": str(value)}
    if words:
        asked["follow_up"] = {"type": "free_form", "payload": words}
    return {"time": int(at * 1000), "messaging": [
        {"sender": {"id": "7"}, "recipient": {"id": "P1"}, "messaging_feedback": {
            "feedback_screens": [{"screen_id": 0, "questions": {f"cx1_{token}_{question}": asked}}]}}]}


def button(token, question, value, at):
    return {"id": "P1", "time": int(at), "messaging": [
        {"sender": {"id": "7"}, "recipient": {"id": "P1"}, "timestamp": int(at * 1000),
         "message": {"mid": "m", "text": str(value), "quick_reply": {
             "payload": f"cx1_{token}_{question}_{value}"}}}]}


def noise(token):
    """What a page tells beside answers; the echo looks like one."""
    return [{"id": "P1", "time": 1, "messaging": [{"message": {"mid": "e", "is_echo": True,
             "quick_reply": {"payload": f"cx1_{token}_nps_0"}}}]},
            {"id": "P1", "time": 1, "messaging": [{"read": {"watermark": 1}}]},
            {"id": "P1", "time": 1, "standby": [{"message": {"mid": "t", "text": "hei"}}]}]


def plan_messenger(replay):
    """Each question is an event of its own; some are answered again later, some are forged."""
    path = replay.connect("page", "messenger", secrets={
        "signing": [PAGE_SECRET], "verify_token": "to ken"})
    entries, forged = [], []
    for i in range(CONTACTS):
        token = replay.invite(f"m{i}", "AB"[i % 2])
        scores = {question: replay.score(question) for question in ("csat", "nps", "ces")}
        said = button if i % 3 == 0 else feedback
        first = replay.score("nps")
        entries += [said(token, "nps", first, replay.now - 600)] if i % 2 else []
        entries += [said(token, question, score, replay.now - 500 + n)
                    for n, (question, score) in enumerate(scores.items())]
        entries += noise(token)
        forged.append(feedback(token, "nps", (scores["nps"] + 1) % 11, replay.now - 1))
        replay.stands[f"m{i}"] = ("AB"[i % 2], scores)
    replay.random.shuffle(entries)
    while entries:
        batch, entries = entries[:5], entries[5:]
        replay.send(path, dumped({"object": "page", "entry": batch}),
                    lambda body: meta(PAGE_SECRET, body))
    replay.send(path, dumped({"object": "page", "entry": forged}),
                lambda body: meta("guessed", body), 403)
    return path


def plan_chatwoot(replay):
    """The rating first, the words later, and then another rating."""
    path = replay.connect("chat", "chatwoot", companies={"3": "A", "4": "B"},
                          secrets={"signing": [CHAT_SECRET]})
    for i in range(CONTACTS):
        ratings = [replay.score("csat")] * 2 + ([replay.score("csat")] if i % 2 else [])
        for n, rating in enumerate(ratings):
            survey = {"rating": rating, "feedback_message": "Rask hjelp <3" if n else None}
            body = dumped({
                "event": "message_updated", "id": 900 + i, "content_type": "input_csat",
                "content_attributes": {"submitted_values": {"csat_survey_response": survey}},
                "created_at": iso(replay.now - 3600), "account": {"id": 1},
                "conversation": {"id": i, "inbox_id": 3 + i % 2}, "inbox": {"id": 3 + i % 2}})
            at = replay.now - 30 + 10 * n
            replay.send(path, body, lambda body, n=n, i=i, at=at:
                        chatwoot(CHAT_SECRET, body, f"{i}-{n}", at))
            replay.send(path, body.replace(b'"rating"', b' "rating"'),
                        lambda body, n=n, i=i, at=at:
                        chatwoot("guessed", body, f"forged-{i}-{n}", at), 403)
        replay.stands[f"chat-1:{900 + i}"] = ("AB"[i % 2], {"csat": ratings[-1]})


def plan_formbricks(replay):
    """A finished response, and for some what the customer changed."""
    path = replay.connect("form", "formbricks", secrets={"signing": [FORM_SECRET]},
                          questions={"q_nps": "nps", "q_csat": "csat", "why": "comment"})
    for i in range(CONTACTS):
        token = replay.invite(f"f{i}", "AB"[i % 2])
        for n in range(1 + i % 2):
            scores = {"nps": replay.score("nps"), "csat": replay.score("csat")}
            at = replay.now - 60 + 10 * n
            body = dumped({"webhookId": "w", "event": ["responseFinished", "responseUpdated"][n],
                           "data": {"id": f"r{i}", "surveyId": "s", "finished": True,
                                    "createdAt": iso(replay.now - 90), "updatedAt": iso(at),
                                    "data": {"q_nps": scores["nps"], "q_csat": scores["csat"],
                                             "why": "Bra", "other": ["x"]}, "singleUseId": token}})
            replay.send(path, body, lambda body, n=n, i=i:
                        standard(FORM_SECRET, body, f"msg_{i}_{n}", replay.now))
        replay.stands[f"f{i}"] = ("AB"[i % 2], scores)


class ChannelReplay(ServerCase):
    def merged(self):
        return self.server.sql(
            "select (select count(*) from inbox where state = 'waiting') + "
            "(select count(*) from invitation where version > merged)") == "0"

    def stored(self, wave):
        """Company and given answers by result."""
        return {r["result_id"]: (r["company"], {q: v for q, v in r["cx"].items() if v is not None})
                for r in wave.get("/results?limit=1000").json["data"]}

    def test_the_board_counts_each_once_and_the_last_ratings_stand(self):
        wave = self.given_wave(small_document())
        replay = Replay(wave)
        plan_messenger(replay)
        plan_chatwoot(replay)
        plan_formbricks(replay)
        said = collections.Counter(replay.statuses())
        self.assertEqual({key for key in said if key[0] != key[1]}, set(), said)
        self.assertGreater(said[(403, 403)], CONTACTS)
        wait_until(self.merged, 120, "answers wait to be results")
        self.assertEqual(self.stored(wave), replay.stands)
        self.assertEqual(wave.counted(), len(replay.stands))
        self.assertEqual(self.server.sql(
            "select count(*) from result where comment = 'Rask hjelp <3' and result_id ^@ 'chat-'"),
            str(CONTACTS))
        self.assert_board(wave, replay.stands)
        self.assertEqual([note for note in self.notes(wave) if note.startswith("failed")], [])
        self.server.verify()

    def assert_board(self, wave, stands):
        """Each company's histogram of each question is that of what stands."""
        board = wave.get("/standings?sector=S&include=distribution").json["standings"]
        self.assertEqual({line["company"]["code"] for line in board}, {"A", "B"})
        for line in board:
            for question, least in (("csat", 1), ("ces", 1), ("nps", 0)):
                given = [scores[question] for company, scores in stands.values()
                         if company == line["company"]["code"] and question in scores]
                self.assertEqual(line[question]["distribution"], [
                    given.count(least + i) for i in range(len(line[question]["distribution"]))])

    def notes(self, wave):
        """State, answers and note of what came in, in its order."""
        wait_until(self.merged, 120, "answers wait to be results")
        return self.server.sql(
            "select state, answers, note from inbox join source using (source_id) join organisation "
            f"using (organisation_id) where organisation.code = '{wave.organisation}' "
            "order by inbox_id").split("\n")

    def test_good_of_two_is_noted_and_not_counted_on_a_scale_of_five(self):
        wave = self.given_wave(small_document())
        replay = Replay(wave)
        path = replay.connect("desk", "zendesk", company="A", secrets={"signing": [CHAT_SECRET]})
        for ticket, score in (("1", "good"), ("2", "4"), ("3", ""), ("4", "{{ticket.score}}\n")):
            body = f'{{"ticket_id":"{ticket}","score":"{score}"}}'.encode()
            answer = ask(self.server, "POST", path, body, **zendesk(CHAT_SECRET, body, f"i{ticket}"))
            self.assert_status(answer, 200)
        self.assertEqual(self.notes(wave), ["ignored|1|other_scale", "heard|1|", "ignored|0|no_rating",
                                            "failed|0|not_json"])
        self.assertEqual(self.stored(wave), {"desk-2": ("A", {"csat": 4})})
        self.server.verify()

    def test_a_notification_sent_again_is_known_by_its_id(self):
        wave = self.given_wave(small_document())
        path = Replay(wave).connect("talks", "intercom", company="B",
                                    secrets={"signing": [CHAT_SECRET]})
        for attempt in range(3):
            body = dumped({"type": "notification_event", "id": "notif_1", "app_id": "a",
                           "topic": "conversation.rating.added", "delivery_attempts": attempt,
                           "created_at": int(time.time()), "data": {"item": {
                               "id": "77", "conversation_rating": {"rating": 5, "remark": "Fint"}}}})
            answer = ask(self.server, "POST", path, body,
                         X_Hub_Signature="sha1=" + hmac_hex(CHAT_SECRET, body, "sha1"))
            self.assert_status(answer, 200)
        self.assertEqual(self.notes(wave), ["heard|2|"])
        self.assertEqual(self.stored(wave), {"talks-77": ("B", {"csat": 5})})

    def test_metas_challenge_is_answered_at_the_address_that_was_given(self):
        path = plan_messenger(Replay(self.given_wave(small_document())))
        said = path + "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
        answer = ask(self.server, "GET", said + "to%20ken")
        self.assert_status(answer, 200)
        self.assertEqual(answer.body, b"1158201444")
        self.assert_status(ask(self.server, "GET", said + "token"), 403)


if __name__ == "__main__":
    unittest.main(verbosity=2)
