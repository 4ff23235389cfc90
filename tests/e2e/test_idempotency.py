#!/usr/bin/env python3
"""Idempotency-Key: what is sent again does nothing again and gets the answer of the first."""
import base64
import hashlib
import json
import socket
import subprocess
import threading
import unittest

from harness import CSV, JSON, ServerCase, ask, read_answer, small_document, wait_until

HEADER = b"result_id,company,channel,q1,q2,csat\n"
ROWS = HEADER + b"a,A,phone,1,1,5\nb,B,chat,2,,4\n"


class Keys(ServerCase):
    def given_small(self, suffix=""):
        wave = self.given_wave(small_document(), suffix=suffix)
        self.assert_status(wave.upload(ROWS), 200)
        return wave

    def send(self, wave, method, rest, body, key, content_type=JSON, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return wave.ask(method, rest, data, Content_Type=content_type, Idempotency_Key=key, **headers)

    def note(self, wave, words, key):
        return self.send(wave, "POST", "/results/a/notes", {"words": words}, key)

    def notes(self, wave):
        return [note["words"] for note in wave.get("/results/a").json["notes"]]

    def assert_replayed(self, first, again):
        self.assertEqual((again.status, again.body), (first.status, first.body))
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        self.assertIsNone(first.headers["Idempotency-Replayed"])
        for name in ("Content-Type", "ETag", "Location"):
            self.assertEqual(again.headers[name], first.headers[name])

    def test_a_note_sent_twice_stands_once(self):
        wave = self.given_small()
        first = self.note(wave, "once", '"8e03978e-40d5"')
        self.assert_status(first, 201)
        self.assert_replayed(first, self.note(wave, "once", "8e03978e-40d5"))
        self.assertEqual(self.notes(wave), ["once"])
        self.assert_status(self.note(wave, "once", "another"), 201)
        self.assertEqual(self.notes(wave), ["once", "once"])

    def test_a_key_is_for_one_request(self):
        wave = self.given_small()
        self.assert_status(self.note(wave, "one", "k1"), 201)
        self.assert_status(self.note(wave, "two", "k1"), 422, "idempotency_key_reused")
        self.assert_status(self.send(wave, "POST", "/results/b/notes", {"words": "one"}, "k1"), 422,
                           "idempotency_key_reused")
        self.assertEqual(self.notes(wave), ["one"])
        for bad in ("", '""', "a b", "x" * 201, 'a"b'):
            self.assert_status(self.note(wave, "no", bad), 400, "bad_idempotency_key")

    def test_every_change_may_carry_a_key(self):
        wave = self.given_small()
        steps = [("PATCH", "/results/a", {"status": "approved", "reason": "fine"}),
                 ("POST", "/results/b/appeals", {"words": "no"}),
                 ("POST", "/reviews", {"status": "excluded", "result_ids": ["a"], "reason": "late"}),
                 ("POST", "/close", {}), ("POST", "/open", {"reason": "again"}), ("POST", "/close", {}),
                 ("POST", "/publish", {})]
        for number, (method, rest, body) in enumerate(steps):
            first = self.send(wave, method, rest, body, f"s{number}")
            self.assertLess(first.status, 300, f"{rest}: {first}")
            self.assert_replayed(first, self.send(wave, method, rest, body, f"s{number}"))
        self.assertEqual(wave.get("").json["state"], "published")
        self.assertEqual(len(wave.get("/publications").json["data"]), 1)

    def test_what_was_refused_is_refused_again_and_what_failed_is_not_kept(self):
        wave = self.given_small()
        refused = self.send(wave, "POST", "/open", {}, "r1")
        self.assertEqual(refused.status, 409)
        self.assert_replayed(refused, self.send(wave, "POST", "/open", {}, "r1"))
        self.server.sql("alter table result_note rename to note_away")
        try:
            self.assertEqual(self.note(wave, "late", "r2").status, 500)
        finally:
            self.server.sql("alter table note_away rename to result_note")
        self.assert_status(self.note(wave, "late", "r2"), 201)

    def test_a_file_sent_again_is_answered_as_the_first(self):
        wave = self.given_small()
        file = HEADER + b"c,A,phone,1,1,5\nd,X,phone,1,1,5\n"
        digest = base64.b64encode(hashlib.sha256(file).digest()).decode()
        first = self.send(wave, "POST", "/uploads", file, "u1", CSV)
        self.assertEqual([first.json["accepted"], first.json["rejected"]], [1, 1])
        self.assert_replayed(first, self.send(wave, "POST", "/uploads", file, "u1", CSV))
        self.assert_replayed(first, self.send(wave, "POST", "/uploads", file, "u1", CSV,
                                              Repr_Digest=f"sha-256=:{digest}:"))
        self.assert_status(self.send(wave, "POST", "/uploads", file + b"e,A,phone,1,1,5\n", "u1", CSV), 422,
                           "idempotency_key_reused")
        self.assert_status(self.send(wave, "POST", "/uploads?dry_run=1", file, "u1", CSV), 422,
                           "idempotency_key_reused")
        self.assertEqual([wave.stored(), len(wave.get("/uploads").json["data"])], [3, 2])
        tried = self.send(wave, "POST", "/uploads?dry_run=1", file, "u2", CSV)
        run = f"/uploads/{tried.json['upload']}/run"
        taken = self.send(wave, "POST", run, b"", "u3", CSV)
        self.assert_replayed(taken, self.send(wave, "POST", run, b"", "u3", CSV))
        self.assert_status(self.send(wave, "POST", "/uploads", file, "u4", "text/odd"), 415, "unknown_format")
        self.assert_status(self.send(wave, "POST", "/uploads", file, "u4", CSV), 200)

    def raw(self, wave, rest, body, key, content_type=JSON):
        link = socket.create_connection(("127.0.0.1", self.server.port), timeout=60)
        link.sendall(f"POST {wave.path}{rest} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {wave.key}\r\n"
                     f"Content-Type: {content_type}\r\nIdempotency-Key: {key}\r\n"
                     f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return link

    def holding(self, wave):
        """The wave's row, so that everything waits; a session of its own that lets it go."""
        held = subprocess.Popen(["psql", "-XAtq", self.server.conninfo()], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True)
        held.stdin.write(f"begin; select wave_id from wave w join programme p using (programme_id) join organisation o "
                         f"using (organisation_id) where o.code = '{wave.organisation}' for update of w;\n")
        held.stdin.flush()
        held.stdout.readline()
        return held

    def let_go(self, held):
        held.communicate("rollback;\n", timeout=60)

    def running(self, key):
        return self.server.sql(f"select 1 from idempotency_key where key = '{key}' and status is null") == "1"

    def test_while_it_runs_the_same_request_waits(self):
        wave = self.given_small()
        held = self.holding(wave)
        try:
            link = self.raw(wave, "/uploads", ROWS, "w1", CSV)
            wait_until(lambda: self.running("w1"), 60, "not claimed")
            busy = self.send(wave, "POST", "/uploads", ROWS, "w1", CSV)
            self.assert_status(busy, 409, "idempotency_running")
            self.assertIsNotNone(busy.headers["Retry-After"])
        finally:
            self.let_go(held)
        first = read_answer(link)
        link.close()
        self.assert_replayed(first, self.send(wave, "POST", "/uploads", ROWS, "w1", CSV))

    def test_a_client_that_left_gets_its_answer_when_it_comes_again(self):
        wave = self.given_small()
        for key, rest, body, content_type in (("l1", "/close", b"{}", JSON),
                                              ("l2", "/uploads", HEADER + b"l,A,phone,1,1,5\n", CSV)):
            held = self.holding(wave)
            try:
                link = self.raw(wave, rest, body, key, content_type)
                wait_until(lambda k=key: self.running(k), 60, "not claimed")
                wait_until(lambda: self.server.sql("select count(*) from pg_stat_activity where "
                                                   "wait_event_type = 'Lock'", "plaudit_runtime") != "0",
                           60, "nothing waits")
                link.close()
            finally:
                self.let_go(held)
            wait_until(lambda k=key: not self.running(k), 60, "no answer is stored")
            again = self.send(wave, "POST", rest, body, key, content_type)
            self.assert_status(again, 200)
            self.assertEqual(again.headers["Idempotency-Replayed"], "true")
            if rest == "/close":
                self.assert_status(self.send(wave, "POST", "/open", {"reason": "more"}, "l3"), 200)
        self.assertEqual(wave.stored(), 3)

    def test_a_file_that_broke_off_frees_its_key(self):
        wave = self.given_small()
        link = socket.create_connection(("127.0.0.1", self.server.port), timeout=60)
        link.sendall(f"POST {wave.path}/uploads HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {wave.key}\r\n"
                     f"Content-Type: {CSV}\r\nIdempotency-Key: b1\r\nContent-Length: 1000\r\n\r\n".encode() + ROWS)
        wait_until(lambda: self.running("b1"), 60, "not claimed")
        link.close()
        wait_until(lambda: not self.running("b1"), 60, "the key is not free")
        self.assert_status(self.send(wave, "POST", "/uploads", ROWS, "b1", CSV), 200)

    def test_requests_at_once_with_one_key_do_one_thing(self):
        wave = self.given_small()
        answers = []
        senders = [threading.Thread(target=lambda: answers.append(self.note(wave, "at once", "c1")))
                   for _ in range(12)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        self.assertEqual(self.notes(wave), ["at once"])
        self.assertLessEqual({answer.status for answer in answers}, {201, 409})
        self.assert_status(self.note(wave, "at once", "c1"), 201)

    def test_what_a_lost_server_did_is_unknown_but_a_file_is_taken_again(self):
        wave = self.given_small()
        made = "insert into idempotency_key (organisation_id, key, request_sha256, server, held_until) select " \
               "organisation_id, '{}', request_sha256, gen_random_uuid(), now() from idempotency_key where key = '{}'"
        self.assert_status(self.note(wave, "x", "m1"), 201)
        self.server.sql(made.format("m2", "m1"))
        self.assert_status(self.note(wave, "x", "m2"), 409, "idempotency_unknown")
        self.assertEqual(self.notes(wave), ["x"])
        self.assert_status(self.send(wave, "POST", "/uploads", ROWS, "m3", CSV), 200)
        self.server.sql(made.format("m4", "m3"))
        self.assert_status(self.send(wave, "POST", "/uploads", ROWS, "m4", CSV), 200)

    def test_keys_are_an_organisations_own_and_bounded_and_pass(self):
        wave, other = self.given_small(), self.given_small("-other")
        self.assert_status(self.note(wave, "mine", "o1"), 201)
        self.assert_status(self.note(other, "theirs", "o1"), 201)
        organisation = f"(select organisation_id from organisation where code = '{wave.organisation}')"
        self.server.sql(f"insert into idempotency_key (organisation_id, key, request_sha256, server, held_until) "
                        f"select {organisation}, 'f' || n, sha256(''), gen_random_uuid(), now() "
                        f"from generate_series(1, 10000) n")
        self.assert_status(self.note(wave, "full", "o2"), 429, "too_many_idempotency_keys")
        self.assert_status(self.note(wave, "mine", "o1"), 201)
        self.assert_status(self.note(other, "theirs too", "o2"), 201)
        self.server.sql(f"update idempotency_key set made_at = now() - interval '49 hours' "
                        f"where organisation_id = {organisation}")
        self.assert_status(self.note(wave, "mine", "o1"), 201)
        self.assertEqual(self.notes(wave), ["mine", "mine"])

    def test_without_a_key_nothing_is_kept(self):
        wave = self.given_small()
        before = self.server.sql("select count(*) from idempotency_key")
        answer = wave.ask("POST", "/results/a/notes", b'{"words":"plain"}', Content_Type=JSON)
        self.assert_status(answer, 201)
        self.assert_status(ask(self.server, "POST", wave.path + "/results/a/notes", b'{"words":"x"}',
                               "plaudit_live_wrong", Idempotency_Key="z"), 401, "key_required")
        self.assertEqual(self.server.sql("select count(*) from idempotency_key"), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
