"""What providers post: stored as it came and then answered, each event once."""
import concurrent.futures
import random
import socket
import time
import unittest

from harness import ServerCase, ask, wait_until
from hooks import Source, chatwoot, meta

EVENT = (b'{"object":"page","entry":[{"time":1767225600000,"messaging":[{"sender":{"id":"7"},'
         b'"recipient":{"id":"8"},"message":{"mid":"m1","text":"hei \xc3\xa6"}}]}]}')


def flipped(body, place):
    return body[:place] + bytes([body[place] ^ 1]) + body[place + 1:]


class Hooks(ServerCase):
    def given_source(self, kind="messenger", **more):
        return Source(self.given_wave(), kind, **more)

    def health(self, source):
        row = self.server.sql("select taken, repeated, refused, last_refusal from source_health "
                              f"where source_id = {source.id}")
        return row.split("|") if row else ["0", "0", "0", ""]

    def test_a_signed_event_is_stored_as_it_came(self):
        source = self.given_source()
        answer = source.ask("POST", EVENT, "?a=b%20c&d", Authorization="Basic abc", Cookie="d=e",
                            X_Other="Yes", **meta("secret-1", EVENT))
        self.assert_status(answer, 200)
        self.assertEqual(answer.headers["Content-Type"], "text/plain; charset=utf-8")
        body, query, headers = source.rows("encode(body, 'hex'), query, headers").split("|")
        self.assertEqual((bytes.fromhex(body), query), (EVENT, "a=b%20c&d"))
        self.assertIn("x-other: Yes\n", headers + "\n")
        for secret in ("authorization", "cookie", "abc"):
            self.assertNotIn(secret, headers)

    def test_an_event_that_comes_again_is_answered_alike_and_stored_once(self):
        source = self.given_source()
        for _ in range(3):
            self.assert_status(source.ask("POST", EVENT, **meta("secret-1", EVENT)), 200)
        self.assertEqual(source.rows(), "1")
        wait_until(lambda: self.health(source)[:2] == ["1", "2"], 60, "they are not counted")

    def test_a_query_that_is_not_signed_makes_no_other_event(self):
        source = self.given_source()
        for query in ("", "?a", "?b=c"):
            self.assert_status(source.ask("POST", EVENT, query, **meta("secret-1", EVENT)), 200)
        self.assertEqual(source.rows(), "1")

    def test_one_bit_of_body_or_signature_is_refused_and_not_stored(self):
        source = self.given_source()
        signed = meta("secret-1", EVENT)
        digest = signed["X_Hub_Signature_256"]
        for place in random.Random(1).sample(range(len(EVENT)), 20):
            self.assert_status(source.ask("POST", flipped(EVENT, place), **signed), 403)
        for place in range(7, len(digest)):
            wrong = digest[:place] + ("1" if digest[place] == "0" else "0") + digest[place + 1:]
            self.assert_status(source.ask("POST", EVENT, X_Hub_Signature_256=wrong), 403)
        self.assert_status(source.ask("POST", EVENT), 403)
        self.assertEqual(source.rows(), "0")
        wait_until(lambda: self.health(source)[3] == "missing", 60, "they are not counted")

    def test_two_secrets_are_live_at_once(self):
        source = self.given_source(secrets=("old", "new"))
        for i, secret in enumerate(("old", "new")):
            body = EVENT + b" " * i
            self.assert_status(source.ask("POST", body, **meta(secret, body)), 200)
        self.assert_status(source.ask("POST", EVENT, **meta("other", EVENT)), 403)
        self.assertEqual(source.rows(), "2")

    def test_a_right_signature_of_another_time_is_refused(self):
        source = self.given_source("chatwoot", company="C001")
        now = time.time()
        for i, (at, status) in enumerate([(now - 290, 200), (now + 290, 200), (now - 310, 403),
                                          (now + 320, 403)]):
            answer = source.ask("POST", b"{}", **chatwoot("secret-1", b"{}", f"d{i}", at))
            self.assert_status(answer, status)
        self.assertEqual(source.rows("string_agg(dedupe_key, ' ' order by inbox_id)"), "d0 d1")

    def test_what_nobody_understands_is_taken_too(self):
        source = self.given_source()
        for body in (b"", b"\xff\0 no JSON", b'{"object":"user"}'):
            self.assert_status(source.ask("POST", body, **meta("secret-1", body)), 200)
        self.assertEqual(source.rows(), "3")

    def test_a_paused_source_loses_nothing(self):
        source = self.given_source(paused=True)
        self.assert_status(source.ask("POST", EVENT, **meta("secret-1", EVENT)), 200)
        self.assertEqual(source.rows(), "1")

    def test_an_address_that_is_none_is_404(self):
        source = self.given_source()
        self.assert_status(ask(self.server, "POST", "/v1/hooks/aaaaaaaaaaaaaaaa", b"{}"), 404)
        self.assert_status(ask(self.server, "POST", source.path[:-1], b"{}"), 404)
        self.assert_status(ask(self.server, "PUT", source.path, b"{}"), 405)

    def test_above_its_kinds_size_a_body_is_413(self):
        source = self.given_source("chatwoot", company="C001")
        body = b" " * (1024 * 1024)
        self.assert_status(source.ask("POST", body, **chatwoot("secret-1", body, "d1")), 200)
        body += b" "
        self.assert_status(source.ask("POST", body, **chatwoot("secret-1", body, "d2")), 413)
        parts = (body[i:i + 65536] for i in range(0, len(body), 65536)) # chunked: no length
        self.assert_status(source.ask("POST", parts, **chatwoot("secret-1", body, "d3")), 413)
        self.assertEqual(source.rows(), "1")

    def test_metas_challenge_is_answered_exactly_to_who_knows_the_token(self):
        source = self.given_source(verify_token="to ken")
        said = "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
        answer = source.ask("GET", query=said + "to%20ken")
        self.assert_status(answer, 200)
        self.assertEqual((answer.body, answer.headers["Content-Type"]), (b"1158201444", "text/plain"))
        for wrong in (said + "token", said, "?hub.verify_token=to%20ken&hub.challenge=1",
                      "?hub.mode=subscribe&hub.verify_token=to%20ken", ""):
            self.assert_status(source.ask("GET", query=wrong), 403)

    def test_without_a_token_no_challenge_is_answered(self):
        source = self.given_source()
        self.assert_status(source.ask(
            "GET", query="?hub.mode=subscribe&hub.challenge=1&hub.verify_token="), 403)

    def test_events_in_any_order_by_four_clients_three_times_are_one_row_each(self):
        source = self.given_source()
        events = [EVENT.replace(b"m1", b"m%d" % i) for i in range(60)]

        def client(seed):
            mine = events * 3
            random.Random(seed).shuffle(mine)
            return [source.ask("POST", body, **meta("secret-1", body)).status for body in mine]

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            statuses = sum(pool.map(client, range(4)), [])
        self.assertEqual(set(statuses), {200})
        self.assertEqual(source.rows("count(*), count(distinct body)"), "60|60")

    def test_who_hangs_up_in_the_middle_leaves_nothing(self):
        source = self.given_source()
        signature = meta("secret-1", EVENT)["X_Hub_Signature_256"]
        head = (f"POST {source.path} HTTP/1.1\r\nHost: h\r\nContent-Length: {len(EVENT)}\r\n"
                f"X-Hub-Signature-256: {signature}\r\n\r\n").encode()
        for cut in range(0, len(EVENT), 9):
            with socket.create_connection(("127.0.0.1", self.server.port)) as connection:
                connection.sendall(head + EVENT[:cut])
        self.assert_status(source.ask("POST", EVENT, **meta("secret-1", EVENT)), 200)
        self.assertEqual(source.rows(), "1")

    def test_no_secret_address_or_body_is_logged(self):
        source = self.given_source(verify_token="canary-token")
        body = b'{"canary":"Zq7mNonsense"}'
        source.ask("POST", body, "?canary=1", **meta("secret-1", body))
        source.ask("POST", body, "?canary=1", **meta("wrong", body))
        source.ask("GET", query="?hub.mode=subscribe&hub.verify_token=canary-token")
        log = self.server.log.read_text(encoding="utf-8")
        for secret in ("canary", "Zq7mNonsense", source.address, "secret-1"):
            self.assertNotIn(secret, log)


if __name__ == "__main__":
    unittest.main(verbosity=2)
