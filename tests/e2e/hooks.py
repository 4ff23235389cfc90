"""Sources as they stand in the database, and providers that post to them."""
import base64
import hashlib
import hmac
import http.client
import itertools
import json
import threading
import time

from harness import Answer, wait_until

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


class Source:
    """A source of a wave's organisation, with its signing secrets."""

    def __init__(self, wave, kind, code="src", secrets=("secret-1",), paused=False,
                 verify_token=None, **keys):
        self.server = wave.server
        digest = hashlib.sha256(f"{wave.organisation}/{code}".encode()).digest()
        self.address = "".join(ALPHABET[byte % 32] for byte in digest[:16])
        document = json.dumps({"source": code, "kind": kind, "programme": wave.programme,
                               "wave": wave.code, "channel": "messenger", **keys})
        # At once, so that the server never sees it without its secrets.
        secrets = [("signing", i, secret) for i, secret in enumerate(secrets, 1)]
        if verify_token:
            secrets.append(("verify_token", 1, verify_token))
        values = ", ".join(f"('{name}', {i}, '{secret}')" for name, i, secret in secrets)
        self.id = int(self.server.sql(
            "with made as (insert into source "
            "(organisation_id, code, address, kind, wave_id, document, paused) "
            f"select organisation_id, '{code}', '{self.address}', '{kind}', wave_id, "
            f"convert_to($d${document}$d$, 'UTF8'), {str(paused).lower()} "
            "from wave join programme p using (programme_id) join organisation o using "
            f"(organisation_id) where o.code = '{wave.organisation}' and p.code = "
            f"'{wave.programme}' and wave.code = '{wave.code}' returning source_id), "
            "secrets as (insert into secret.source_secret (source_id, name, number, secret) "
            f"select source_id, v.* from made, (values {values}) v) select source_id from made"))
        self.path = f"/v1/hooks/{self.address}"
        wait_until(lambda: self.ask("GET").status != 404, 30, "the source is not known")

    def ask(self, method, body=None, query="", connection=None, **headers):
        """On a connection of its own, or on one that is kept."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        own = connection is None
        if own:
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.request(method, self.path + query, body=body, headers=sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            if own:
                connection.close()

    def rows(self, column="count(*)"):
        return self.server.sql(f"select {column} from inbox where source_id = {self.id}")


def hmac_hex(secret, data, digest="sha256"):
    return hmac.new(secret.encode(), data, digest).hexdigest()


def meta(secret, body):
    return {"X_Hub_Signature_256": "sha256=" + hmac_hex(secret, body)}


def standard(secret, body, number, at=None):
    """Standard Webhooks: the secret is "whsec_" and the key in base64."""
    stamp = str(int(time.time() if at is None else at))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{number}.{stamp}.".encode() + body, "sha256").digest()
    return {"webhook_id": number, "webhook_timestamp": stamp,
            "webhook_signature": "v1," + base64.b64encode(digest).decode()}


def zendesk(secret, body, invocation):
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    digest = hmac.new(secret.encode(), stamp.encode() + body, "sha256").digest()
    return {"X_Zendesk_Webhook_Invocation_Id": invocation,
            "X_Zendesk_Webhook_Signature_Timestamp": stamp,
            "X_Zendesk_Webhook_Signature": base64.b64encode(digest).decode()}


def chatwoot(secret, body, delivery, at=None):
    stamp = str(int(time.time() if at is None else at))
    return {"X_Chatwoot_Delivery": delivery, "X_Chatwoot_Timestamp": stamp,
            "X_Chatwoot_Signature": "sha256=" + hmac_hex(secret, stamp.encode() + b"." + body)}


class Load:
    """Providers that post signed events to a messenger source, so many a second, each once.

    What became of each: `answers` has (number, status, seconds); None where the connection broke.
    """

    def __init__(self, source, rate, clients=8, port=None):
        self.source, self.pause, self.clients = source, clients / rate, clients
        self.port = port or source.server.port
        self.answers, self.next_number = [], itertools.count()
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._post, args=(i,)) for i in range(clients)]

    def __enter__(self):
        self.begun = time.monotonic()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *what):
        self.stopping.set()
        for thread in self.threads:
            thread.join(120)

    @staticmethod
    def event(number):
        return (b'{"object":"page","entry":[{"time":1767225600000,"messaging":[{"sender":{"id":"7"},'
                b'"recipient":{"id":"8"},"message":{"mid":"m_%d","text":"hi"}}]}]}' % number)

    def acknowledged(self):
        return [number for number, status, _ in self.answers if status == 200]

    def _connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def _post(self, client):
        connection, due = self._connection(), self.begun + client * self.pause / self.clients
        while not self.stopping.is_set():
            number = next(self.next_number)
            body, began, status = self.event(number), time.monotonic(), None
            try:
                status = self.source.ask("POST", body, connection=connection,
                                         **meta("secret-1", body)).status
            except (OSError, http.client.HTTPException):
                connection.close()
                connection = self._connection()
                self.stopping.wait(0.05)
            self.answers.append((number, status, time.monotonic() - began))
            due = max(due + self.pause, time.monotonic() - 1) # no endless catching up
            self.stopping.wait(max(0, due - time.monotonic()))
        connection.close()

    def resend(self, numbers):
        """As a provider does with what it has no answer to."""
        connection = self._connection()
        for number in numbers:
            body = self.event(number)
            answer = self.source.ask("POST", body, connection=connection, **meta("secret-1", body))
            if answer.status != 200:
                raise AssertionError(f"sent again: {answer}")
        connection.close()
