"""Sources as they stand in the database, and providers that post to them."""
import base64
import hashlib
import hmac
import http.client
import json
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


def chatwoot(secret, body, delivery, at=None):
    stamp = str(int(time.time() if at is None else at))
    return {"X_Chatwoot_Delivery": delivery, "X_Chatwoot_Timestamp": stamp,
            "X_Chatwoot_Signature": "sha256=" + hmac_hex(secret, stamp.encode() + b"." + body)}
