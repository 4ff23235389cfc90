"""Invitations: made all or none, answered in parts, counted once; what does not count is found and run
again."""
import csv
import json
import pathlib
import subprocess
import unittest
import urllib.parse

from harness import JSON, ServerCase, ask, ask_json, given_wave, small_document, wait_until

FORM = "application/x-www-form-urlencoded"
PATIENCE = 60


class Firm:
    """An organisation with an open wave."""

    def __init__(self, server, organisation, document=None):
        self.server = server
        self.wave = given_wave(server, organisation, document or small_document())
        self.path = f"/v1/programmes/{self.wave.programme}/waves/{self.wave.code}"

    def ask(self, method, path="/invitations", body=None, key=None, **headers):
        return ask_json(self.server, method, self.path + path, body, key or self.wave.key, **headers)

    def source(self, method, path, body=None, key=None):
        return ask_json(self.server, method, "/v1/sources" + path, body, key or self.wave.key)

    def invite(self, contact, **more):
        answer = self.ask("POST", body={"contact_id": contact, "company": "A", "channel": "chat", **more})
        if answer.status not in (200, 201):
            raise AssertionError(answer)
        return answer.json

    def answer(self, token, **fields):
        """As the page's form does it."""
        return ask(self.server, "POST", f"/s/{token}", urllib.parse.urlencode(fields), Content_Type=FORM)

    def invitation(self, contact):
        return self.ask("GET", f"/invitations/{contact}").json

    def until(self, contact, holds):
        wait_until(lambda: holds(self.invitation(contact)), PATIENCE, f"{contact} is not merged")
        return self.invitation(contact)

    def result(self, contact):
        return self.ask("GET", f"/results/{contact}")


def rating(message, inbox, score):
    """A customer's answer as Chatwoot tells of it."""
    return {"event": "message_updated", "id": message, "content_type": "input_csat",
            "content_attributes": {"submitted_values": {"csat_survey_response": {"rating": score}}},
            "conversation": {"id": message, "inbox_id": inbox}, "inbox": {"id": inbox},
            "account": {"id": 1}}


