"""/s/{token}: shown by GET, stored by POST, once; nothing of a stranger's text becomes a script."""
import concurrent.futures
import html.parser
import http.client
import os
import signal
import socket
import threading
import unittest
import urllib.parse

from harness import JSON, SHARED, ServerCase, ask, sample_document, wait_until

COMPANY = "C009"
FORM = "application/x-www-form-urlencoded"
UNKNOWN = "z" * 20
PAYLOADS_MOST = 50


class Page(html.parser.HTMLParser):
    """What a browser would make of a page, as far as these tests ask."""

    def __init__(self, answer):
        super().__init__()
        self.tags, self.text, self.fields = [], "", {}
        self.chosen, self.language = {}, None
        self.feed(answer.body.decode())
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "html":
            self.language = given["lang"]
        if tag == "input" and given["type"] == "hidden":
            self.fields[given["name"]] = given["value"]
        if tag == "input" and "checked" in given:
            self.chosen[given["name"]] = given["value"]

    def handle_data(self, data):
        self.text += data

    def names(self):
        return {given.get("name") for _, given in self.tags} - {None}

    def live(self):
        """What a browser would run."""
        for tag, given in self.tags:
            if tag in ("script", "iframe", "object", "embed", "svg", "img", "style", "base"):
                yield tag
            for name, value in given.items():
                if name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                    yield f"{tag} {name}"
                if ":" in (value or "") and name in ("href", "src", "action"):
                    yield f"{tag} {name}={value}"


