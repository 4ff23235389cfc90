"""Before it is announced nobody but those named can tell that a wave has a publication: not by
body, length, header, error or state, and not by what the server asks the database."""
import json
import re
import time
import unittest

from harness import JSON, SOURCE, Server, ServerCase, Wave, ask, small_document, wait_until
from statement_proxy import StatementProxy

ROWS = (b"result_id,company,channel,shopper,answered,q1,q2,csat,ces,nps\n"
        b"1,A,phone,s1,1,2,1,5,6,10\n2,A,chat,s2,1,1,,4,5,8\n4,B,phone,s1,1,1,1,3,4,7\n")
FAR = "2199-01-01T00:00:00Z"
CONTRACT = json.loads((SOURCE / "docs" / "openapi.json").read_text(encoding="utf-8"))


def every_get(places):
    """Every GET of the contract, with every value of `revision` and suffix it knows."""
    addresses = []
    for path, item in CONTRACT["paths"].items():
        if "get" not in item or path in ("/metrics", "/readyz"):
            continue
        if path in BY_ADDRESS:
            path = path.replace("{source}", places["address"])
        for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
            path = path.replace("{%s}" % name, places[name])
        names = {p["name"] if "name" in p else p["$ref"].rsplit("/", 1)[1].lower()
                 for p in item["get"].get("parameters", [])}
        addresses.append(path)
        addresses += [path + "." + s for s in item["get"].get("x-suffixes", [])]
        if "revision" in names and "{revision}" not in path:
            addresses += [f"{path}?revision={n}" for n in (0, 1, 2)]
    return addresses + [f"{WAVE}/publications/2", f"{WAVE}/standings?sector=S",
                        f"{WAVE}/standings?metric=nps", f"{WAVE}/standings?sector=nobody",
                        f"{WAVE}/results.csv?status=submitted", f"{WAVE}/results.csv?end_row=1",
                        *(f"{NEXT}/{rest}" for rest in ("", "awards", "awards.csv", "sectors"))]


BY_ADDRESS = ("/v1/hooks/{source}", "/widget/{source}")  # not by its code
WAVE = "/v1/programmes/small/waves/w1"
NEXT = "/v1/programmes/small/waves/w2"


def two_waves():
    """A hidden wave, and a second one that everybody sees, whose awards and whose combined figure
    rest on the first."""
    made = small_document(before_publication="hidden", series="s", awards=AWARDS)
    made["waves"].append({**made["waves"][0], "code": "w2", "before_publication": "live"})
    made["combined"] = [{"code": "c", "name": {"en": "Both"},
                         "of": [{"wave": "w1", "weight": 1}, {"wave": "w2", "weight": 1}]}]
    return made


AWARDS = [{"code": "first", "kind": "rank", "scope": "sector", "metric": "score", "rank": 1},
          {"code": "twice", "kind": "running", "of": "first", "times": 2, "missed": "breaks",
           "at_break": "restarts", "joint": "counts", "successors": "ignore"}]


# What a server asks now and then by itself.
OWN = ("tus_expire", "tus_mine", "hearing_take", "merging_waves", "message_take", "message_lost",
       "pull_claim", "inbox_figures", "server_time", "source_health_add")
MAPPING = {"mapping": "m", "columns": {name: {"column": name}
                                       for name in ("result_id", "company", "channel")}}


