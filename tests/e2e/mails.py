"""A server that takes mail, invitations that are answered by it, and who speaks LMTP to it."""
import hashlib
import socket

from harness import Server, ServerCase, given_wave, small_document, wait_until
from hooks import ALPHABET, Source

DOMAIN = "cx.test"


def mail(lines, number, **headers):
    """A reply, with a Message-ID of its own."""
    named = {"From": "Ola <ola@kunde.test>", "To": "svar@cx.test", "Subject": "Re: How was it?",
             "Message-ID": f"<{number}@kunde.test>", "Content-Type": "text/plain; charset=utf-8"}
    named.update({name.replace("_", "-"): value for name, value in headers.items()})
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    return (head + "\r\n" + "\r\n".join(lines) + "\r\n").encode()


class Lmtp:
    """A mail server as far as it talks to ours."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.file = self.socket.makefile("rb")
        self.greeting = self.reply()

    def reply(self):
        """The code and the words of the last line; None at the end."""
        while True:
            line = self.file.readline()
            if not line:
                return None
            if line[3:4] != b"-":
                return line.decode().rstrip("\r\n")

    def send(self, data):
        self.socket.sendall(data)

    def say(self, command):
        self.send(command.encode() + b"\r\n")
        return self.reply()

    def deliver(self, data, *recipients, sender="ola@kunde.test"):
        """What is said of each recipient, whether asked about or after the data."""
        self.say(f"MAIL FROM:<{sender}>")
        asked = [self.say(f"RCPT TO:<{r}>") for r in recipients]
        taken = [a for a in asked if a.startswith("250")]
        if not taken:
            self.say("RSET")
            return asked
        if not self.say("DATA").startswith("354"):
            raise AssertionError("no data wanted")
        self.send(b"".join(b"." + line if line.startswith(b".") else line
                           for line in data.splitlines(keepends=True)) + b".\r\n")
        fates = iter([self.reply() for _ in taken])
        return [next(fates) if a.startswith("250") else a for a in asked]

    def close(self):
        self.file.close()
        self.socket.close()


class MailServer(Server):
    """plauditd with an LMTP port."""

    lmtp = "127.0.0.1:0"

    def start(self, *more):
        begun = len(self.logged("lmtp.listening")) if self.log.exists() else 0
        super().start("--lmtp", self.lmtp, "--mail-domain", DOMAIN, *more)
        self.mail_port = self.logged("lmtp.listening")[begun]["port"]
        return self


class MailWave:
    """A wave with a source of kind mail, and invitations of the small programme."""

    def __init__(self, server, organisation, mail_server=None):
        self.wave = given_wave(server, organisation, small_document())
        self.server = server
        self.source = KnownByMail(self.wave, (mail_server or server).mail_port)

    def token(self, number):
        """Of the invitation of that number."""
        digest = hashlib.sha256(f"{self.wave.organisation} {number}".encode()).digest()
        return "".join(ALPHABET[byte % 32] for byte in digest[:20])

    def invite(self, count, first=0):
        self.server.sql(
            "insert into invitation (organisation_id, wave_id, contact, token, record) "
            "select organisation_id, wave_id, 'c' || n, t, '{\"company\":\"A\","
            "\"channel\":\"phone\",\"shopper\":\"S' || n || '\",\"q1\":1,\"q2\":1}' from wave join programme "
            "using (programme_id) join organisation using (organisation_id), (values "
            + ",".join(f"({n}, '{self.token(n)}')" for n in range(first, first + count)) +
            f") v (n, t) where organisation.code = '{self.wave.organisation}' and "
            f"wave.code = '{self.wave.code}'")

    def address(self, number):
        return f"{self.source.address}+{self.token(number)}@{DOMAIN}"

    def answers(self, column):
        """By contact, what the board is made of."""
        rows = self.server.sql(
            f"select i.contact, a.value from answer a join invitation i using (invitation_id) "
            f"join organisation o using (organisation_id) where a.column_name = '{column}' and "
            f"o.code = '{self.wave.organisation}' order by 1")
        return dict(row.split("|") for row in rows.splitlines())

    def wait_counted(self, count, seconds=120):
        try:
            wait_until(lambda: self.wave.counted() == count, seconds,
                       f"{count} contacts are not counted")
        except AssertionError as late:
            fates = self.server.sql("select version, merged, note, count(*) from invitation "
                                    "group by 1, 2, 3 limit 20")
            raise AssertionError(f"{late}; inbox {self.notes()}, invitations {fates}") from None

    def wait_read(self, seconds=120):
        wait_until(lambda: self.server.sql("select count(*) from inbox where state = 'waiting'")
                   == "0", seconds, "the inbox is not read")

    def notes(self):
        """How many rows of the inbox ended how."""
        rows = self.source.rows("distinct state || ' ' || note || ' ' || "
                                "count(*) over (partition by state, note)")
        return sorted(rows.splitlines())


class KnownByMail(Source):
    """Its server knows it when it takes mail for it."""

    def __init__(self, wave, port):
        self.port = port
        super().__init__(wave, "mail", secrets=("unused",), channel="phone")

    def ask(self, method, *args, **kwargs):
        lmtp = Lmtp(self.port)
        try:
            lmtp.say("LHLO test")
            lmtp.say("MAIL FROM:<>")
            known = lmtp.say(f"RCPT TO:<{self.address}@{DOMAIN}>").startswith("250")
        finally:
            lmtp.close()
        return type("Known", (), {"status": 200 if known else 404})


class MailCase(ServerCase):
    """Tests that share a server with an LMTP port."""

    server_class = MailServer
