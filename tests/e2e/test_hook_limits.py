"""Large payloads, and who sends them without being who he says."""
import hmac
import json
import socket
import time
import unittest

from harness import ServerCase, ask, read_answer, wait_until
from hooks import Source, hmac_hex, meta

KIB = 1024
SOURCE_MOST = 36 * KIB * KIB # of bodies under way, docs/channels.md
BOUNDARY = "multipart/form-data; boundary=xYz"


def form(fields, attachment=b""):
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in fields.items()]
    parts.insert(0, b'Content-Disposition: form-data; name="a"; filename="a"\r\n\r\n' + attachment +
                 b"\r\n")
    return b"--xYz\r\n" + b"--xYz\r\n".join(parts) + b"--xYz--\r\n"


def mailgun(secret, token, attachment, **more):
    stamp = str(int(time.time()))
    signature = hmac.new(secret.encode(), (stamp + token).encode(), "sha256").hexdigest()
    return form({"timestamp": stamp, "token": token, "signature": signature, **more}, attachment)


class HookLimits(ServerCase):
    def given_source(self, kind="messenger", code="src", **more):
        if not hasattr(self, "wave"):
            self.wave = self.given_wave()
        return Source(self.wave, kind, code, **more)

    def begin(self, source, length, **headers):
        """A post whose head was sent, and nothing of its body."""
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=60)
        connection.sendall(f"POST {source.path} HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n"
                           f"{lines}\r\n".encode())
        return connection

    def test_a_large_form_is_known_by_its_signature_whatever_stands_before_it(self):
        source = self.given_source("mailgun")
        for attachment in (b"\n" * (2 * KIB * KIB), b"--xY\r\n" * (200 * KIB)):
            token = f"{attachment[0]:050}"
            good = mailgun("secret-1", token, attachment)
            bad = mailgun("wrong", token, attachment)
            self.assert_status(source.ask("POST", bad, Content_Type=BOUNDARY), 406)
            for _ in range(2):
                self.assert_status(source.ask("POST", good, Content_Type=BOUNDARY), 200)
        self.assertEqual(source.rows("count(*), min(length(dedupe_key))"), "2|50")

    def test_a_wrong_password_is_refused_before_the_body(self):
        source = self.given_source("postmark")
        connection = self.begin(source, 10 * KIB * KIB, Authorization="Bearer wrong",
                                Expect="100-continue")
        self.assert_status(read_answer(connection), 403)
        connection.close()
        self.assertEqual(source.rows(), "0")

    def test_a_large_payload_that_came_whole_is_stored_without_its_sender(self):
        source = self.given_source()
        body = json.dumps({"object": "page", "x": "y" * (2 * KIB * KIB)}).encode()
        signature = "sha256=" + hmac_hex("secret-1", body)
        with self.begin(source, len(body), X_Hub_Signature_256=signature) as connection:
            connection.sendall(body)
        wait_until(lambda: source.rows() == "1", 60, "it is not stored")

    def test_of_one_address_so_much_is_taken_at_once_and_others_have_room(self):
        greedy, other = self.given_source(), self.given_source(code="other")
        body, open_now = b"x" * (4 * KIB * KIB - 1), []
        try:
            for _ in range(SOURCE_MOST // len(body)):
                open_now.append(self.begin(greedy, len(body) + 1))
                open_now[-1].sendall(body)
            small = b'{"object":"page"}'
            wait_until(lambda: greedy.ask("POST", small).status == 503, 60, "nothing is full")
            self.assert_status(other.ask("POST", small, **meta("secret-1", small)), 200)
            self.assert_status(other.ask("POST", body, **meta("secret-1", body)), 200)
        finally:
            for connection in open_now:
                connection.close()
        wait_until(lambda: greedy.ask("POST", small).status == 403, 60, "it stays full")
        self.assert_status(ask(self.server, "GET", "/livez"), 200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
