"""What was published never changes by itself: bytes, hashes, revisions and their differences."""
import hashlib
import json
import socket
import subprocess
import unittest

from harness import JSON, ServerCase, ask, given_wave, small_document, wait_until

ROWS = (b"result_id,company,channel,shopper,answered,q1,q2,csat,ces,nps\n"
        b"1,A,phone,s1,1,2,1,5,6,10\n2,A,chat,s2,1,1,,4,5,8\n3,A,phone,s3,1,0,1,2,3,3\n"
        b"4,B,phone,s1,1,1,1,3,4,7\n5,B,chat,s2,0,,,,,\n6,B,phone,s3,1,2,0,5,7,9\n")
STORED = ("sectors", "sectors.csv", "standings", "standings.csv", "standings?sector=S",
          "standings.csv?sector=S", "awards", "awards.csv")
COMPUTED = ("/standings?metric=nps", "/standings?sector=S&channel=phone&include=distribution",
            "/standings.csv?threshold=50", "/companies/A")

class Publication(ServerCase):
    def given_closed(self, **fields):
        wave = self.given_wave(small_document(**fields))
        wave.upload(ROWS)
        self.assert_status(wave.ask("POST", "/close"), 200)
        wave.wave_id = int(self.server.sql(
            "select wave_id from wave join programme using (programme_id) join organisation o "
            f"using (organisation_id) where o.code = '{wave.organisation}'"))
        return wave

    def publish(self, wave, status=200, code=None, key=None, **said):
        answer = wave.ask("POST", "/publish", json.dumps(said).encode(), key, Content_Type=JSON)
        self.assert_status(answer, status, code)
        return answer.json

    def correct(self, wave):
        """One answer of company A was a better one."""
        answer = wave.ask("PATCH", "/results/3", json.dumps(
            {"q1": 2, "reason": "heard the recording again"}).encode(), Content_Type=JSON)
        self.assert_status(answer, 200)

    def test_the_frozen_boards_say_what_the_live_ones_said(self):
        wave = self.given_closed()
        # Awards say state and revision of every wave they look at: test_awards.py.
        addresses = [f"/{name}" for name in STORED if ".csv" not in name and name != "awards"]
        addresses += [a for a in COMPUTED if ".csv" not in a]
        live = {a: wave.get(a).json for a in addresses}
        csv = {f"/{name}": wave.get(f"/{name}").body for name in STORED if ".csv" in name}
        self.publish(wave)
        for address, before in live.items():
            after = wave.get(address).json
            self.assertEqual((after.pop("state"), after.pop("revision")), ("published", 1), address)
            self.assertEqual((before.pop("state"), before.pop("revision")), ("closed", 0), address)
            self.assertEqual(after, before, address)
        for address, body in csv.items():
            self.assertEqual(wave.get(address).body, body, address)

    def test_a_correction_changes_no_byte_of_what_is_published_and_shows_in_the_working_view(self):
        wave = self.given_closed()
        self.publish(wave)
        addresses = [f"/{name}" for name in STORED] + list(COMPUTED)
        before = {a: (wave.get(a).body, wave.get(a).headers["ETag"]) for a in addresses}
        self.correct(wave)
        after = {a: (wave.get(a).body, wave.get(a).headers["ETag"]) for a in addresses}
        self.assertEqual(after, before)
        working = wave.get("/standings?revision=0").json
        self.assertEqual((working["state"], working["revision"], working["version"]),
                         ("published", 0, 7))
        self.assertEqual(wave.get("/standings").json["version"], 6)
        self.server.verify()

    def test_a_revision_has_a_reason_and_leaves_the_one_before_byte_for_byte(self):
        wave = self.given_closed()
        first = self.publish(wave)
        self.assertEqual((first["revision"], first["difference"]), (1, None))
        one = {a: wave.get(a).body for a in [f"/{name}" for name in STORED] + list(COMPUTED)}
        self.correct(wave)
        self.publish(wave, 422, "reason_required")
        second = self.publish(wave, reason="an answer about Alder was corrected")
        self.assertEqual((second["revision"], second["reason"]),
                         (2, "an answer about Alder was corrected"))
        self.assertNotEqual(second["sha256"], first["sha256"])
        changed = second["difference"]
        self.assertEqual((changed["before"], [c["company"] for c in changed["companies"]]), (1, ["A"]))
        alder = changed["companies"][0]
        self.assertEqual(alder["n"], {"before": 3, "after": 3})
        self.assertLess(alder["score"]["before"], alder["score"]["after"])
        self.assertEqual(wave.get("/standings").json["revision"], 2)
        for address, body in one.items():
            old = f"{address}{'&' if '?' in address else '?'}revision=1"
            self.assertEqual(wave.get(old).body, body, address)
        listed = wave.get("/publications").json["data"]
        self.assertEqual([(p["revision"], p["sha256"]) for p in listed],
                         [(1, first["sha256"]), (2, second["sha256"])])
        self.assertEqual(wave.get("/publications/2").json, second)
        self.server.verify()

    def test_an_announcement_in_the_past_is_refused_and_nothing_is_published(self):
        wave = self.given_closed(before_publication="hidden")
        clock = "select to_char((now() {}) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
        past = self.server.sql(clock.format("- interval '2 minutes'"))
        self.publish(wave, 422, "announce_in_the_past", announce_at=past)
        self.publish(wave, 422, "announce_in_the_past", announce_at="1999-12-31T23:59:59Z")
        self.assertEqual(wave.get("/publications").json["data"], [])
        self.assertEqual(self.publish(wave, announce_at=self.server.sql(clock.format("")))["revision"],
                         1, "a clock may be a little wrong")

    def test_more_publications_than_are_made_at_once_are_told_to_come_again(self):
        """Clients that are gone: what they asked for still waits for the wave."""
        wave = self.given_closed()
        request = (f"POST {wave.path}/publish HTTP/1.1\r\nHost: localhost\r\n"
                   f"Authorization: Bearer {wave.key}\r\nContent-Length: 0\r\n\r\n").encode()
        held = subprocess.Popen(["psql", "-XAtq", self.server.conninfo()], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True)
        self.addCleanup(held.stdout.close)
        self.addCleanup(held.wait)
        self.addCleanup(held.stdin.close)
        held.stdin.write(f"begin;\nselect 'held' from wave where wave_id = {wave.wave_id} for update;\n")
        held.stdin.flush()
        self.assertEqual(held.stdout.readline(), "held\n")
        for _ in range(40):
            with socket.create_connection(("127.0.0.1", self.server.port)) as client:
                client.sendall(request)
        for _ in range(2):
            answer = wave.ask("POST", "/publish")
            self.assert_status(answer, 503, "try_again")
            self.assertIn("Retry-After", answer.headers)
        held.stdin.close()
        wait_until(lambda: wave.ask("POST", "/publish", b'{"reason":"r"}',
                                    Content_Type=JSON).status == 200, 60, "there is no room again")
        self.server.verify()

    def test_anyone_can_compute_the_hash_of_a_publication(self):
        wave = self.given_closed()
        said = self.publish(wave, ceremony_on="2020-11-12")
        self.assertEqual(said["ceremony_on"], "2020-11-12")
        lines = {f["name"]: f["sha256"] for f in said["files"]}
        self.assertEqual(sorted(lines), sorted(STORED + ("programme.json", "tally")))
        for file in said["files"]:
            if "address" not in file:
                continue
            answer = ask(self.server, "GET", file["address"], key=wave.key)
            self.assertEqual(answer.body, wave.get(f"/{file['name']}").body)
            self.assertEqual(hashlib.sha256(answer.body).hexdigest(), file["sha256"], file["name"])
            self.assertEqual(answer.headers["ETag"], f'"{file["sha256"]}"')
        programme = ask(self.server, "GET", f"/v1/programmes/{wave.programme}", key=wave.key).body
        self.assertEqual(hashlib.sha256(programme).hexdigest(), lines["programme.json"])
        text = "".join(f"{lines[name]}  {name}\n" for name in sorted(lines))
        self.assertEqual(hashlib.sha256(text.encode()).hexdigest(), said["sha256"])

    def test_names_changed_after_publication_are_those_of_the_day_in_what_is_published(self):
        document = small_document()
        wave = self.given_closed()
        self.publish(wave)
        before = wave.get("/companies/A").body
        document["companies"][0]["name"] = {"en": "Elder"}
        put = ask(self.server, "PUT", f"/v1/programmes/{wave.programme}",
                  json.dumps(document).encode(), wave.key, Content_Type=JSON)
        self.assert_status(put, 200)
        self.assertEqual(wave.get("/companies/A").body, before)
        self.assertIn(b"Elder", wave.get("/companies/A?revision=0").body)

    def test_a_shopper_who_is_forgotten_changes_no_published_figure(self):
        wave = self.given_closed()
        self.publish(wave)
        computed = {a: wave.get(a).body for a in COMPUTED}
        self.server.sql("update identity.shopper set code = 'zz-' || shopper_id "
                        "where code = 's1'")
        second = self.server_on_the_same_database()
        try:
            for address, body in computed.items():
                self.assertEqual(ask(second, "GET", wave.path + address, key=wave.key).body, body)
        finally:
            second.stop()
        self.server.verify()

    def server_on_the_same_database(self):
        from harness import Server
        return Server(self.home, database=self.server.conninfo("plaudit_runtime")).start()

    def test_a_wave_without_results_can_be_published(self):
        wave = given_wave(self.server, "nothing", small_document())
        wave.ask("POST", "/close")
        self.assertEqual(self.publish(wave)["revision"], 1)
        self.assertEqual(wave.get("/standings").json["summary"]["n"], 0)
        self.server.verify()

    def test_what_cannot_be_published_is_refused_and_leaves_nothing(self):
        wave = self.given_closed()
        for said in ({"reason": 1}, {"reason": ""}, {"announce_at": "tomorrow"},
                     {"ceremony_on": "2020-13-01"}, {"readers": "me"}, {"readers": [1]},
                     {"title": "x"}, {"reason": "x" * 2001}):
            self.publish(wave, 422, "bad_body", **said)
        for body in (b"[]", b"{", b"null", b'{"reason":"a","reason":"b"}'):
            self.assert_status(wave.ask("POST", "/publish", body), 422, "bad_body")
        self.publish(wave, 422, "unknown_reader", readers=["nobody00"])
        stranger = self.server.key("stranger")
        self.publish(wave, 422, "unknown_reader", readers=[stranger.split("_")[2]])
        self.publish(wave, 409, "live_wave_cannot_be_embargoed", announce_at="2199-01-01T00:00:00Z")
        self.assert_status(wave.ask("POST", "/publish", key=self.server.key(
            wave.organisation, "sponsor")), 403, "not_allowed")
        self.assertEqual(wave.get("/publications").json["data"], [])
        self.assertEqual(wave.ask("GET").json["state"], "closed")
        for address in ("/standings?revision=1", "/publications/1", "/publications/x"):
            self.assert_status(wave.ask("GET", address), 404, "unknown_revision")
        self.assert_status(wave.ask("GET", "/standings?revision=x"), 422, "bad_revision")
        self.assertEqual(self.server.sql("select count(*) from publication_board where wave_id = "
                                         f"{wave.wave_id}"), "0")

    def test_only_a_closed_wave_is_published_and_a_published_one_is_not_opened(self):
        wave = self.given_wave(small_document())
        self.publish(wave, 409, "wrong_state")
        wave.ask("POST", "/close")
        self.assertEqual(self.publish(wave)["reason"], "")
        shown = wave.ask("GET").json
        self.assertEqual((shown["state"], shown["revision"]), ("published", 1))
        self.assert_status(wave.ask("POST", "/close"), 409, "wrong_state")

    def test_sponsors_read_what_is_published_and_not_the_working_view(self):
        wave = self.given_closed()
        sponsor = self.server.key(wave.organisation, "sponsor")
        self.publish(wave)
        self.correct(wave)
        for address in ("/standings", "/sectors", "/companies/A"):
            answer = wave.ask("GET", address, key=sponsor)
            self.assertEqual((answer.json["revision"], answer.json["version"]), (1, 6))
            self.assert_status(wave.ask("GET", f"{address}?revision=0", key=sponsor), 404,
                               "unknown_revision")
        listed = wave.ask("GET", "/publications", key=sponsor).json["data"]
        self.assertEqual([p["revision"] for p in listed], [1])
        self.assertNotIn("readers", listed[0])
        self.assertEqual(wave.get("/publications").json["data"][0]["readers"], [])

    def test_nobody_can_change_or_remove_what_is_published(self):
        wave = self.given_closed()
        self.publish(wave)
        where = f"where wave_id = {wave.wave_id}"
        for user in ("plaudit_runtime", "plaudit_owner"):
            for table in ("publication", "publication_board"):
                for change in (f"update {table} set revision = 2 {where}",
                               f"delete from {table} {where}", f"truncate {table} cascade"):
                    with self.assertRaisesRegex(AssertionError, "permission|published|owner"):
                        self.sql_as(user, change)
        with self.assertRaisesRegex(AssertionError, "nothing is added"):
            self.sql_as("plaudit_runtime", "insert into publication_board (wave_id, revision, "
                        f"address, content_type, body) values ({wave.wave_id}, 1, 'x', 'y', '')")

    def sql_as(self, user, text):
        conninfo, self.server.conninfo = self.server.conninfo, \
            lambda _user="", given=self.server.conninfo(user): given
        try:
            return self.server.sql(text)
        finally:
            self.server.conninfo = conninfo

    def test_verify_notices_a_byte_that_changed_behind_the_triggers(self):
        wave = self.given_closed()
        self.publish(wave)
        self.server.verify()
        change = ("alter table publication_board disable trigger user; "
                  "update publication_board set body = {} where address = 'sectors' and "
                  f"wave_id = {wave.wave_id}; alter table publication_board enable trigger user")
        self.server.sql(change.format("set_byte(body, 20, get_byte(body, 20) # 1)"))
        done = self.server.command("verify")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("wave w1, revision 1: sectors", done.stdout)
        self.assertIn("wave w1, revision 1: the hash", done.stdout)
        self.server.sql(change.format("set_byte(body, 20, get_byte(body, 20) # 1)"))
        self.server.verify()


if __name__ == "__main__":
    unittest.main(verbosity=2)
