"""Connecting channels: documents with all their faults, secrets that go in and never out."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from harness import JSON, SAMPLE, SOURCE, ServerCase, ask, ask_json, given_wave, program, small_document, wait_until

SECRETS = ("topsecret-one", "topsecret-two", "topsecret-three", "topsecret-ask")


class Firm:
    """An organisation with a wave, and what it says about its sources."""

    def __init__(self, server, organisation):
        self.server = server
        self.organisation = organisation
        self.wave = given_wave(server, organisation, small_document())
        self.key = self.wave.key

    def ask(self, method, path="", body=None, key=None, **headers):
        return ask_json(self.server, method, "/v1/sources" + path, body, key or self.key, **headers)

    def document(self, code="chat", **more):
        return {"source": code, "kind": "chatwoot", "programme": "small", "wave": "w1",
                "channel": "chat", "company": "A", **more}

    def connect(self, code="chat", **more):
        answer = self.ask("POST", "", self.document(code, **more))
        if answer.status != 201:
            raise AssertionError(answer)
        return answer

    def audit(self):
        return self.server.sql(
            "select event from audit join organisation o using (organisation_id) "
            f"where o.code = '{self.organisation}' and event like 'source.%' order by audit_id").split()


class Sources(ServerCase):
    def firm(self, name):
        return Firm(self.server, name)

    def assert_status(self, answer, status, code=None):
        self.assertEqual(answer.status, status, answer)
        if code:
            self.assertEqual(answer.json["code"], code, answer)
        return answer

    def faults(self, answer):
        self.assert_status(answer, 422, "source_faults")
        return {(fault["pointer"], fault["code"]) for fault in answer.json["errors"]}

    def test_a_connected_source_has_an_address_and_is_in_force(self):
        firm = self.firm("connect")
        made = firm.connect(secrets={"signing": [SECRETS[0]]})
        source = made.json
        self.assertRegex(source["hook_url"], "^/v1/hooks/[a-z2-7]{16}$")
        self.assertEqual(source["document"], firm.document())
        self.assertEqual([(s["name"], s["number"]) for s in source["secrets"]], [("signing", 1)])
        self.assertEqual(source["health"]["taken"], 0)
        self.assertEqual(made.headers["ETag"], '"1"')
        self.assertEqual(firm.ask("GET", "/chat").json, source)
        self.assertEqual(firm.ask("GET").json, {"data": [source], "next_cursor": None})

    def test_a_check_says_that_the_server_takes_no_calls_and_no_mail(self):
        firm = self.firm("lines")
        for kind, setting in (("agi", "agi"), ("mail", "lmtp")):
            document = {k: v for k, v in firm.document(kind, kind=kind).items() if k != "company"}
            self.assert_status(firm.ask("POST", "", document), 201)
            found = {c["check"]: c for c in firm.ask("POST", f"/{kind}/check").json["checks"]}
            self.assertEqual((found["address"]["ok"], found["address"]["words"]),
                             (False, f"{setting} is not set at the server that was asked"))

    def test_all_faults_are_told_at_once(self):
        firm = self.firm("faults")
        answer = firm.ask("POST", "", {
            "source": "no code", "kind": "messenger", "programme": "small", "wave": "w9",
            "channel": "fax", "company": "C", "base_url": "https://a.example",
            "questions": {"csat": "q9"}, "secrets": {"signing": ["a", "b", "c"], "more": 1}})
        self.assertEqual(self.faults(answer), {
            ("/source", "not_a_code"), ("/wave", "unknown_wave"), ("/channel", "unknown_channel"),
            ("/base_url", "unknown_key"), ("/secrets/more", "unknown_key"),
            ("/secrets/signing", "too_many")})
        answer = firm.ask("POST", "", {**firm.document(), "company": "C",
                                       "questions": {"csat": "nps", "x": "q9"}})
        self.assertEqual(self.faults(answer), {
            ("/company", "unknown_company"), ("/questions/x", "unknown_column")})
        answer = firm.ask("POST", "", {**firm.document(), "questions": {"csat": "nps"}})
        self.assertEqual(self.faults(answer), {("/questions/csat", "other_scale")})
        answer = firm.ask("POST", "", {**firm.document(), "kind": "zendesk", "programme": "none"})
        self.assertEqual(self.faults(answer), {
            ("/programme", "unknown_programme"), ("/secrets/signing", "missing")})
        self.assertEqual(firm.ask("GET").json["data"], [])

    def test_a_code_is_used_once(self):
        firm = self.firm("once")
        firm.connect()
        self.assert_status(firm.ask("POST", "", firm.document()), 409, "source_exists")

    def test_the_same_request_sent_again_gets_the_same_answer(self):
        firm = self.firm("again")
        first = firm.ask("POST", "", firm.document(), Idempotency_Key="k1")
        second = firm.ask("POST", "", firm.document(), Idempotency_Key="k1")
        self.assert_status(second, 201)
        self.assertEqual((second.headers["Idempotency-Replayed"], second.json), ("true", first.json))

    def test_a_secret_goes_in_and_never_out(self):
        firm = self.firm("secret")
        told = [firm.connect(secrets={"signing": [SECRETS[0]], "access_token": SECRETS[3]}),
                firm.ask("POST", "/chat/secrets", {"name": "signing", "secret": SECRETS[1]},
                         Idempotency_Key="s1"),
                firm.ask("POST", "/chat/secrets", {"name": "signing", "secret": SECRETS[2]}),
                firm.ask("POST", "/chat/secrets", {"name": "signing", "secret": SECRETS[2] + "\n"}),
                firm.ask("POST", "", firm.document("other", secrets={"signing": [SECRETS[0], 7]})),
                firm.ask("PUT", "/chat", firm.document(secrets={"access_token": [SECRETS[3]]})),
                firm.ask("GET", "/chat"), firm.ask("GET")]
        self.assertEqual([answer.status for answer in told], [201, 201, 409, 422, 422, 422, 200, 200])
        for answer in told:
            self.assertNotIn("topsecret", str(answer.body))
        self.assertEqual(self.server.sql(
            "select count(*) from secret.source_secret join source using (source_id) "
            "join organisation o using (organisation_id) where o.code = 'secret'"), "3")
        # Kept nowhere else: not in the document, the audit, the answers kept under a key, the log.
        kept = self.server.sql(
            "select convert_from(document, 'UTF8') from source union all select detail::text from audit "
            "union all select k::text from idempotency_key k union all select encode(body, 'escape') "
            "from idempotency_key")
        self.assertNotIn("topsecret", kept)
        self.assertNotIn("topsecret", self.server.log.read_text(encoding="utf-8"))

    def test_a_secret_is_changed_for_another_in_two_steps(self):
        firm = self.firm("rotate")
        firm.connect(kind="zendesk", secrets={"signing": [SECRETS[0]]})
        self.assert_status(firm.ask("DELETE", "/chat/secrets/signing/1"), 409, "last_secret")
        added = firm.ask("POST", "/chat/secrets", {"name": "signing", "secret": SECRETS[1]})
        self.assert_status(added, 201)
        self.assertEqual([s["number"] for s in added.json["secrets"]], [1, 2])
        third = firm.ask("POST", "/chat/secrets", {"name": "signing", "secret": SECRETS[2]})
        self.assert_status(third, 409, "two_secrets")
        self.assert_status(firm.ask("DELETE", "/chat/secrets/signing/1"), 204)
        self.assert_status(firm.ask("DELETE", "/chat/secrets/signing/1"), 404, "unknown_secret")
        self.assertEqual([s["number"] for s in firm.ask("GET", "/chat").json["secrets"]], [2])
        again = firm.ask("POST", "/chat/secrets", {"name": "signing", "secret": SECRETS[2]})
        self.assertEqual([s["number"] for s in again.json["secrets"]], [1, 2])

    def test_a_secret_that_means_nothing_for_the_kind_is_refused(self):
        firm = self.firm("nothing")
        firm.connect()
        answer = firm.ask("POST", "/chat/secrets", {"name": "verify_token", "secret": "x"})
        self.assert_status(answer, 422, "bad_body")
        self.assert_status(firm.ask("POST", "/chat/secrets", {"name": "signing"}), 422, "bad_body")

    def test_a_new_document_takes_the_place_of_its_revision_alone(self):
        firm = self.firm("put")
        firm.connect(secrets={"signing": [SECRETS[0]]})
        stale = firm.ask("PUT", "/chat", firm.document(company="B"), If_Match='"7"')
        self.assert_status(stale, 412, "precondition_failed")
        put = firm.ask("PUT", "/chat", firm.document(company="B"), If_Match='"1"')
        self.assert_status(put, 200)
        self.assertEqual((put.json["revision"], put.json["document"]["company"]), (2, "B"))
        self.assertEqual(len(put.json["secrets"]), 1, "secrets stay")
        self.assert_status(firm.ask("PUT", "/other", firm.document("other")), 404, "unknown_source")
        self.assert_status(firm.ask("PUT", "/chat", firm.document("other")), 422, "other_source")
        self.assert_status(firm.ask("PUT", "/chat", firm.document(kind="intercom")), 409, "other_kind")
        self.assert_status(firm.ask("PUT", "/chat", {}), 422, "source_faults")

    def test_secrets_given_with_a_new_document_take_the_place_of_theirs(self):
        firm = self.firm("replace")
        firm.connect(secrets={"signing": [SECRETS[0], SECRETS[1]], "access_token": SECRETS[3]})
        firm.ask("PUT", "/chat", firm.document(secrets={"signing": [SECRETS[2]]}))
        kept = self.server.sql(
            "select c.name || c.number || c.secret from secret.source_secret c join source using (source_id) "
            "join organisation o using (organisation_id) where o.code = 'replace' order by 1").split()
        self.assertEqual(kept, ["access_token1" + SECRETS[3], "signing1" + SECRETS[2]])

    def test_a_source_is_paused_and_goes_on(self):
        firm = self.firm("pause")
        firm.connect()
        self.assertTrue(firm.ask("PATCH", "/chat", {"paused": True}).json["paused"])
        self.assertEqual(firm.ask("PATCH", "/chat", {"paused": True}).json["revision"], 2)
        stale = firm.ask("PATCH", "/chat", {"paused": False}, If_Match='"1"')
        self.assert_status(stale, 412, "precondition_failed")
        self.assertFalse(firm.ask("PATCH", "/chat", {"paused": False}).json["paused"])
        self.assert_status(firm.ask("PATCH", "/chat", {"paused": 1}), 422, "bad_body")
        self.assert_status(firm.ask("PATCH", "/none", {"paused": True}), 404, "unknown_source")
        self.assertEqual(firm.audit(), ["source.add", "source.pause", "source.resume"])

    def test_another_organisations_source_does_not_exist(self):
        mine, other = self.firm("mine"), self.firm("theirs")
        mine.connect()
        for method, path, body in (("GET", "/chat", None), ("PUT", "/chat", other.document()),
                                   ("PATCH", "/chat", {"paused": True}),
                                   ("POST", "/chat/secrets", {"name": "signing", "secret": "x"}),
                                   ("DELETE", "/chat/secrets/signing/1", None)):
            self.assert_status(other.ask(method, path, body), 404)
        self.assertEqual(other.ask("GET").json["data"], [])
        other.connect()  # the same code is theirs to use

    def test_a_sponsor_may_not(self):
        firm = self.firm("sponsored")
        firm.connect()
        key = self.server.key("sponsored", "sponsor")
        for method, path, body in (("GET", "", None), ("POST", "", firm.document()),
                                   ("GET", "/chat", None), ("PUT", "/chat", firm.document()),
                                   ("PATCH", "/chat", {"paused": True}),
                                   ("POST", "/chat/secrets", {"name": "signing", "secret": "x"}),
                                   ("DELETE", "/chat/secrets/signing/1", None)):
            self.assert_status(firm.ask(method, path, body, key=key), 403, "not_allowed")

    def test_sources_are_listed_by_pages(self):
        firm = self.firm("pages")
        for code in ("c", "a", "b"):
            firm.connect(code)
        page = firm.ask("GET", "?limit=2").json
        self.assertEqual([s["source"] for s in page["data"]], ["a", "b"])
        rest = firm.ask("GET", "?limit=2&cursor=" + page["next_cursor"]).json
        self.assertEqual(([s["source"] for s in rest["data"]], rest["next_cursor"]), (["c"], None))
        self.assert_status(firm.ask("GET", "?limit=0"), 400, "bad_page")

    def test_a_programme_changed_since_is_told_as_faults(self):
        document = small_document()
        document["companies"].append({"code": "D"})
        document["waves"][0]["sectors"][0]["companies"].append("D")
        firm = Firm.__new__(Firm)
        firm.server, firm.organisation = self.server, "changed"
        firm.wave = given_wave(self.server, "changed", document, opened=False)
        firm.key = firm.wave.key
        firm.connect(company="D")
        document["waves"][0]["sectors"][0]["companies"].remove("D")
        put = ask(self.server, "PUT", "/v1/programmes/small", json.dumps(document).encode(), firm.key,
                  Content_Type=JSON)
        self.assert_status(put, 200)
        wait_until(lambda: firm.ask("GET", "/chat").json["health"]["faults"] == 1, 60, "no fault told")

    def test_counts_by_kind_are_for_everybody(self):
        metrics = ask(self.server, "GET", "/metrics").body.decode()
        self.assertIn('plaudit_channel_events_total{kind="chatwoot",result="taken"}', metrics)
        self.assertIn('plaudit_signature_failures_total{kind="messenger"} 0\n', metrics)

    # The client

    def plaudit(self, firm, *words, stdin=""):
        key = pathlib.Path(self.home) / f"key-{firm.organisation}"
        if not key.exists():
            key.touch(mode=0o600)
            key.write_text(firm.key, encoding="ascii")
        return subprocess.run(
            [program("plaudit"), *words], input=stdin, capture_output=True, text=True, timeout=60,
            check=False,
            env={"PATH": os.environ["PATH"], "HOME": self.home, "LC_ALL": "C.UTF-8",
                 "ASAN_OPTIONS": f"detect_leaks=1:log_path={self.home}/sanitizer",
                 "LSAN_OPTIONS": self.server.environment["LSAN_OPTIONS"],
                 "PLAUDIT_SERVER": f"http://127.0.0.1:{self.server.port}",
                 "PLAUDIT_KEY_FILE": str(key)})

    def said(self, done, status=0):
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.server.check_sanitizers()
        return done.stdout

    def file(self, name, text):
        path = pathlib.Path(self.home) / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def test_a_source_is_connected_and_watched_from_the_command_line(self):
        firm = self.firm("cli")
        document = self.file("chat.json", json.dumps(firm.document()))
        secret = self.file("secret", SECRETS[0] + "\n")
        added = self.said(self.plaudit(firm, "source", "add", document, "--secret-file", secret))
        self.assertIn("hook      /v1/hooks/", added)
        self.assertIn("signing 1, since ", added)
        self.said(self.plaudit(firm, "source", "add", document), 5)
        self.assertIn("chatwoot", self.said(self.plaudit(firm, "source", "list")))
        shown = json.loads(self.said(self.plaudit(firm, "source", "show", "chat", "--json")))
        self.assertEqual(shown, firm.ask("GET", "/chat").json)
        put = self.file("put.json", json.dumps(firm.document(company="B")))
        self.said(self.plaudit(firm, "source", "put", put, "--revision", "7"), 5)
        self.said(self.plaudit(firm, "source", "put", put, "--revision", "1"))
        self.assertEqual(firm.ask("GET", "/chat").json["document"]["company"], "B")
        self.assertIn("well: 0 taken", self.said(self.plaudit(firm, "source", "check", "chat")))
        self.assertIn("paused", self.said(self.plaudit(firm, "source", "pause", "chat")))
        self.assertIn("paused: ", self.said(self.plaudit(firm, "source", "check", "chat"), 1))
        self.said(self.plaudit(firm, "source", "resume", "chat"))
        self.said(self.plaudit(firm, "source", "show", "none"), 3)

    def test_secrets_come_from_files_and_standard_input(self):
        firm = self.firm("cli-secrets")
        firm.connect(secrets={"signing": [SECRETS[0]]})
        done = self.plaudit(firm, "source", "secret", "chat", "signing", stdin=SECRETS[1] + "\n")
        self.assertIn("signing 2, since ", self.said(done))
        self.assertNotIn("topsecret", done.stdout + done.stderr)
        self.said(self.plaudit(firm, "source", "secret", "chat", "signing", stdin="x"), 5)
        self.said(self.plaudit(firm, "source", "end-secret", "chat", "signing", "1"))
        self.assertEqual([s["number"] for s in firm.ask("GET", "/chat").json["secrets"]], [2])
        self.assertEqual(self.server.sql(
            "select c.secret from secret.source_secret c join source using (source_id) join organisation o "
            "using (organisation_id) where o.code = 'cli-secrets'"), SECRETS[1])

    def test_faults_of_a_document_are_listed(self):
        firm = self.firm("cli-faults")
        document = self.file("bad.json", json.dumps(firm.document(company="C", channel="fax")))
        done = self.plaudit(firm, "source", "add", document)
        self.said(done, 1)
        self.assertIn("/company", done.stderr)
        self.assertIn("unknown_channel", done.stderr)

    @unittest.skipUnless(shutil.which("curl") and shutil.which("openssl"), "no curl or no openssl")
    def test_the_commands_of_the_page_connect_a_source_and_send_it_an_event(self):
        page = (SOURCE / "docs" / "channels.md").read_text(encoding="utf-8")
        section = page.split("\n## Connecting a source\n")[1].split("\n## ")[0]
        blocks = re.findall(r"^```sh\n(.*?)^```", section, re.M | re.S)
        wave = given_wave(self.server, "page", json.loads((SAMPLE / "programme.json").read_text("utf-8")))
        firm = Firm.__new__(Firm)
        firm.server, firm.organisation, firm.wave, firm.key = self.server, "page", wave, wave.key
        folder = pathlib.Path(self.home) / "page"
        folder.mkdir()
        key = folder / "key"
        key.touch(mode=0o600)
        key.write_text(wave.key, encoding="ascii")
        server = f"http://127.0.0.1:{self.server.port}"
        done = subprocess.run(
            ["bash", "-eu", "-c", "\n".join(blocks)], cwd=folder, capture_output=True, text=True,
            timeout=120, check=False,
            env={"PATH": f"{pathlib.Path(program('plaudit')).parent}:{os.environ['PATH']}",
                 "HOME": str(folder), "LC_ALL": "C.UTF-8", "KEY": wave.key, "SERVER": server,
                 "W": server + "/v1/programmes/sample/waves/2020",
                 "PLAUDIT_SERVER": server, "PLAUDIT_KEY_FILE": str(key),
                 "ASAN_OPTIONS": f"detect_leaks=1:log_path={self.home}/sanitizer",
                 "LSAN_OPTIONS": self.server.environment["LSAN_OPTIONS"]})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("HTTP/1.1 200", done.stdout)
        self.assertIn("well: ", done.stdout)
        wait_until(lambda: firm.ask("GET", "/chat").json["health"]["taken"] == 1, 60, "not counted")

    def test_what_is_not_signed_is_counted_and_told(self):
        firm = self.firm("refused")
        hook = firm.connect(secrets={"signing": [SECRETS[0]]}).json["hook_url"]
        self.assertEqual(ask(self.server, "POST", hook, b"{}").status, 403)
        health = wait_until(lambda: (h := firm.ask("GET", "/chat").json["health"])["refused"] and h, 60,
                            "not counted")
        self.assertEqual((health["refused"], health["last_refusal"]), (1, "missing"))
        checked = self.plaudit(firm, "source", "check", "chat")
        self.assertIn("it was not signed", self.said(checked, 1))


if __name__ == "__main__":
    unittest.main()
