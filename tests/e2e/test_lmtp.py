"""Mail by LMTP: what is said of each recipient, and what of it is counted."""
import email.utils
import pathlib
import shutil
import socket
import subprocess
import time
import unittest

from harness import SHARED, wait_until
from hooks import Source
from mails import DOMAIN, Lmtp, MailCase, MailServer, MailWave, mail

BOUNCES = SHARED / "badinput" / "mail" / "bounces"


class Mail(MailCase):
    def setUp(self):
        self.mails = MailWave(self.server, self._testMethodName.removeprefix("test_")[:50])
        self.lmtp = Lmtp(self.server.mail_port)
        self.assertTrue(self.lmtp.say("LHLO mta.test").startswith("250"))

    def tearDown(self):
        self.lmtp.close()

    def test_an_answer_is_on_the_board(self):
        self.mails.invite(1)
        said = self.lmtp.deliver(mail(["NPS: 9", "csat=4", "Takk!", "> NPS: 0"], 1),
                                 self.mails.address(0))
        self.assertEqual(said, ["250 2.0.0 stored"])
        self.mails.wait_counted(1)
        self.assertEqual([self.mails.answers(c) for c in ("nps", "csat", "comment")],
                         [{"c0": "9"}, {"c0": "4"}, {"c0": "Takk!"}])

    def test_each_recipient_gets_its_own_reply(self):
        self.mails.invite(2)
        source = self.mails.source.address
        said = self.lmtp.deliver(
            mail(["NPS: 9"], 1), self.mails.address(0), f"nosuchaddress+{self.mails.token(0)}@{DOMAIN}",
            f"{source}+{self.mails.token(1)}@else.test", f"{source.upper()}+{self.mails.token(1).upper()}@CX.Test",
            f"@{DOMAIN}", sender="")
        self.assertEqual([s[:9] for s in said],
                         ["250 2.0.0", "550 5.1.1", "550 5.1.2", "250 2.0.0", "550 5.1.1"])
        self.mails.wait_read()
        # From nobody: it was stored for both, and counts for none.
        self.assertEqual(self.mails.notes(), ["ignored bounce 2"])

    def test_a_source_of_another_kind_takes_no_mail(self):
        other = Source(self.mails.wave, "messenger", code="other")
        said = self.lmtp.deliver(mail(["NPS: 9"], 1), f"{other.address}+{self.mails.token(0)}@{DOMAIN}")
        self.assertEqual(said, ["550 5.1.1 no such survey address"])

    def test_a_mail_that_comes_again_is_one(self):
        self.mails.invite(2)
        for _ in range(3):
            said = self.lmtp.deliver(mail(["NPS: 9"], 1), self.mails.address(0),
                                     self.mails.address(1))
            self.assertEqual(said, ["250 2.0.0 stored"] * 2)
            said = self.lmtp.deliver(mail(["NPS: 9"], 2, Message_ID=""), self.mails.address(0))
            self.assertEqual(said, ["250 2.0.0 stored"])
        self.assertEqual(self.mails.source.rows(), "3")
        self.mails.wait_counted(2)

    def test_a_later_answer_takes_the_place_of_an_earlier_one(self):
        self.mails.invite(1)
        now = time.time()
        for number, (score, ago) in enumerate([(3, 60), (9, 10), (5, 3600)]):
            date = email.utils.formatdate(now - ago)
            self.lmtp.deliver(mail([f"NPS: {score}"], number, Date=date), self.mails.address(0))
        self.mails.wait_read()
        self.assertEqual(self.mails.answers("nps"), {"c0": "9"})

    def test_a_reply_without_the_token_in_its_address_answers_the_mail_it_replies_to(self):
        self.mails.invite(1)
        said = self.lmtp.deliver(mail(["NPS: 9"], 1, In_Reply_To=f"<{self.mails.token(0)}@{DOMAIN}>"),
                                 f"{self.mails.source.address}@{DOMAIN}")
        self.assertEqual(said, ["250 2.0.0 stored"])
        self.mails.wait_counted(1)

    def test_what_says_nothing_that_counts_is_noted(self):
        self.mails.invite(1)
        for number, (lines, headers) in enumerate([
                (["NPS: 9"], {"Auto_Submitted": "auto-replied"}),
                (["NPS: 9"], {"List_Id": "<a.b.test>"}),
                (["only words"], {})]):
            self.lmtp.deliver(mail(lines, number, **headers), self.mails.address(0))
        self.lmtp.deliver(mail(["NPS: 9"], 9), f"{self.mails.source.address}+{self.mails.token(99)}@{DOMAIN}")
        self.mails.wait_read()
        self.assertEqual(self.mails.answers("nps"), {})
        notes = self.mails.notes()
        for note in ("ignored auto_reply 1", "ignored list 1", "ignored no_rating 1"):
            self.assertIn(note, notes)
        self.assertEqual(len(notes), 4, notes)

    def test_a_mail_cut_anywhere_counts_only_when_it_was_stored(self):
        small = [mail(["NPS: 9"], i, From="", To="", Subject="", Content_Type="")
                 for i in range(3)]
        self.mails.invite(3)
        for number, data in enumerate(small):
            talk = (f"LHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<{self.mails.address(number)}>\r\n"
                    "DATA\r\n").encode() + data + b".\r\n"
            for end in range(len(talk)):
                cut = socket.create_connection(("127.0.0.1", self.server.mail_port), timeout=60)
                cut.sendall(talk[:end])
                cut.close()
        wait_until(lambda: len(self.server.logged("lmtp.session")) >=
                   sum(len(d) for d in small), 60, "they are not closed")
        self.assertEqual(self.mails.source.rows(), "0")
        for number, data in enumerate(small):
            self.assertEqual(self.lmtp.deliver(data, self.mails.address(number)),
                             ["250 2.0.0 stored"])
        self.mails.wait_counted(3)

    def test_commands_and_messages_may_be_pipelined(self):
        self.mails.invite(3)
        one = "MAIL FROM:<a@b.test>\r\nRCPT TO:<%s>\r\nDATA\r\n%s.\r\n"
        self.lmtp.send("".join(one % (self.mails.address(n), mail(["NPS: 9"], n).decode())
                               for n in range(3)).encode() + b"QUIT\r\n")
        said = []
        while (line := self.lmtp.reply()) is not None:
            said.append(line[:3])
        self.assertEqual(said, ["250", "250", "354", "250"] * 3 + ["221"])
        self.mails.wait_counted(3)

    def test_a_smuggled_mail_is_none(self):
        self.mails.invite(1)
        self.lmtp.say("MAIL FROM:<a@b.test>")
        self.lmtp.say(f"RCPT TO:<{self.mails.address(0)}>")
        self.lmtp.say("DATA")
        inner = f"MAIL FROM:<evil@b.test>\r\nRCPT TO:<{self.mails.address(0)}>\r\nDATA\r\nNPS: 0\r\n"
        self.lmtp.send(b"x\n.\r\n" + inner.encode() + b".\r\n")
        self.assertEqual(self.lmtp.reply(), "554 5.6.0 a CR or LF stands alone, or a NUL")
        self.assertEqual(self.lmtp.say("NOOP"), "250 2.0.0 nothing done")
        self.assertEqual(self.mails.source.rows(), "0")

    def test_a_mail_too_large_is_refused_before_and_after(self):
        self.assertEqual(self.lmtp.say("MAIL FROM:<a@b.test> SIZE=10485761"),
                         "552 5.3.4 larger than 10485760 bytes")
        said = self.lmtp.deliver(b"x" * 60 + b"\r\n" + (b"y" * 1000 + b"\r\n") * 10500,
                                 self.mails.address(0), self.mails.address(1))
        self.assertEqual([s[:9] for s in said], ["552 5.3.4"] * 2)
        said = self.lmtp.deliver((b"y" * 1000 + b"\r\n") * 10000, self.mails.address(0))
        self.assertEqual(said, ["250 2.0.0 stored"])

    def test_more_mails_at_once_than_there_is_room_for_wait(self):
        """Without SIZE each takes 10 MiB of 64."""
        self.mails.invite(12)
        talks = [Lmtp(self.server.mail_port) for _ in range(12)]
        for number, talk in enumerate(talks):
            talk.say("LHLO x")
            talk.say("MAIL FROM:<a@b.test>")
            talk.say(f"RCPT TO:<{self.mails.address(number)}>")
            talk.send(b"DATA\r\n")
        for number, talk in enumerate(talks):  # in order: who came first has room first
            self.assertTrue(talk.reply().startswith("354"))
            talk.send(mail(["NPS: 9"], number) + b".\r\n")
            self.assertEqual(talk.reply(), "250 2.0.0 stored")
            talk.close()
        self.mails.wait_counted(12)

    def test_what_was_said_arrives_before_the_end(self):
        self.lmtp.send(b"NOOP\nNOOP\n" * 5000)
        self.assertEqual(self.lmtp.reply(), "500 5.5.2 a line ends in CR LF")
        self.assertEqual(self.lmtp.reply(), "421 4.7.0 bye")
        self.assertIsNone(self.lmtp.reply())

    @unittest.skipUnless(shutil.which("swaks"), "swaks is not installed")
    def test_swaks_delivers(self):
        self.mails.invite(1)
        done = subprocess.run(
            ["swaks", "--protocol", "LMTP", "--server", "127.0.0.1", "--port",
             str(self.server.mail_port), "--from", "a@b.test", "--to", self.mails.address(0),
             "--body", "NPS: 10", "--header", "Message-ID: <swaks@b.test>"],
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.mails.wait_counted(1)
        self.assertEqual(self.mails.answers("nps"), {"c0": "10"})

    @unittest.skipUnless(BOUNCES.is_dir(), "../shared/badinput/mail is absent")
    def test_no_bounce_of_the_corpus_counts(self):
        self.mails.invite(1)
        sent = sorted(BOUNCES.iterdir())
        for number, path in enumerate(sent):
            lines = path.read_bytes().replace(b"\r", b"").replace(b"\0", b"").split(b"\n")
            said = self.lmtp.deliver(b"X-Number: %d\r\n" % number + b"\r\n".join(lines) + b"\r\n",
                                     self.mails.address(0))
            self.assertEqual(said, ["250 2.0.0 stored"], path)
        self.mails.wait_read()
        self.assertGreater(int(self.mails.source.rows()), 90)
        self.assertEqual(self.mails.source.rows("count(*) filter (where state = 'heard')"), "0")
        self.assertEqual(self.mails.wave.counted(), 0)

    def test_a_socket_file_is_listened_at_and_taken_away(self):
        path = pathlib.Path(self.home) / "lmtp.sock"
        left = socket.socket(socket.AF_UNIX)
        left.bind(str(path))
        left.close()  # as a server that was killed leaves it
        server = MailServer(self.home, database=self.server.conninfo("plaudit_runtime"))
        server.lmtp = f"unix:{path}"
        server.start()
        talk = socket.socket(socket.AF_UNIX)
        talk.settimeout(60)
        talk.connect(str(path))
        self.assertEqual(talk.recv(100), b"220 cx.test LMTP plauditd\r\n")
        server.stop()
        self.assertEqual(talk.recv(100), b"421 4.3.2 stopping\r\n")
        talk.close()
        self.assertFalse(path.exists())


if __name__ == "__main__":
    unittest.main()
