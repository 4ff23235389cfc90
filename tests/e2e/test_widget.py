"""The widget's frame and what it sends, asked for without a browser: who may, and what is stored."""
import json
import re
import unittest

from harness import JSON, ServerCase, ask

COMPANY = "C009"
ORIGINS = ["https://www.example.org", "https://help.example.org:8443"]


class Widget(ServerCase):
    def given_source(self, **more):
        """Its address; `self.wave` is its wave."""
        self.wave = self.given_wave()
        made = self.wave.connect("widget", "web", **{"company": COMPANY, "open": True, "origins": ORIGINS, **more})
        element = made["widget_html"]
        return re.fullmatch(r'<script async src="/widget\.js" data-source="([a-z2-7]{16})"></script>',
                            element).group(1)

    def frame(self, address, query="", **headers):
        return ask(self.server, "GET", f"/widget/{address}{query}", **headers)

    def hidden(self, frame):
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">',
                               frame.body.decode()))

    def send(self, body, visitor="198.51.100.1", **headers):
        headers.setdefault("Content_Type", JSON)
        return ask(self.server, "POST", "/v1/widget/responses",
                   body if isinstance(body, str) else json.dumps(body), X_Forwarded_For=visitor,
                   **headers)

    def stored(self):
        return int(self.server.sql(
            "select count(*) from inbox join source using (source_id) join wave using (wave_id) "
            f"where organisation_id = (select organisation_id from organisation where code = "
            f"'{self.wave.organisation}')"))

    def test_only_its_origins_may_show_the_frame(self):
        frame = self.frame(self.given_source())
        policy = frame.headers["Content-Security-Policy"]
        self.assertEqual(frame.status, 200)
        self.assertTrue(policy.endswith("frame-ancestors " + " ".join(ORIGINS)), policy)
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertNotIn("Set-Cookie", frame.headers)

    def test_the_frame_speaks_to_an_origin_it_knows_alone(self):
        address = self.given_source()
        known = self.frame(address, f"?origin={ORIGINS[0]}").body.decode()
        self.assertIn(f'data-parent="{ORIGINS[0]}"', known)
        self.assertNotIn("data-parent", self.frame(address, "?origin=https://evil.example").body.decode())
        self.assertNotIn("data-parent", self.frame(address).body.decode())

    def test_each_loading_of_an_open_source_is_another_contact(self):
        address = self.given_source()
        contacts = {self.hidden(self.frame(address))["contact"] for _ in range(5)}
        self.assertEqual(len(contacts), 5)

    def test_a_source_that_is_not_open_asks_for_an_invitation(self):
        address = self.given_source(open=False)
        self.assertEqual(self.frame(address).status, 404)
        self.assertEqual(self.frame(address, "?token=" + "z" * 20).status, 404)
        body = {"source": address, "contact": "a" * 20, "nonce": "n", "answers": {"nps": "9"}}
        self.assert_status(self.send(body), 422, "bad_body")
        self.assertEqual(self.stored(), 0)

    def test_a_paused_source_says_that_it_is_closed(self):
        address = self.given_source()
        self.assertEqual(ask(self.server, "PATCH", "/v1/sources/web", '{"paused": true}',
                             self.wave.key, Content_Type=JSON).status, 200)
        self.assertEqual(self.frame(address).status, 410)

    def test_an_address_that_is_no_widgets_is_unknown(self):
        self.given_source()
        self.assertEqual(self.frame("a" * 16).status, 404)
        body = {"source": "a" * 16, "contact": "a" * 20, "nonce": "n", "answers": {"nps": "9"}}
        self.assert_status(self.send(body), 404, "unknown_source")

    def test_what_the_frame_sends_is_stored_once(self):
        frame = self.hidden(self.frame(self.given_source()))
        for nonce in ("0", "0", "1"):
            answer = self.send({**frame, "nonce": f"{frame['nonce']}.{nonce}", "answers": {"nps": "9"}})
            self.assertEqual((answer.status, answer.json), (202, {"status": "taken"}))
        self.assertEqual(self.stored(), 2)

    def test_another_page_may_not_send(self):
        frame = {**self.hidden(self.frame(self.given_source())), "answers": {"nps": "9"}}
        own = f"http://127.0.0.1:{self.server.port}"
        self.assert_status(self.send(frame, Origin=ORIGINS[0]), 403, "other_origin")
        self.assert_status(self.send(frame, Origin=own, Sec_Fetch_Site="cross-site"), 403, "other_origin")
        self.assertEqual(self.stored(), 0)
        self.assertEqual(self.send(frame, Origin=own, Sec_Fetch_Site="same-origin").status, 202)

    def test_a_body_that_is_not_the_frames_is_refused(self):
        frame = self.hidden(self.frame(self.given_source()))
        good = {**frame, "answers": {"nps": "9"}}
        for change in ({"answers": {}}, {"answers": {"nps": " "}}, {"answers": 9}, {"nonce": ""},
                       {"nonce": "n" * 101}, {"contact": "short"}, {"token": "short"}):
            self.assert_status(self.send({**good, **change}), 422, "bad_body")
        self.assert_status(self.send("nps=9"), 422, "bad_body")
        self.assert_status(self.send(good, Content_Type="text/plain"), 415, "unknown_format")
        self.assertEqual(self.send({**good, "answers": {"comment": "x" * 33000}}).status, 413)
        self.assertEqual(self.stored(), 0)

    def test_an_address_may_send_sixty_answers_a_minute(self):
        frame = self.hidden(self.frame(self.given_source()))
        statuses = []
        while statuses[-1:] != [429] and len(statuses) < 300:
            body = {**frame, "nonce": str(len(statuses)), "answers": {"nps": "9"}}
            statuses.append(self.send(body, "192.0.2.77").status)
        self.assertGreaterEqual(len(statuses), 61)
        self.assertEqual((set(statuses[:-1]), statuses[-1]), ({202}, 429))
        self.assertEqual(self.send({**frame, "answers": {"nps": "9"}}, "192.0.2.78").status, 202)

    def test_who_guesses_with_invitations_of_others_is_asked_to_wait(self):
        address = self.given_source()
        other = self.given_wave(suffix="-other")
        made = other.invite({"contact_id": "K1", "company": "C001", "channel": "chat"})[0]
        statuses = []
        while statuses[-1:] != [429] and len(statuses) < 300:
            statuses.append(self.frame(address, f"?token={made['token']}",
                                       X_Forwarded_For="198.51.100.9").status)
        self.assertEqual((set(statuses[:-1]), statuses[-1]), ({404}, 429))

    def test_files_are_kept_by_their_content(self):
        style = re.search(r'href="\.\./(survey\.css\?v=\w+)"', self.frame(self.given_source()).body.decode())
        kept = ask(self.server, "GET", "/" + style.group(1))
        self.assertIn("immutable", kept.headers["Cache-Control"])
        self.assertEqual(ask(self.server, "GET", "/survey.css?v=0").headers["Cache-Control"],
                         "public, max-age=300")
        for path in ("/survey.css", "/widget.js", "/widget-frame.js"):
            first = ask(self.server, "GET", path)
            self.assertEqual(first.status, 200)
            again = ask(self.server, "GET", path, If_None_Match=first.headers["ETag"])
            self.assertEqual((again.status, again.body), (304, b""))


if __name__ == "__main__":
    unittest.main(verbosity=2)