class Embargo(ServerCase):
    def given_hidden(self, suffix="", server=None):
        """With everything that an address of the contract may name."""
        wave = self.given_wave(two_waves(), suffix=suffix)
        upload = wave.upload(ROWS + b"5,X,chat,s2,1,1,,4,5,8\n").json["upload"]
        tus = wave.ask("POST", "/uploads/tus", Tus_Resumable="1.0.0", Upload_Length="5",
                       Upload_Metadata="filetype dGV4dC9jc3Y=").headers["Location"]
        source = wave.connect("widget", "page", company="A", open=True,
                              origins=["https://www.example.org"])
        invited = wave.invite({"contact_id": "9", "company": "A", "channel": "chat"})[0]
        self.places = {"programme": "small", "wave": "w1", "company": "A", "revision": "1",
                       "combined": "c", "result": "1", "upload": upload,
                       "tus": tus.rsplit("/", 1)[1], "mapping": "m", "source": "page",
                       "address": re.search('data-source="([a-z2-7]{16})"',
                                            source["widget_html"]).group(1),
                       "contact": "9", "token": invited["token"], "payload": "1"}
        self.assert_status(ask(self.server, "PUT", "/v1/programmes/small/mappings/m",
                               json.dumps(MAPPING).encode(), wave.key, Content_Type=JSON), 201)
        for method, rest, body in (("POST", "open", b""), ("POST", "uploads", ROWS)):
            self.assert_status(ask(self.server, method, f"{NEXT}/{rest}", body, wave.key,
                                   Content_Type="text/csv"), 200)
        self.assert_status(wave.ask("POST", "/close"), 200)
        wave.wave_id = self.server.sql(
            "select wave_id from wave join programme using (programme_id) join organisation o "
            f"using (organisation_id) where o.code = '{wave.organisation}' and wave.code = 'w1'")
        return wave

    def publish(self, wave, status=200, key=None, **said):
        answer = wave.ask("POST", "/publish", json.dumps(said).encode(), key, Content_Type=JSON)
        self.assert_status(answer, status)
        return answer.json

    def roles(self, wave):
        """Everybody who is not named."""
        expired = self.server.key(wave.organisation)
        self.server.sql("update api_key set expires_at = now() - interval '1 hour' where key_id = "
                        f"'{expired.split('_')[2]}'")
        wait_until(lambda: wave.ask("GET", key=expired).status == 401, 5, "it does not expire")
        return {"firm": self.server.key(wave.organisation),
                "sponsor": self.server.key(wave.organisation, "sponsor"),
                "operator": self.server.key(wave.organisation, "operator"),
                "stranger": self.server.key(wave.organisation + "-stranger"),
                "expired": expired, "anonymous": None}

    def answer(self, key, method, address, body=None, server=None, **headers):
        """All a client gets to see but the time of day, and what makes each form another one."""
        got = ask(server or self.server, method, address, body, key, **headers)
        said = sorted((name, value) for name, value in got.headers.items() if name != "Date")
        seen = re.sub(rb'"as_of":"[^"]+"', b'"as_of":"now"', got.body)
        return got.status, said, re.sub(rb'(name="(?:nonce|contact)" value=")[^"]+', rb"\1", seen)

    def everything(self, keys, server=None):
        seen = {}
        for role, key in keys.items():
            for address in every_get(self.places):
                for method in ("GET", "HEAD"):
                    seen[role, method, address] = self.answer(key, method, address, None, server)
            seen[role, "If-None-Match"] = self.answer(key, "GET", f"{WAVE}/sectors", None, server,
                                                      If_None_Match="*")
            # Refused before anything is done, whatever is published.
            for method, rest, body in (
                    ("POST", "open", b""), ("POST", "close", b""), ("POST", "publish", b"[]"),
                    ("POST", "publish", b'{"readers":["nobody00"]}'), ("POST", "uploads", ROWS),
                    ("POST", "uploads?dry_run=1", ROWS), ("POST", "uploads?on_error=abort", ROWS),
                    ("POST", f"uploads/{self.places['upload']}/run", b""),
                    ("POST", f"uploads/{self.places['upload']}/undo", b"{}"),
                    ("POST", "results", b"[]"), ("POST", "uploads/tus", b""),
                    ("PATCH", "results/1", b'{"status":"excluded"}')):
                seen[role, method, rest, body] = self.answer(key, method, f"{WAVE}/{rest}", body,
                                                             server, Content_Type="text/csv")
        return seen

    def assert_same(self, before, during):
        self.assertEqual(before.keys(), during.keys())
        for what in before:
            self.assertEqual(before[what], during[what], what)

    def test_every_answer_to_everybody_is_the_same_before_and_under_an_embargo(self):
        wave = self.given_hidden()
        keys = self.roles(wave)
        before = self.everything(keys)
        self.assertEqual({before[role, "GET", f"{WAVE}/standings"][0] for role in keys},
                         {200, 404, 403, 401})
        for address in ("/v1/programmes/small/combined/c", f"{NEXT}/awards"):
            self.assertEqual(before["sponsor", "GET", address][0], 200)
        self.publish(wave, announce_at=FAR)
        for address in every_get(self.places):  # the publisher's reading leaves no trace either
            ask(self.server, "GET", address, key=wave.key)
        self.assert_same(before, self.everything(keys))
        self.publish(wave, announce_at=FAR, reason="a second one waits, too")
        self.assert_same(before, self.everything(keys))

    def counted_requests(self):
        """The classes of status that /metrics counts, by route."""
        lines = ask(self.server, "GET", "/metrics").body.decode().splitlines()
        return {line.rsplit(" ", 1)[0] for line in lines if line.startswith("http_requests_total{")}

    def test_what_everybody_may_read_of_requests_does_not_tell_of_a_publication(self):
        wave = self.given_hidden()
        for address in ("/publications", "/standings"):
            wave.get(address)
        before = self.counted_requests() | self.counted_requests()
        self.publish(wave, announce_at=FAR)
        for address in ("/publications", "/publications/1", "/standings"):
            wave.get(address)
        self.assertEqual(self.counted_requests(), before)
        self.assertFalse([line for line in before if "/publish" in line or "{revision}" in line])

    def test_every_step_answers_the_same_with_and_without_a_waiting_revision(self):
        """Two organisations alike but for the publication."""
        waves = [self.given_hidden("-one"), self.given_hidden("-two")]
        others = [self.server.key(wave.organisation) for wave in waves]
        self.publish(waves[0], announce_at=FAR)
        why = b'{"reason":"a file came late"}'
        for rest, status in (("open", 200), ("open", 409), ("close", 200), ("close", 409)):
            said = [self.answer(key, "POST", f"{WAVE}/{rest}", why) for key in others]
            self.assertEqual(said[0], said[1], rest)
            self.assertEqual(said[0][0], status, rest)
            shown = [self.without_steps(key) for key in others]
            self.assertEqual(shown[0], shown[1], rest)

    def test_changing_what_is_stored_answers_the_same_with_and_without_a_waiting_revision(self):
        """Two organisations alike but for the publication; what has a number of its own is left out."""
        waves = [self.given_hidden("-one"), self.given_hidden("-two")]
        others = [self.server.key(wave.organisation) for wave in waves]
        self.publish(waves[0], announce_at=FAR)
        changed = ROWS.replace(b"1,A,phone", b"1,B,phone")
        one = b'{"result_id":"2","company":"B","channel":"chat"}'
        for rest, body, content_type in (
                ("/uploads", changed, "text/csv"), ("/uploads?dry_run=1", changed, "text/csv"),
                ("/uploads?replace=1", changed, "text/csv"),
                ("/uploads?replace=1&reason=x&dry_run=1", changed, "text/csv"),
                ("/uploads?replace=1&reason=x&on_error=abort", changed, "text/csv"),
                ("/uploads?replace=1&reason=x", ROWS, "text/csv"),
                ("/results", one, JSON), ("/results?replace=1", one, JSON),
                ("/results?replace=1&reason=x", one, JSON)):
            said = [self.server_said(ask(self.server, "POST", WAVE + rest, body, key,
                                         Content_Type=content_type)) for key in others]
            self.assertEqual(said[0], said[1], rest)
        for address in ("/sectors", "/results.csv?columns=canonical"):
            said = [self.server_said(ask(self.server, "GET", WAVE + address, None, key))
                    for key in others]
            self.assertEqual(said[0], said[1], address)
        firsts = [self.server.sql(f"select min(upload_id) from upload where wave_id = {wave.wave_id}")
                  for wave in waves]
        said = [self.server_said(ask(self.server, "POST", f"{WAVE}/uploads/{first}/undo",
                                     b'{"reason":"the wrong file"}', key, Content_Type=JSON))
                for first, key in zip(firsts, others)]
        self.assertEqual(said[0], said[1])

    @staticmethod
    def server_said(answer):
        """Without instants, keys and the numbers that uploads of one server have."""
        said = re.sub(rb'20\d\d-\d\d-\d\dT[0-9:.]+Z', b"then", answer.body)
        said = re.sub(rb'"(upload|tus)":"\d+"', b'"number"', said)
        said = re.sub(rb'by":"\w+"', b'by":"key"', said)
        return answer.status, re.sub(rb'(uploads?[/ ])\d+', rb"\1N", said)

    def without_steps(self, key):
        """What a wave says of itself; its steps are at their own instants, by their own keys."""
        shown = ask(self.server, "GET", WAVE, key=key).json
        return {**shown, "history": [(s["from"], s["to"]) for s in shown["history"]]}

    def test_a_second_revision_that_waits_changes_no_answer_either(self):
        wave = self.given_hidden()
        keys = self.roles(wave)
        self.publish(wave)
        before = self.everything(keys)
        self.assertEqual(before["sponsor", "GET", f"{WAVE}/standings"][0], 200)
        self.publish(wave, announce_at=FAR, reason="a correction")
        self.assert_same(before, self.everything(keys))

    def test_the_server_asks_the_database_the_same_whether_something_waits_or_not(self):
        wave = self.given_hidden()
        keys = self.roles(wave)
        place = self.server.conninfo().split()[0].removeprefix("host=")
        proxy = StatementProxy(f"{self.home}/proxy", place)
        second = Server(self.home, database=f"host={proxy.folder} user=plaudit_runtime "
                        "dbname=plaudit").start()
        try:
            self.everything(keys, second)  # boards are made, statements prepared
            before = self.asked(keys, second, proxy)
            self.assertIn(["publication_find"], before.values())
            self.publish(wave, announce_at=FAR)
            wait_until(lambda: self.quiet(proxy), 10, "the server does not come to rest")
            self.everything(keys, second)
            self.assertEqual(self.asked(keys, second, proxy), before)
        finally:
            second.stop()
            proxy.close()

    @staticmethod
    def quiet(proxy):
        proxy.take()
        time.sleep(0.3)
        return not proxy.take()

    def asked(self, keys, server, proxy):
        """The names of the statements by role and address."""
        found = {}
        for role, key in keys.items():
            for address in every_get(self.places):
                proxy.take()
                ask(server, "GET", address, key=key)
                found[role, address] = [name for name in proxy.take() if name not in OWN]
        return found

    def test_named_readers_and_the_publisher_read_and_every_read_is_in_the_audit(self):
        wave = self.given_hidden()
        reader = self.server.key(wave.organisation, "sponsor")
        other = self.server.key(wave.organisation, "sponsor")
        self.publish(wave, announce_at=FAR, readers=[reader.split("_")[2]])
        addresses = ["/standings?sector=S", "/standings.csv", "/sectors", "/companies/A",
                     "/standings?revision=1", "/awards", "/publications", "/publications/1"]
        count = ("select count(*) from audit where event = 'publication.read' and subject = "
                 f"'wave {wave.wave_id}' and key_id = '{{}}' and detail->>'address' = '{{}}'")
        for key in (reader, wave.key):
            for address in addresses:
                for times in (1, 2):
                    self.assert_status(wave.ask("GET", address, key=key), 200)
                    self.assertEqual(self.server.sql(count.format(key.split("_")[2], wave.path +
                                                                  address)), str(times), address)
                etag = wave.ask("GET", address, key=key).headers.get("ETag")
                if etag:
                    same = wave.ask("GET", address, key=key, If_None_Match=etag)
                    self.assertEqual(same.status, 304)
                    self.assertEqual(self.server.sql(count.format(
                        key.split("_")[2], wave.path + address)), "4", "a 304 is a read")
        said = wave.ask("GET", "/standings", key=reader).json
        self.assertEqual((said["state"], said["revision"]), ("published", 1))
        self.assertEqual(wave.ask("GET", key=reader).json["state"], "closed")
        self.assertNotIn("readers", wave.ask("GET", "/publications/1", key=reader).json)
        self.assertEqual(wave.get("/publications/1").json["readers"], [reader.split("_")[2]])
        for address in addresses:
            got = wave.ask("GET", address, key=other)
            self.assertTrue(got.status == 404 or got.json == {"data": [], "next_cursor": None})
        self.assertEqual(self.server.sql("select count(*) from audit where event = "
                                         "'publication.read' and key_id = "
                                         f"'{other.split('_')[2]}'"), "0")

    def test_a_reader_without_an_audit_is_not_answered(self):
        wave = self.given_hidden()
        self.publish(wave, announce_at=FAR)
        self.server.sql("revoke insert on audit from plaudit_runtime")
        try:
            for address in ("/standings", "/publications", "/publications/1"):
                self.assertGreaterEqual(wave.ask("GET", address).status, 400)
        finally:
            self.server.sql("grant insert on audit to plaudit_runtime")
        self.assert_status(wave.ask("GET", "/standings"), 200)

    def test_a_hidden_wave_shows_its_boards_to_the_firm_alone(self):
        wave = self.given_wave(small_document(before_publication="hidden"))
        sponsor = self.server.key(wave.organisation, "sponsor")
        wave.upload(ROWS)
        for _ in ("fielding", "closed"):
            for address in ("/standings", "/standings.csv", "/sectors", "/companies/A",
                            "/standings?sector=nobody"):
                self.assert_status(wave.ask("GET", address, key=sponsor), 404, "not_published")
            self.assertEqual(wave.get("/sectors").json["overall"]["contacts_all"], 3)
            wave.ask("POST", "/close")
        self.publish(wave)
        self.assert_status(wave.ask("GET", "/standings", key=sponsor), 200)

    def test_the_announcement_comes_by_the_clock_of_the_database_on_every_server(self):
        wave = self.given_hidden()
        sponsor = self.server.key(wave.organisation, "sponsor")
        second = Server(self.home, database=self.server.conninfo("plaudit_runtime")).start()
        waves = [Wave(server, sponsor, wave.programme, wave.code)
                 for server in (self.server, second)]
        try:
            self.publish(wave, announce_at=self.server.sql(
                "select to_char((now() + interval '3 s') at time zone 'UTC', "
                "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))
            late = "select announce_at <= now() from publication where wave_id = " + wave.wave_id
            for one in waves:
                self.assert_status(one.ask("GET", "/standings"), 404, "not_published")
                self.assertEqual(one.ask("GET").json["state"], "closed")
            self.assertEqual(self.server.sql(late), "f", "the test was too slow to show anything")
            for one in waves:
                wait_until(lambda one=one: one.ask("GET", "/standings").status == 200, 20,
                           "it is not announced")
                self.assertEqual(self.server.sql(late), "t", "announced before its time")
                shown = one.ask("GET").json
                self.assertEqual((shown["state"], shown["revision"]), ("published", 1))
                listed = ask(one.server, "GET", "/v1/programmes", key=sponsor).json["data"]
                self.assertEqual(listed[0]["waves"][0]["state"], "published")
                self.assertEqual(one.get("/standings").json["revision"], 1)
                self.assertTrue(one.get("/publications").json["data"][0]["announced"])
        finally:
            second.stop()

    def test_a_wave_opened_again_under_an_embargo_is_published_when_it_is_announced(self):
        wave = self.given_hidden()
        other = self.server.key(wave.organisation)
        self.publish(wave, announce_at=FAR)
        before = wave.get("/standings?revision=1").body
        for rest, state in (("open", "fielding"), ("close", "closed")):
            answer = wave.ask("POST", f"/{rest}", b'{"reason":"a file came late"}', other)
            self.assertEqual(answer.json["state"], state)
            wave.upload(ROWS.replace(b"\n1,", b"\n9,"))
        self.server.sql("alter table publication disable trigger user; update publication set "
                        f"announce_at = now() where wave_id = {wave.wave_id}; "
                        "alter table publication enable trigger user")
        shown = wave.ask("GET", key=other).json
        self.assertEqual((shown["state"], shown["revision"]), ("published", 1))
        self.assertEqual(wave.ask("GET", "/standings", key=other).body, before)
        self.assertEqual(wave.get("/sectors?revision=0").json["overall"]["contacts_all"], 4)
        self.assert_status(wave.ask("POST", "/open", b'{"reason":"x"}', other), 409, "wrong_state")

    def test_a_publication_sent_again_by_another_key_is_not_told(self):
        wave = self.given_hidden()
        other = self.server.key(wave.organisation)
        body = json.dumps({"announce_at": FAR}).encode()
        said = [wave.ask("POST", "/publish", body, key, Content_Type=JSON, Idempotency_Key="one")
                for key in (wave.key, wave.key, other)]
        self.assert_status(said[1], 200)
        self.assertEqual((said[1].body, said[1].headers["Idempotency-Replayed"]), (said[0].body, "true"))
        self.assert_status(said[2], 422, "idempotency_key_reused")

    def test_a_key_that_cannot_know_of_a_revision_is_not_asked_for_a_reason(self):
        wave = self.given_hidden()
        other = self.server.key(wave.organisation)
        self.publish(wave, announce_at=FAR)
        self.publish(wave, 422, announce_at=FAR)
        said = self.publish(wave, key=other, announce_at=FAR)
        self.assertEqual((said["revision"], said["difference"]), (2, None))


if __name__ == "__main__":
    unittest.main(verbosity=2)