class SurveyPage(ServerCase):
    def given_token(self):
        """An invitation to the contact c1 of a wave of its own."""
        self.wave = self.given_wave()
        return self.invited([COMPANY])[0]

    def invited(self, companies):
        """Tokens of the contacts c1, c2 … of these companies."""
        invited = self.wave.invite(*(
            {"contact_id": f"c{number}", "company": company, "channel": "chat", "expires_in_days": 3}
            for number, company in enumerate(companies, 1)))
        for made in invited:
            self.assertTrue(made["links"]["survey"].endswith("/s/" + made["token"]))
        return [made["token"] for made in invited]

    def get(self, token, query="", **headers):
        return ask(self.server, "GET", f"/s/{token}{query}", **headers)

    def post(self, token, fields, **headers):
        headers.setdefault("Content_Type", FORM)
        return ask(self.server, "POST", f"/s/{token}", urllib.parse.urlencode(fields), **headers)

    def stored(self, token):
        return int(self.server.sql(f"select count(*) from inbox where query = 'inv={token}'"))

    def test_a_link_shows_the_survey_with_its_score_marked_and_stores_nothing(self):
        token = self.given_token()
        for _ in range(3):
            answer = self.get(token, "?nps=9&csat=5&ces=99&comment=hei&lang=nb")
            self.assertEqual(answer.status, 200)
        page = Page(answer)
        self.assertEqual(page.chosen, {"nps": "9", "csat": "5"})
        self.assertEqual(page.language, "nb")
        self.assertIn("Sparebanken Ålesund og Ærøy", page.text)
        self.assertEqual(page.names() - {"viewport", "color-scheme", "robots"},
                         {"nonce", "lang", "csat", "ces", "nps", "comment"})
        self.assertEqual(ask(self.server, "HEAD", f"/s/{token}?nps=9").status, 200)
        self.assertEqual(self.stored(token), 0)

    def test_the_language_is_the_links_then_the_browsers(self):
        token = self.given_token()
        for query, accepted, wanted in (("?lang=ko", "vi", "ko"), ("", "vi-VN, en;q=0.5", "vi"),
                                        ("?lang=de", "nn", "nb"), ("", "fr", "en")):
            page = Page(self.get(token, query, Accept_Language=accepted))
            self.assertEqual(page.language, wanted, (query, accepted))

    def test_the_form_is_stored_and_thanked_for(self):
        token = self.given_token()
        page = Page(self.get(token, "?lang=vi"))
        answer = self.post(token, {**page.fields, "nps": "9", "comment": "Rask hjelp"})
        self.assertEqual(answer.status, 200)
        self.assertIn("Xin cảm ơn Quý khách!", Page(answer).text)
        self.assertEqual(self.stored(token), 1)
        self.assertEqual(self.server.sql(
            f"select source_id, headers from inbox where query = 'inv={token}'").strip(),
            "0|plaudit-kind: page")

    def test_pressed_twice_is_stored_once_and_other_answers_are_stored_too(self):
        token = self.given_token()
        fields = Page(self.get(token)).fields
        for _ in range(2):
            self.assertEqual(self.post(token, {**fields, "nps": "9"}).status, 200)
        self.assertEqual(self.stored(token), 1)
        self.assertEqual(self.post(token, {**fields, "nps": "3"}).status, 200)
        self.assertEqual(self.stored(token), 2)
        again = Page(self.get(token)).fields
        self.assertNotEqual(again["nonce"], fields["nonce"])
        self.assertEqual(self.post(token, {**again, "nps": "9"}).status, 200)
        self.assertEqual(self.stored(token), 3)

    def test_a_form_without_an_answer_is_asked_for_again(self):
        token = self.given_token()
        fields = Page(self.get(token, "?lang=nb")).fields
        answer = self.post(token, {**fields, "comment": "  "})
        self.assertEqual(answer.status, 422)
        self.assertIn("Svar på minst ett av spørsmålene.", Page(answer).text)
        self.assertEqual(self.stored(token), 0)

    def test_an_expired_invitation_and_one_that_never_was_look_the_same(self):
        token = self.given_token()
        ended = self.wave.ask("PATCH", "/invitations/c1", '{"expires_at": "2020-01-01T00:00:00Z"}',
                              Content_Type=JSON)
        self.assertEqual(ended.status, 200, ended)
        expired, unknown = self.get(token), self.get(UNKNOWN)
        self.assertEqual((expired.status, unknown.status), (410, 404))
        self.assertEqual(expired.body, unknown.body)
        self.assertEqual(self.get("no-token").body, unknown.body)
        self.assertEqual(self.post(token, {"nps": "9"}).status, 410)
        self.assertEqual(self.post(UNKNOWN, {"nps": "9"}).status, 404)
        self.assertEqual(self.stored(token) + self.stored(UNKNOWN), 0)

    def test_a_token_is_read_in_either_case(self):
        token = self.given_token()
        self.assertEqual(self.get(token.upper()).status, 200)

    def test_who_guesses_is_asked_to_wait_and_nobody_else(self):
        token = self.given_token()
        guesser = {"X_Forwarded_For": "192.0.2.7"}
        statuses = []
        while statuses[-1:] != [429] and len(statuses) < 300:
            statuses.append(self.get(UNKNOWN, **guesser).status)
        self.assertGreaterEqual(len(statuses), 61)
        self.assertEqual((set(statuses[:-1]), statuses[-1]), ({404}, 429))
        self.assertEqual(self.get(token, **guesser).status, 429)
        self.assertEqual(self.get(token, X_Forwarded_For="192.0.2.7, 198.51.100.1").status, 200)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.putrequest("GET", f"/s/{token}")
        for said in ("198.51.100.1", "192.0.2.7"): # a proxy that adds a field of its own
            connection.putheader("X-Forwarded-For", said)
        connection.endheaders()
        self.assertEqual(connection.getresponse().status, 429)
        connection.close()

    def test_the_page_is_nobodys_to_frame_keep_or_script(self):
        token = self.given_token()
        for answer in (self.get(token), self.get(UNKNOWN), self.post(token, {"nps": "9"}),
                       self.post(token, {})):
            headers = answer.headers
            policy = dict(part.split(" ", 1) for part in
                          headers["Content-Security-Policy"].split("; "))
            self.assertEqual(policy["default-src"], "'none'")
            self.assertEqual(policy["frame-ancestors"], "'none'")
            self.assertEqual(policy["base-uri"], "'none'")
            self.assertEqual(policy["form-action"], "'self'")
            self.assertNotIn("script-src", policy)
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertIn("noindex", headers["X-Robots-Tag"])
            self.assertNotIn("Set-Cookie", headers)

    def test_a_form_of_another_site_is_refused(self):
        token = self.given_token()
        own = f"http://127.0.0.1:{self.server.port}"
        for headers, status in (({"Sec_Fetch_Site": "cross-site"}, 403),
                                ({"Sec_Fetch_Site": "same-site"}, 403),
                                ({"Origin": "https://evil.example"}, 403),
                                ({"Sec_Fetch_Site": "same-origin", "Origin": "null"}, 200),
                                ({"Origin": own}, 200)):
            self.assertEqual(self.post(token, {"nps": "9"}, **headers).status, status, headers)
        self.assertEqual(self.stored(token), 1)

    def test_what_is_no_form_or_too_large_is_refused(self):
        token = self.given_token()
        self.assertEqual(self.post(token, {"nps": "9"}, Content_Type="text/plain").status, 415)
        self.assertEqual(ask(self.server, "POST", f"/s/{token}", "nps=%zz",
                             Content_Type=FORM).status, 400)
        self.assertEqual(self.post(token, {"comment": "x" * 33000}).status, 413)
        self.assertEqual(self.stored(token), 0)

    def test_who_leaves_before_the_thanks_has_answered_all_the_same(self):
        token = self.given_token()
        form = b"nonce=n&nps=9"
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=60) as connection:
            connection.sendall(b"POST /s/%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n"
                               b"Content-Length: %d\r\n\r\n%s"
                               % (token.encode(), FORM.encode(), len(form), form))
        wait_until(lambda: self.stored(token) == 1, 60, "not stored")

    def test_while_the_database_is_silent_a_form_is_taken_and_counts_later(self):
        token = self.given_token()
        fields = Page(self.get(token)).fields
        silent = [self.server.postmaster(), *self.server.backends()]
        for pid in silent:
            os.kill(pid, signal.SIGSTOP)
        try:
            shown = self.get(token, "?lang=en")
            taken = self.post(token, {**fields, "nps": "9"})
        finally:
            for pid in silent:
                os.kill(pid, signal.SIGCONT)
        self.assertEqual((shown.status, taken.status), (503, 200), taken)
        self.assertIn("Please try again in a moment.", Page(shown).text)
        wait_until(lambda: self.stored(token) == 1, 120, "not stored")

    def test_while_the_database_is_silent_nobody_fills_the_journal_with_tokens_made_up(self):
        seen = threading.Event()

        def send(number):
            if seen.is_set():
                return None
            token = f"{number:020o}".translate(str.maketrans("01234567", "abcdefgh"))
            answer = self.post(token, {"nps": "9", "comment": "mine"},
                               X_Forwarded_For=f"2001:db8:7:7::{number:x}")
            if answer.status == 429:
                seen.set()
            return answer

        self.given_wave()
        silent = [self.server.postmaster(), *self.server.backends()]
        for pid in silent:
            os.kill(pid, signal.SIGSTOP)
        try:
            with concurrent.futures.ThreadPoolExecutor(64) as pool:
                answers = list(filter(None, pool.map(send, range(400))))
        finally:
            for pid in silent:
                os.kill(pid, signal.SIGCONT)
        self.assertEqual({answer.status for answer in answers}, {200, 429})
        refused = next(answer for answer in answers if answer.status == 429)
        self.assertEqual(Page(refused).fields, {"nps": "9", "comment": "mine"})

    def test_a_token_may_send_sixty_forms_a_minute_and_loses_none(self):
        token = self.given_token()
        answers = []
        while (not answers or answers[-1].status != 429) and len(answers) < 300:
            answers.append(self.post(token, {"nps": "9", "comment": str(len(answers))}))
        self.assertEqual(answers[-1].status, 429)
        kept = Page(answers[-1]).fields
        self.assertEqual(kept, {"nps": "9", "comment": str(len(answers) - 1)})
        self.assertEqual(self.stored(token), len(answers) - 1)

    def payloads(self):
        place = SHARED / "badinput" / "strings" / "xss-payload-list.txt"
        if not place.exists():
            self.skipTest("skipped: ../shared is not here")
        lines = place.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[::max(1, len(lines) // PAYLOADS_MOST)]

    def test_no_known_attack_is_live_in_any_page(self):
        payloads = self.payloads()
        token = self.given_token()
        for number, payload in enumerate(payloads):
            visitor = {"X_Forwarded_For": f"203.0.113.{number % 250}"}
            quoted = urllib.parse.quote(payload, safe="")
            for answer in (self.post(token, {"nonce": payload, "lang": payload, payload: payload,
                                             "comment": payload}),
                           self.get(token, f"?lang={quoted}&nps={quoted}&{quoted}={quoted}"),
                           self.get(quoted, **visitor)):
                if answer.headers.get_content_type() == "text/html":
                    self.assertEqual(list(Page(answer).live()), [], payload)

    def test_no_known_attack_is_live_as_a_companys_name(self):
        document, payloads = sample_document(), self.payloads()
        for company, payload in zip(document["companies"], payloads):
            company["name"] = {"en": payload[:200] or "x"}
        self.wave = self.given_wave(document)
        codes = [company["code"] for company in document["companies"]][:len(payloads)]
        for code, token in zip(codes, self.invited(codes)):
            answer = self.get(token)
            self.assertEqual(answer.status, 200)
            self.assertEqual(list(Page(answer).live()), [], code)


if __name__ == "__main__":
    unittest.main(verbosity=2)
