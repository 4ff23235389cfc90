"""Mail that Postmark, Mailgun and SendGrid post: signed, stored, answered, counted."""
import base64
import json
import time
import unittest
import urllib.parse

from harness import ServerCase, given_wave, small_document, wait_until
from hooks import Source, hmac_hex
from mails import MailWave, mail

BOUNDARY = "xYzZY"


def multipart(fields):
    return "".join(f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n"
                   f"{value}\r\n" for name, value in fields.items()).encode() + \
        f"--{BOUNDARY}--\r\n".encode()


MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
URLENCODED = "application/x-www-form-urlencoded"


def basic(secret):
    return {"Authorization": "Basic " + base64.b64encode(f"plaudit:{secret}".encode()).decode()}


class HookedWave(MailWave):
    """Its source is a hook instead of an address."""

    def __init__(self, server, organisation, kind):
        self.wave = given_wave(server, organisation, small_document())
        self.server = server
        self.source = Source(self.wave, kind, channel="phone")


class MailHooks(ServerCase):
    def given(self, kind):
        mails = HookedWave(self.server, self._testMethodName.removeprefix("test_")[:50], kind)
        mails.invite(3)
        return mails

    def test_postmark_is_counted_once_however_often_it_posts(self):
        mails = self.given("postmark")
        bodies = [json.dumps(body).encode() for body in (
            {"MessageID": "m0", "MailboxHash": mails.token(0), "TextBody": "NPS: 9\n> NPS: 0"},
            {"MessageID": "m1", "OriginalRecipient": f"a+{mails.token(1)}@in.test",
             "RawEmail": mail(["NPS: 8"], 1).decode(), "TextBody": "NPS: 0"},
            {"MessageID": "m2", "MailboxHash": mails.token(2), "TextBody": "NPS: 0",
             "Headers": [{"Name": "Auto-Submitted", "Value": "auto-replied"}]})]
        for body in bodies * 2:
            self.assert_status(mails.source.ask("POST", body, **basic("secret-1")), 200)
        self.assert_status(mails.source.ask("POST", bodies[0], **basic("secret-2")), 403)
        self.assert_status(mails.source.ask("POST", bodies[0]), 403)
        mails.wait_counted(2)
        mails.wait_read()
        self.assertEqual(mails.answers("nps"), {"c0": "9", "c1": "8"})
        self.assertEqual(mails.source.rows("string_agg(dedupe_key, ' ' order by 1)"), "m0 m1 m2")

    def test_mailgun_signs_either_kind_of_form(self):
        mails = self.given("mailgun")
        stamp = str(int(time.time()))

        def signed(token, **fields):
            return {"timestamp": stamp, "token": token,
                    "signature": hmac_hex("secret-1", (stamp + token).encode()), **fields}
        first = urllib.parse.urlencode(signed(
            "t0" * 25, recipient=f"a+{mails.token(0)}@mg.test", sender="a@b.test",
            **{"stripped-text": "NPS: 9"})).encode()
        second = multipart(signed("t1" * 25, recipient=f"a+{mails.token(1)}@mg.test",
                                  **{"body-mime": mail(["NPS: 8"], 1).decode()}))
        for _ in range(2):
            self.assert_status(mails.source.ask("POST", first, Content_Type=URLENCODED), 200)
            self.assert_status(mails.source.ask("POST", second, Content_Type=MULTIPART), 200)
        forged = second.replace(b"t1t1", b"t2t2", 1)
        self.assert_status(mails.source.ask("POST", forged, Content_Type=MULTIPART), 406)
        mails.wait_counted(2)
        self.assertEqual(mails.answers("nps"), {"c0": "9", "c1": "8"})
        self.assertEqual(mails.source.rows(), "2")

    def test_sendgrid_posts_parts_or_the_mail(self):
        mails = self.given("sendgrid")

        def envelope(number):
            return json.dumps({"to": [f"a+{mails.token(number)}@in.test"], "from": "a@b.test"})
        for fields in ({"headers": "Message-ID: <s0@b.test>", "envelope": envelope(0),
                        "text": "NPS: 9"},
                       {"email": mail(["NPS: 8"], 1).decode(), "envelope": envelope(1)}):
            for _ in range(2):
                answer = mails.source.ask("POST", multipart(fields), Content_Type=MULTIPART,
                                          **basic("secret-1"))
                self.assert_status(answer, 200)
        mails.wait_counted(2)
        self.assertEqual(mails.answers("nps"), {"c0": "9", "c1": "8"})
        wait_until(lambda: mails.source.rows() == "2", 10, "not two")


if __name__ == "__main__":
    unittest.main()
