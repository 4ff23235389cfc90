"""A real Postfix brings answers while PostgreSQL is stopped and started: each is counted once.

PLAUDIT_MAILS says how many mails; the test of the label slow brings a thousand.
"""
import os
import smtplib
import unittest

from harness import ServerCase, wait_until
from mails import DOMAIN, MailServer, MailWave, mail
from postfix import Postfix, missing

MAILS = int(os.environ.get("PLAUDIT_MAILS", "120"))
UNKNOWNS = 5 # mails that go to a source, and to none
JOURNAL_BYTES = 1 << 20


@unittest.skipIf(missing(), missing())
class PostfixBrings(ServerCase):
    """The server that takes mail has nothing of PostgreSQL but the connection: the other owns it."""

    def setUp(self):
        self.second = MailServer(self.home, database=self.server.conninfo("plaudit_runtime"))
        self.second.start("--inbox-bytes", str(JOURNAL_BYTES))
        self.addCleanup(self.second.kill_if_running)
        self.mails = MailWave(self.server, self._testMethodName.removeprefix("test_")[:50],
                              self.second)
        self.postfix = Postfix(DOMAIN, f"lmtp:inet:127.0.0.1:{self.second.mail_port}")
        self.addCleanup(self.postfix.stop)

    def submit(self, mails):
        with smtplib.SMTP("127.0.0.1", self.postfix.port, timeout=60) as smtp:
            for data, recipients in mails:
                smtp.sendmail("ola@kunde.test", recipients, data)

    def delivered(self):
        self.postfix.flush()
        return self.postfix.queued() == 0

    def test_each_answer_is_counted_once_whatever_happens_between(self):
        self.mails.invite(MAILS)
        unknown = f"nosuchaddress@{DOMAIN}"
        part = MAILS // 4
        answers = [(mail([f"NPS: {n % 11}"], n), [self.mails.address(n)]) for n in range(MAILS)]
        automatic = [(mail([f"NPS: {n % 11}"], f"auto-{n}", Auto_Submitted="auto-replied"),
                      [self.mails.address(n)]) for n in range(0, MAILS, 10)]
        unknowns = [(mail(["NPS: 0"], f"unknown-{n}"), [unknown, self.mails.address(n)])
                    for n in range(UNKNOWNS)]
        self.submit(answers[:part] + automatic)
        self.server.stop()
        # Who waits now is deferred, or is in the journal; either way nothing is lost.
        self.submit(answers[part:2 * part] + unknowns)
        self.server.start()
        self.submit(answers[2 * part:3 * part] + answers[:part])  # again, with the same numbers
        self.server.stop()
        self.submit(answers[3 * part:])
        self.server.start()
        wait_until(self.delivered, 300, "mails are left in Postfix's queue")
        self.mails.wait_counted(MAILS, 300)
        self.mails.wait_read(300)
        self.assertEqual(len(self.mails.answers("nps")), MAILS)
        scores = self.mails.answers("nps")
        # The unknowns' mails gave the first ones a 0 under other Message-IDs, at about their time.
        self.assertEqual({c: v for c, v in scores.items() if int(c[1:]) >= UNKNOWNS},
                         {f"c{n}": str(n % 11) for n in range(UNKNOWNS, MAILS)})
        self.assertEqual(int(self.mails.source.rows()),
                         MAILS + len(automatic) + len(unknowns))
        self.assertEqual(self.mails.source.rows("count(*) filter (where note = 'auto_reply')"),
                         str(len(automatic)))
        self.assertEqual(self.postfix.logged(["status=bounced", "550 5.1.1"]), UNKNOWNS)
        self.assertGreaterEqual(self.postfix.logged(["status=sent", "250 2.0.0 stored"]), MAILS)
        self.server.verify()
        self.second.stop()

    def test_what_cannot_be_stored_is_deferred_and_comes_again(self):
        """The database is away, and its journal full."""
        filler = ["x" * 900] * (JOURNAL_BYTES // 3 // 900)
        self.mails.invite(6)
        self.server.stop()
        self.submit([(mail([f"NPS: {n}", *filler], n), [self.mails.address(n)]) for n in range(6)])
        wait_until(lambda: self.postfix.logged(["status=deferred", "451 4.3.0"]) > 0, 60,
                   "nothing is deferred")
        self.server.start()
        wait_until(self.delivered, 120, "mails are left in Postfix's queue")
        self.mails.wait_counted(6)
        self.assertEqual(self.mails.answers("nps"), {f"c{n}": str(n) for n in range(6)})
        self.second.stop()


    def test_postfix_may_ask_before_it_takes_a_mail(self):
        """Nobody gets a bounce for a mail that a stranger sent in their name."""
        self.mails.invite(1)
        asking = Postfix(DOMAIN, f"lmtp:inet:127.0.0.1:{self.second.mail_port}",
                         smtpd_recipient_restrictions="reject_unverified_recipient",
                         unverified_recipient_reject_code="550",
                         address_verify_poll_count="30", address_verify_poll_delay="1s")
        self.addCleanup(asking.stop)
        with smtplib.SMTP("127.0.0.1", asking.port, timeout=60) as smtp:
            with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
                smtp.sendmail("a@b.test", [f"nosuchaddress@{DOMAIN}"], mail(["NPS: 1"], "no"))
            self.assertEqual([code for code, _ in refused.exception.recipients.values()], [550])
            smtp.sendmail("a@b.test", [self.mails.address(0)], mail(["NPS: 9"], "yes"))
        self.mails.wait_counted(1)
        self.second.stop()


if __name__ == "__main__":
    unittest.main()