class Invitations(ServerCase):
    def firm(self):
        return Firm(self.server, self._testMethodName.removeprefix("test_")[:50])

    def test_answers_of_two_days_are_one_result(self):
        firm = self.firm()
        token = firm.invite("c1", shopper="s7", contacted_at="2026-01-02T10:00:00Z")["token"]
        self.assert_status(firm.answer(token, nps="9"), 200)
        firm.until("c1", lambda i: i["revision"] == 1)
        self.assert_status(firm.answer(token, csat="4", comment="Rask hjelp"), 200)
        seen = firm.until("c1", lambda i: i["revision"] == 2 and not i["merging"])
        self.assertEqual((seen["state"], seen["note"], seen["answered"]), ("answered", "", 3))
        self.assertEqual({a["column"]: (a["value"], a["kind"], a["source"]) for a in seen["answers"]},
                         {"nps": ("9", "page", None), "csat": ("4", "page", None),
                          "comment": ("Rask hjelp", "page", None)})
        result = firm.result("c1").json
        self.assertEqual((result["company"], result["channel"], result["shopper"], result["comment"]),
                         ("A", "chat", "s7", "Rask hjelp"))

    def test_asked_for_again_a_contact_keeps_its_token(self):
        firm = self.firm()
        first = firm.ask("POST", body={"contact_id": "c1", "company": "A", "channel": "chat"})
        self.assert_status(first, 201)
        self.assertRegex(first.json["token"], "^[a-z2-7]{20}$")
        self.assertTrue(first.json["links"]["survey"].endswith("/s/" + first.json["token"]))
        again = firm.ask("POST", body={"contact_id": "c1", "company": "A", "channel": "chat",
                                       "expires_in_days": 3})
        self.assert_status(again, 200)
        self.assertEqual((again.json["token"], again.json["made"]), (first.json["token"], False))
        other = firm.ask("POST", body={"contact_id": "c1", "company": "B", "channel": "chat"})
        self.assert_status(other, 409, "contact_id_conflict")

    def test_every_fault_of_every_element_is_told_and_nobody_is_invited(self):
        firm = self.firm()
        answer = firm.ask("POST", body=[
            {"contact_id": "c1", "company": "A", "channel": "chat"},
            {"contact_id": "c2", "company": "Z", "channel": "fax", "nps": 9},
            {"contact_id": "c1", "company": "B", "channel": "chat"},
            {"company": "A", "channel": "chat", "expires_in_days": 400}])
        self.assert_status(answer, 422, "invitation_faults")
        self.assertEqual({(e["index"], e["column"], e["code"]) for e in answer.json["errors"]},
                         {(1, "company", "unknown_company"), (1, "channel", "unknown_channel"),
                          (1, "nps", "unknown_column"), (2, "contact_id", "twice"),
                          (3, "expires_in_days", "out_of_range")})
        self.assertEqual(firm.ask("GET").json["data"], [])

    def test_many_are_listed_page_by_page(self):
        firm = self.firm()
        made = firm.ask("POST", body=[{"company": "A", "channel": "chat", "expires_in_days": 3}
                                      for _ in range(1000)])
        self.assert_status(made, 201)
        self.assertEqual(len({one["token"] for one in made.json["data"]}), 1000)
        self.assertEqual(len({one["contact_id"] for one in made.json["data"]}), 1000)
        self.assert_status(firm.ask("POST", body=[{}] * 1001), 413, "too_many_invitations")
        seen, cursor = [], ""
        while cursor is not None:
            page = firm.ask("GET", "/invitations?state=open&limit=400"
                            + (f"&cursor={cursor}" if cursor else "")).json
            seen += [one["contact_id"] for one in page["data"]]
            cursor = page["next_cursor"]
        self.assertEqual(sorted(seen), sorted(one["contact_id"] for one in made.json["data"]))

    def test_an_invitation_ends_when_its_firm_says_so(self):
        firm = self.firm()
        token = firm.invite("c1")["token"]
        ended = firm.ask("PATCH", "/invitations/c1", {"expires_at": "2020-01-01T00:00:00Z"})
        self.assert_status(ended, 200)
        self.assertEqual(ended.json["state"], "expired")
        self.assert_status(firm.answer(token, nps="9"), 410)
        self.assertEqual(firm.ask("PATCH", "/invitations/c1", {"expires_at": None}).json["state"], "open")
        self.assert_status(firm.answer(token, nps="9"), 200)
        firm.until("c1", lambda i: i["revision"] == 1)
        self.assert_status(firm.ask("PATCH", "/invitations/c2", {"expires_at": None}), 404, "unknown_contact")

    def test_rounds_of_channels_are_listed_apart_from_a_firms_uploads(self):
        firm = self.firm()
        firm.answer(firm.invite("c1")["token"], nps="9")
        firm.until("c1", lambda i: i["revision"] == 1)
        self.assertEqual(firm.ask("GET", "/uploads").json["data"], [])
        rounds = firm.ask("GET", "/uploads?channels=1").json["data"]
        self.assertEqual([(one["format"], one["accepted"]) for one in rounds], [("ndjson", 1)])

    def test_what_a_source_says_of_nobody_known_is_found_and_run_again(self):
        firm = self.firm()
        document = {"source": "chat", "kind": "chatwoot", "programme": "small", "wave": "w1",
                    "channel": "chat", "companies": {"3": "A"}}
        made = firm.source("POST", "", document)
        self.assert_status(made, 201)
        for message, inbox in ((1, 3), (2, 9)):
            hook = ask(self.server, "POST", made.json["hook_url"],
                       json.dumps(rating(message, inbox, 5)).encode(), Content_Type=JSON)
            self.assert_status(hook, 200)
        ask(self.server, "POST", made.json["hook_url"], b"no json at all", Content_Type=JSON)

        def ended():
            page = firm.source("GET", "/chat/inbox").json["data"]
            return page if len(page) == 3 and all(p["state"] != "waiting" for p in page) else None

        page = wait_until(ended, PATIENCE, "it is not read")
        self.assertEqual(sorted(p["state"] for p in page), ["failed", "heard", "ignored"])
        ignored = firm.source("GET", "/chat/inbox?state=ignored").json["data"][0]
        self.assertEqual((ignored["note"], ignored["answers"]), ("unknown_company", 1))
        payload = firm.source("GET", f"/chat/inbox/{ignored['id']}")
        self.assertEqual(json.loads(payload.json["body"]), rating(2, 9, 5))
        self.assertEqual(self.server.sql(
            f"select count(*) from audit where event = 'inbox.read' and subject = 'inbox {ignored['id']}'"),
            "1")
        document["companies"]["9"] = "B"
        self.assert_status(firm.source("PUT", "/chat", document), 200)
        self.assertIn("unknown_company", self.plaudit(firm, "source", "inbox", "chat").stdout)
        again = self.plaudit(firm, "source", "rerun", "chat")
        self.assertIn("2 payloads are read again", again.stdout)
        wait_until(lambda: len(firm.ask("GET", "/results").json["data"]) == 2, PATIENCE,
                   "it is not counted")
        self.assertEqual({r["company"] for r in firm.ask("GET", "/results").json["data"]}, {"A", "B"})
        self.assertEqual(len(firm.ask("GET", "/invitations?state=answered").json["data"]), 2)

    def test_an_answer_that_is_no_result_says_why_and_is_merged_when_it_may_be(self):
        firm = self.firm()
        token = firm.invite("c1")["token"]
        firm.answer(token, nps="9")
        firm.until("c1", lambda i: i["revision"] == 1)
        self.server.sql("update wave set state = 'closed' from programme p join organisation o using "
                        f"(organisation_id) where p.programme_id = wave.programme_id and o.code = '{firm.wave.organisation}'")
        self.server.sql("insert into inbox (source_id, dedupe_key, received_at, query, headers, body) values "
                        f"(0, 'late-{token}', now(), 'inv={token}', 'plaudit-kind: page', 'csat=2')")
        seen = firm.until("c1", lambda i: i["note"] and not i["merging"])
        self.assertEqual((seen["note"], seen["state"], seen["revision"]), ("wave_not_fielding", "failed", 1))

    def test_what_was_undone_is_brought_back_when_its_source_is_run_again(self):
        """Also where the source brings its answers to another wave by now."""
        document = small_document()
        document["waves"].append({**document["waves"][0], "code": "w2"})
        firm = Firm(self.server, self._testMethodName.removeprefix("test_")[:50], document)
        chat = {"source": "chat", "kind": "chatwoot", "programme": "small", "wave": "w1",
                "channel": "chat", "company": "A"}
        hook = firm.source("POST", "", chat).json["hook_url"]
        ask(self.server, "POST", hook, json.dumps(rating(1, 3, 5)).encode(), Content_Type=JSON)
        firm.until("chat-1:1", lambda i: i.get("revision") == 1 and not i["merging"])
        self.assert_status(firm.source("PUT", "/chat", {**chat, "wave": "w2"}), 200)
        upload = firm.ask("GET", "/uploads?channels=1").json["data"][0]["upload"]
        self.assert_status(firm.ask("POST", f"/uploads/{upload}/undo", {"reason": "a test"}), 200)
        self.assert_status(firm.result("chat-1:1"), 404)
        self.assertEqual(firm.source("POST", "/chat/rerun").json["invitations"], 1)
        firm.until("chat-1:1", lambda i: i["revision"] == 1)
        self.assertEqual(firm.result("chat-1:1").json["cx"]["csat"], 5)
        self.assertEqual(firm.source("POST", "/chat/rerun").json["invitations"], 0)

    def plaudit(self, firm, *arguments):
        done = subprocess.run(
            [self.build / "clients" / "cli" / "plaudit", "--server", f"http://127.0.0.1:{self.server.port}",
             "--key-file", self.key_file(firm.wave.key), "--programme", "small", *arguments],
            capture_output=True, text=True, timeout=PATIENCE, check=False)
        return done

    def test_a_file_of_contacts_is_invited_at_the_command_line(self):
        firm = self.firm()
        contacts, links = (pathlib.Path(self.home) / name for name in ("contacts.csv", "links.csv"))
        contacts.write_text("contact_id;company;channel;expires_in_days\n"
                            + "".join(f"k{i:04};{'AB'[i % 2]};chat;3\n" for i in range(1100)), encoding="utf-8")
        for _ in range(2):
            done = self.plaudit(firm, "invite", "--wave", "w1", "-o", str(links), str(contacts))
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open(links, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["contact_id"] for row in rows], [f"k{i:04}" for i in range(1100)])
        self.assertEqual(links.stat().st_mode & 0o077, 0)
        self.assertEqual(self.server.sql("select count(*) from invitation where contact like 'k____'"), "1100")
        self.assert_status(firm.answer(rows[7]["token"], nps="10"), 200)
        firm.until("k0007", lambda i: i["revision"] == 1)
        listed = self.plaudit(firm, "invitations", "--wave", "w1")
        self.assertIn("k0007", listed.stdout)
        self.assertIn("answered", listed.stdout)
        bad = pathlib.Path(self.home) / "bad.ndjson"
        bad.write_text('{"company":"A","channel":"chat"}\n{"company":"Z","channel":"chat"}\n', encoding="utf-8")
        done = self.plaudit(firm, "invite", "--wave", "w1", str(bad))
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"\n *2 +company .*unknown_company")

    def test_only_the_firm_sees_them(self):
        firm, other = self.firm(), Firm(self.server, "another")
        firm.invite("c1")
        firm.source("POST", "", {"source": "chat", "kind": "chatwoot", "programme": "small", "wave": "w1",
                                 "channel": "chat", "company": "A"})
        sponsor = self.server.key(firm.wave.organisation, "sponsor")
        for method, path in (("GET", "/invitations"), ("GET", "/invitations/c1")):
            self.assert_status(firm.ask(method, path, key=sponsor), 403, "not_allowed")
        for method, path in (("GET", "/chat/inbox"), ("GET", "/chat/inbox/1"), ("POST", "/chat/rerun")):
            self.assert_status(firm.source(method, path, key=sponsor), 403, "not_allowed")
            self.assert_status(other.source(method, path), 404)
        self.assert_status(other.ask("GET", "/invitations/c1"), 404, "unknown_contact")


if __name__ == "__main__":
    unittest.main()
