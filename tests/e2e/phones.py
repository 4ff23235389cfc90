"""Who brings calls: an Asterisk and a Twilio, each by its documented protocol and no more."""
import base64
import hashlib
import hmac
import http.client
import re
import socket
import urllib.parse
import xml.parsers.expat

from harness import Answer, ServerCase, small_document, wait_until

PUBLIC = "https://cx.example.org"
SECRET = "auth-token"
QUESTIONS = {"questions": ["nps", "csat", "comment"], "language": "nb"}


def connect(wave, kind, code="calls", **keys):
    """What the API says of a new source of calls."""
    return wave.connect(kind, code, channel="phone", **keys)


class Asterisk:
    """One call that executes AGI(agi://…/script)."""

    def __init__(self, port, script, uniqueid="1795316582.1", language="en", extension="100"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\n")
        self.variables, self.played, self.verbose = {}, [], []
        variables = {"network": "yes", "network_script": script,
                     "request": f"agi://127.0.0.1:{port}/{script}",
                     "channel": "Local/100@survey-00000000;2", "language": language,
                     "type": "Local", "uniqueid": uniqueid, "version": "22.10.1",
                     "callerid": "unknown", "calleridname": "unknown", "dnid": "unknown",
                     "rdnis": "unknown", "context": "survey", "extension": extension,
                     "priority": "2", "enhanced": "0.0", "accountcode": ""}
        for name, value in variables.items():
            self.say(f"agi_{name}: {value}")
        self.say("")

    def say(self, line):
        self.socket.sendall(line.encode() + b"\n")

    def command(self):
        """The words of the next command; [] where the session has ended."""
        line = self.lines.readline()
        return [re.sub(r"\\(.)", r"\1", quoted) or plain for quoted, plain in
                re.findall(r'"((?:[^"\\]|\\.)*)"|([^" \n]+)', line)]

    def answer(self, words, keys):
        """Replies to one command; `keys` are what the caller presses, None: nothing."""
        if words[:2] == ["GET", "DATA"]:
            self.played.append((words[2], int(words[3]), int(words[4])))
            timed_out = " (timeout)" if keys is None or len(keys) < int(words[4]) else ""
            pressed = (keys or "").removesuffix("#")
            self.say(f"200 result={pressed}{'' if (keys or '').endswith('#') else timed_out}")
        elif words[:2] == ["STREAM", "FILE"]:
            self.played.append((words[2],))
            self.say("200 result=0 endpos=3520")
        elif words[:2] == ["SET", "VARIABLE"]:
            self.variables[words[2]] = words[3]
            self.say("200 result=1")
        elif words[:1] == ["VERBOSE"]:
            self.verbose.append(words[1])
            self.say("200 result=1")
        else:
            raise AssertionError(f"no command of FastAGI: {words}")

    def press(self, keys):
        words = self.command()
        if words[:2] != ["GET", "DATA"]:
            raise AssertionError(f"no question, but {words}")
        self.answer(words, keys)

    def hang_up(self):
        """As Asterisk 22 tells it: -1, and HANGUP before the next reply."""
        if self.command()[:2] != ["GET", "DATA"]:
            raise AssertionError("no question")
        self.say("200 result=-1")
        words = self.command()
        self.say("HANGUP")
        self.answer(words, None)

    def to_the_end(self):
        while words := self.command():
            self.answer(words, None)
        self.close()
        return self.variables.get("PLAUDIT_STATUS")

    def close(self):
        self.lines.close()
        self.socket.close()


def parse_twiml(body):
    """[(verb, attributes, text)] in the order of their ends; strictly XML."""
    verbs, open_verbs = [], []
    parser = xml.parsers.expat.ParserCreate("UTF-8")
    parser.StartElementHandler = lambda name, attrs: open_verbs.append([name, attrs, ""])

    def text(data):
        open_verbs[-1][2] += data

    parser.CharacterDataHandler = text
    parser.EndElementHandler = lambda name: verbs.append(tuple(open_verbs.pop()))
    parser.Parse(body, True)
    if verbs[-1][0] != "Response":
        raise AssertionError(f"no TwiML: {body!r}")
    return verbs[:-1]


class Twilio:
    """One call to a number whose webhook is `url`, at the server that is behind its host."""

    def __init__(self, server, url, secret, sid="CA1", **fields):
        self.server, self.url, self.secret = server, url, secret
        self.fields = {"CallSid": sid, "AccountSid": "AC0", "From": "+4722225555",
                       "To": "+4781500000", "Direction": "inbound", "ApiVersion": "2010-04-01",
                       "CallStatus": "in-progress", **fields}
        self.next, self.fallback, self.said, self.over = url, None, [], False

    def signature(self, url, fields):
        signed = url + "".join(name + fields[name] for name in sorted(fields))
        return base64.b64encode(hmac.new(self.secret.encode(), signed.encode(),
                                         hashlib.sha1).digest()).decode()

    def post(self, url, **more):
        """Posts and returns the plain answer, without following it."""
        fields = {**self.fields, **more}
        parts = urllib.parse.urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.request("POST", target, urllib.parse.urlencode(fields), {
                "Host": parts.netloc, "Content-Type": "application/x-www-form-urlencoded",
                "X-Twilio-Signature": self.signature(url, fields)})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def step(self, keys=None, redirect=False, **more):
        """One post and what it is answered; `keys` go to the <Gather> of the last answer. Without
        keys its action is posted to as actionOnEmptyResult wants, or <Redirect> is followed."""
        if keys is not None or not redirect:
            more["Digits"] = keys or ""
        if self.next == self.url:
            del more["Digits"]
        answer = self.post(self.fallback if redirect and self.fallback else self.next, **more)
        if answer.status != 200:
            return answer
        if not answer.headers["Content-Type"].startswith("text/xml"):
            raise AssertionError(f"no XML: {answer}")
        self.said, self.gather = [], None
        for verb, attributes, text in parse_twiml(answer.body):
            if verb == "Say":
                self.said.append((attributes["language"], text))
            elif verb == "Gather":
                self.gather, self.next = attributes, attributes["action"]
            elif verb == "Redirect":
                self.fallback = text
            elif verb == "Hangup":
                self.over = True
            else:
                raise AssertionError(f"no verb of ours: {verb}")
        return answer


class PhoneCase(ServerCase):
    arguments = ("--agi", "127.0.0.1:0", "--public-url", PUBLIC)

    def setUp(self):
        self.wave = self.given_wave(small_document())
        self.agi_port = self.server.logged("agi.listening")[-1]["port"]

    def given_exchange(self, **keys):
        source = connect(self.wave, "agi", **{"open": True, "company": "A", "form": QUESTIONS,
                                              **keys})
        return source["agi_path"].removeprefix("/")

    def given_number(self, **keys):
        source = connect(self.wave, "twilio", secrets={"signing": [SECRET]},
                         **{"open": True, "company": "A", "form": QUESTIONS, **keys})
        self.assertTrue(source["hook_url"].startswith(PUBLIC + "/v1/hooks/"), source)
        return source["hook_url"]

    def call(self, script, **keys):
        return Asterisk(self.agi_port, script, **keys)

    def answers(self):
        """(contact, column, value) of everything that was heard."""
        return self.server.sql(
            "select string_agg(contact || ' ' || column_name || ' ' || value, ', ' order by contact, "
            "column_name) from answer join invitation using (invitation_id) join organisation o "
            f"using (organisation_id) where o.code = '{self.wave.organisation}'")

    def inbox(self):
        return self.server.sql(
            "select coalesce(string_agg(dedupe_key || ' ' || state, ', ' order by inbox_id), '') "
            "from inbox join source using (source_id) join organisation o using (organisation_id) "
            f"where o.code = '{self.wave.organisation}'")

    def heard(self, rows):
        """Until nothing waits any more, and there are so many rows."""
        def quiet():
            states = self.inbox()
            return states.count(",") + 1 >= rows and "waiting" not in states and states
        return wait_until(quiet, 60, f"not heard: {self.inbox()}")

    def on_board(self, metric, answers, company="A"):
        def figure():
            rows = self.wave.get(f"/standings?sector=S&metric={metric}").json["standings"]
            return [r[metric] for r in rows if r["company"]["code"] == company and
                    (r[metric] or {}).get("n") == answers]
        return wait_until(figure, 60, f"no board of {answers} {metric}")[0]

    def given_call(self, url, **fields):
        return Twilio(self.server, url, SECRET, **fields)
