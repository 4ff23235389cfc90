"""Large payloads, and who sends them without being who he says."""
import contextlib
import hmac
import json
import socket
import time
import unittest

from harness import ServerCase, read_answer, wait_until
from hooks import Source, hmac_hex, meta

KIB = 1024
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

    def fill(self, source, open_now):
        """One more body of 4 MiB without its end, unless there is no room."""
        body = b"x" * (4 * KIB * KIB - 1)
        open_now.append(self.begin(source, len(body) + 1))
        with contextlib.suppress(ConnectionError):
            open_now[-1].sendall(body)

    def test_of_one_address_so_much_is_taken_at_once_and_others_have_room(self):
        greedy, other, third = (self.given_source(code=code) for code in ("greedy", "other", "third"))
        open_now, small, large = [], b'{"object":"page"}', b"x" * (65 * KIB)

        def is_full(filler, asked, body):
            self.fill(filler, open_now)
            return asked.ask("POST", body).status == 503

        try:
            wait_until(lambda: is_full(greedy, greedy, small), 60, "nothing is full")
            self.assert_status(other.ask("POST", large, **meta("secret-1", large)), 200)
            wait_until(lambda: is_full(other, third, large), 60, "nothing is full")
            self.assert_status(third.ask("POST", small, **meta("secret-1", small)), 200)
        finally:
            for connection in open_now:
                connection.close()
        wait_until(lambda: greedy.ask("POST", small).status == 403, 60, "it stays full")
        wait_until(lambda: third.ask("POST", large).status == 403, 60, "it stays full")


if __name__ == "__main__":
    unittest.main(verbosity=2)
