"""Review by HTTP: statuses, corrections, notes, appeals, and the life of a wave."""
import json
import socket
import threading
import time
import unittest

from harness import CSV, JSON, ServerCase, many_rows, small_document, wait_until

HEADER = b"result_id,company,channel,shopper,q1,q2,csat,ces,nps\n"
ROWS = [b"a,A,phone,S-1,2,1,5,7,9\n", b"b,A,chat,S-2,0,,2,3,1\n", b"c,B,phone,S-1,1,1,4,6,8\n"]


class Review(ServerCase):
    def given_results(self, **wave):
        made = self.given_wave(small_document(**wave))
        answer = made.upload(HEADER + b"".join(ROWS))
        self.assertEqual(answer.json["accepted"], 3, answer)
        return made

    @staticmethod
    def patch(wave, address, body, **headers):
        return wave.ask("PATCH", address, json.dumps(body).encode(), Content_Type=JSON, **headers)

    @staticmethod
    def post(wave, address, body=None):
        data = None if body is None else json.dumps(body).encode()
        return wave.ask("POST", address, data, Content_Type=JSON)

    def contacts(self, wave):
        """Contacts counted, by company."""
        board = wave.get("/standings?sector=S").json
        return {s["company"]["code"]: s["n"] for s in board["standings"]}

    def audited(self, wave, event):
        return int(self.server.sql(
            "select count(*) from audit a join organisation o using (organisation_id) "
            f"where o.code = '{wave.organisation}' and event = '{event}'"))

    def test_more_reviews_than_may_wait_at_once_are_told_to_come_again(self):
        """Clients that are gone: what they asked for still waits for the wave."""
        wave = self.given_results()
        body = b'{"words":"w"}'
        request = (f"POST {wave.path}/results/a/appeals HTTP/1.1\r\nHost: localhost\r\n"
                   f"Authorization: Bearer {wave.key}\r\nContent-Length: {len(body)}\r\n\r\n")
        held = threading.Thread(target=self.server.sql, args=(
            "begin; select from wave join programme using (programme_id) join organisation o using "
            f"(organisation_id) where o.code = '{wave.organisation}' for update of wave; "
            "select pg_sleep(3)",))
        held.start()
        wait_until(lambda: self.server.sql("select count(*) from pg_stat_activity where "
                                           "query like '%pg_sleep(3)' and pid <> pg_backend_pid()")
                   == "1", 5, "nobody holds the wave")
        for _ in range(400):
            with socket.create_connection(("127.0.0.1", self.server.port)) as client:
                client.sendall(request.encode() + body)
        for _ in range(2):
            answer = self.post(wave, "/reviews", {"status": "approved", "where": {}})
            self.assert_status(answer, 503, "try_again")
            self.assertIn("Retry-After", answer.headers)
        self.assert_status(self.patch(wave, "/results/a", {"status": "approved"}), 503, "try_again")
        held.join()
        wait_until(lambda: self.patch(wave, "/results/b", {"status": "approved"}).status == 200, 60,
                   "there is no room again")
        self.assertEqual(self.server.sql(
            f"select count(*) from appeal join wave using (wave_id) join programme using "
            "(programme_id) join organisation o using (organisation_id) where o.code = "
            f"'{wave.organisation}'"), "1")

    def test_a_page_too_large_for_an_answer_is_refused_and_a_smaller_one_is_whole(self):
        """Of appeals: words of control characters take six bytes each."""
        wave = self.given_results()
        self.server.sql(
            "insert into appeal (wave_id, result_id, opened_by, words, status_before, outcome, "
            "outcome_words, closed_at, closed_by) select wave_id, 'a', 'k', repeat(chr(1), 20000), "
            "0, 'dismissed', repeat(chr(1), 20000), now(), 'k' from generate_series(1, 300), wave "
            "join programme using (programme_id) join organisation o using (organisation_id) "
            f"where o.code = '{wave.organisation}'")
        self.assert_status(wave.ask("GET", "/appeals?limit=1000"), 413, "limit_reached")
        self.assertEqual(len(wave.get("/appeals?limit=100").json["data"]), 100)

    def test_a_result_is_shown_as_it_was_sent_and_scored(self):
        wave = self.given_results()
        answer = wave.get("/results/a")
        self.assertEqual(answer.headers["ETag"], '"1"')
        shown = answer.json
        self.assertEqual(
            {k: shown[k] for k in ("result_id", "company", "channel", "shopper", "answered",
                                   "answers", "cx", "score", "status", "revision", "breaches")},
            {"result_id": "a", "company": "A", "channel": "phone", "shopper": "S-1",
             "answered": True, "answers": {"q1": 2, "q2": 1},
             "cx": {"csat": 5, "ces": 7, "nps": 9}, "score": 100, "status": "submitted",
             "revision": 1, "breaches": []})
        self.assertEqual((shown["revisions"], shown["notes"], shown["appeals"]), ([], [], []))
        self.assertEqual(wave.get("/results/b").json["answers"], {"q1": 0})
        self.assert_status(wave.ask("GET", "/results/zz"), 404, "unknown_result")

    def test_results_come_in_pages_and_by_status_company_and_channel(self):
        wave = self.given_results()
        self.patch(wave, "/results/b", {"status": "excluded"})

        def ids(query):
            return [r["result_id"] for r in wave.get(f"/results{query}").json["data"]]
        self.assertEqual(ids(""), ["a", "b", "c"])
        self.assertEqual(ids("?status=excluded"), ["b"])
        self.assertEqual(ids("?company=A&channel=phone"), ["a"])
        page = wave.get("/results?limit=2").json
        self.assertEqual(page["next_cursor"], "b")
        self.assertEqual(ids("?limit=2&cursor=b"), ["c"])
        self.assert_status(wave.ask("GET", "/results?status=lost"), 422, "unknown_status")
        self.assert_status(wave.ask("GET", "/results?company=Z"), 404, "unknown_company")
        self.assert_status(wave.ask("GET", "/results?limit=0"), 400, "bad_page")

    def test_an_excluded_result_is_in_no_index_yet_stays_on_record(self):
        wave = self.given_results()
        self.assertEqual(self.contacts(wave), {"A": 2, "B": 1})
        answer = self.patch(wave, "/results/b", {"status": "excluded", "reason": "a test call"})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.headers["ETag"], '"2"')
        self.assertEqual(self.contacts(wave), {"A": 1, "B": 1})
        shown = wave.get("/results/b").json
        self.assertEqual((shown["status"], shown["revision"], shown["score"]), ("excluded", 2, 0))
        before = shown["revisions"][0]
        self.assertEqual((before["revision"], before["status"], before["reason"],
                          before["changed_by"]),
                         (1, "submitted", "a test call", wave.key.split("_")[2]))
        self.assertEqual(self.audited(wave, "result.review"), 1)
        self.server.verify()

    def test_which_states_count_is_the_programmes_word(self):
        wave = self.given_results(review={"counts": ["approved"]})
        self.assertEqual(wave.counted(), 0)
        self.assertEqual(self.post(wave, "/reviews", {"status": "approved", "where": {}}).json,
                         {"changed": 3, "unchanged": 0, "unknown": []})
        self.assertEqual(self.contacts(wave), {"A": 2, "B": 1})
        self.server.verify()

    def test_a_correction_is_scored_again_and_the_old_row_is_kept(self):
        wave = self.given_results()
        refused = self.patch(wave, "/results/a", {"answers": {"q1": 0}})
        self.assert_status(refused, 422, "reason_required")
        answer = self.patch(wave, "/results/a", {
            "answers": {"q1": 0}, "company": "B", "shopper": "S-9", "cx": None, "nps": None,
            "reason": "the recording"})
        self.assert_status(answer, 422, "result_faults")
        self.assertEqual([(e["code"], e["column"]) for e in answer.json["errors"]],
                         [("unknown_column", "cx")])
        answer = self.patch(wave, "/results/a", {
            "answers": {"q1": 0}, "company": "B", "shopper": "S-9", "nps": None,
            "reason": "the recording"})
        self.assertEqual(answer.status, 200, answer)
        now, before = answer.json, answer.json["revisions"][0]
        self.assertEqual((now["company"], now["shopper"], now["answers"], now["cx"]["nps"],
                          now["score"], now["revision"]),
                         ("B", "S-9", {"q1": 0, "q2": 1}, None, 60, 2))
        self.assertEqual((before["company"], before["shopper"], before["answers"],
                          before["cx"]["nps"], before["score"]),
                         ("A", "S-1", {"q1": 2, "q2": 1}, 9, 100))
        self.assertEqual(self.contacts(wave), {"A": 1, "B": 2})
        self.assertEqual(self.audited(wave, "result.correct"), 1)
        self.server.verify()

    def test_a_file_sent_again_after_a_correction_is_still_known(self):
        wave = self.given_results()
        self.patch(wave, "/results/a", {"q1": 0, "reason": "the recording"})
        again = wave.upload(HEADER + b"".join(ROWS)).json
        self.assertEqual((again["duplicates"], again["rejected"]), (3, 0), again)

    def test_of_two_changes_of_one_revision_the_second_is_refused(self):
        wave = self.given_results()
        first = self.patch(wave, "/results/a", {"status": "approved"}, If_Match='"1"')
        self.assertEqual(first.status, 200, first)
        second = self.patch(wave, "/results/a", {"status": "excluded"}, If_Match='"1"')
        self.assert_status(second, 412, "precondition_failed")
        odd = self.patch(wave, "/results/a", {"status": "excluded"}, If_Match="1")
        self.assert_status(odd, 412, "precondition_failed")
        self.assertEqual(wave.get("/results/a").json["status"], "approved")

    def test_bodies_that_mean_nothing_change_nothing(self):
        wave = self.given_results()
        for body in ({}, {"reason": "r"}, {"status": "lost"}, {"status": "disputed"},
                     {"status": "approved", "reason": "x" * 2001}):
            self.assert_status(self.patch(wave, "/results/a", body), 422, "bad_body")
        for body in ({}, {"status": "approved"}, {"status": "approved", "where": {}, "result_ids": []},
                     {"status": "disputed", "where": {}}, {"status": "approved", "where": {"x": "y"}},
                     {"status": "approved", "where": {"company": "Z"}},
                     {"status": "approved", "result_ids": ["a"] * 10001},
                     {"status": "approved", "result_ids": [1]}):
            self.assert_status(self.post(wave, "/reviews", body), 422, "bad_body")
        for data in (b"", b"[]", b"{", b'{"status":"approved"}x'):
            answer = wave.ask("POST", "/reviews", data, Content_Type=JSON)
            self.assert_status(answer, 422, "bad_body")
        self.assertEqual(wave.get("/results/a").json["revision"], 1)

    def test_ten_thousand_results_are_approved_at_once(self):
        wave = self.given_wave()
        header, rows = many_rows(10000)
        self.assertEqual(wave.upload(header + b"".join(rows)).json["accepted"], 10000)
        ids = [row.split(b",", 1)[0].decode() for row in rows]
        answer = self.post(wave, "/reviews", {"status": "approved", "result_ids": ids[:-1] + ["?"]})
        self.assertEqual(answer.json, {"changed": 9999, "unchanged": 0, "unknown": ["?"]})
        answer = self.post(wave, "/reviews", {"status": "approved", "where": {"status": "submitted"}})
        self.assertEqual(answer.json, {"changed": 1, "unchanged": 0, "unknown": []})
        self.assertEqual(wave.counted(), 10000)
        self.assertEqual(self.audited(wave, "result.review"), 10000)
        self.server.verify()

    def test_a_filter_takes_company_channel_and_time(self):
        wave = self.given_wave(small_document())
        wave.upload(b"result_id,company,channel,contacted_at,q1\n"
                    b"a,A,phone,2020-01-06T10:00:00Z,1\nb,A,phone,2020-02-06T10:00:00Z,1\n"
                    b"c,A,chat,2020-01-06T10:00:00Z,1\nd,B,phone,2020-01-06T10:00:00Z,1\n")
        answer = self.post(wave, "/reviews", {
            "status": "returned", "reason": "a broken recorder",
            "where": {"company": "A", "channel": "phone", "contacted_before": "2020-02-01T00:00:00Z"}})
        self.assertEqual(answer.json["changed"], 1)
        self.assertEqual(wave.get("/results/a").json["status"], "returned")

    def test_notes_are_kept_with_who_wrote_them(self):
        wave = self.given_results()
        answer = self.post(wave, "/results/a/notes", {"words": "asked the shopper"})
        self.assertEqual(answer.status, 201, answer)
        note = wave.get("/results/a").json["notes"][0]
        self.assertEqual((note["note"], note["words"], note["key"]),
                         (answer.json["note"], "asked the shopper", wave.key.split("_")[2]))
        self.assert_status(self.post(wave, "/results/zz/notes", {"words": "x"}), 404, "unknown_result")
        self.assert_status(self.post(wave, "/results/a/notes", {}), 422, "bad_body")
        self.assertEqual(self.audited(wave, "result.note"), 1)

    def test_an_appeal_from_its_opening_to_its_outcome(self):
        wave = self.given_results()
        self.patch(wave, "/results/a", {"status": "approved"})
        opened = self.post(wave, "/results/a/appeals", {"words": "we called back"})
        self.assertEqual(opened.status, 201, opened)
        self.assertEqual(opened.json["status"], "disputed")
        appeal = opened.json["appeals"][0]
        self.assertEqual((appeal["words"], appeal["status_before"], appeal["outcome"]),
                         ("we called back", "approved", None))
        self.assertEqual(wave.get("/appeals?open=1").json["data"], [appeal])
        self.assertEqual(self.contacts(wave), {"A": 2, "B": 1})
        self.assert_status(self.patch(wave, "/results/a", {"status": "excluded"}), 409, "appeal_open")
        self.assert_status(self.post(wave, "/results/a/appeals", {"words": "x"}), 409, "appeal_open")
        address = f"/appeals/{appeal['appeal']}"
        self.assert_status(self.patch(wave, address, {"outcome": "upheld", "words": "true"}), 422,
                           "bad_body")
        closed = self.patch(wave, address, {"outcome": "dismissed", "words": "no call was found"})
        self.assertEqual((closed.status, closed.json["status"]), (200, "approved"), closed)
        self.assertEqual(closed.json["appeals"][0]["outcome"], "dismissed")
        self.assert_status(self.patch(wave, address, {"outcome": "dismissed", "words": "x"}), 409,
                           "appeal_not_open")
        self.assert_status(self.patch(wave, "/appeals/999", {"outcome": "dismissed", "words": "x"}),
                           404, "unknown_appeal")
        self.assertEqual(wave.get("/appeals?open=1").json["data"], [])
        self.assertEqual((self.audited(wave, "appeal.open"), self.audited(wave, "appeal.close")), (1, 1))

    def test_an_appeal_upheld_takes_the_result_out(self):
        wave = self.given_results()
        appeal = self.post(wave, "/results/a/appeals", {"words": "wrong number"}).json["appeals"][0]
        self.patch(wave, f"/appeals/{appeal['appeal']}",
                   {"outcome": "upheld", "words": "so it was", "status": "excluded"})
        self.assertEqual(self.contacts(wave), {"A": 1, "B": 1})
        self.server.verify()

    def test_a_closed_wave_is_changed_only_with_a_reason_and_takes_no_rows(self):
        wave = self.given_results()
        wave.ask("POST", "/close")
        for body in ({"status": "excluded"}, {"answers": {"q1": 0}}):
            self.assert_status(self.patch(wave, "/results/a", body), 422, "reason_required")
        refused = self.post(wave, "/reviews", {"status": "excluded", "result_ids": ["a"]})
        self.assert_status(refused, 422, "reason_required")
        self.assertEqual(self.contacts(wave), {"A": 2, "B": 1})
        done = self.patch(wave, "/results/a", {"status": "excluded", "reason": "late news"})
        self.assertEqual(done.status, 200, done)
        self.assertEqual(self.contacts(wave), {"A": 1, "B": 1})
        self.assert_status(wave.upload(HEADER + b"z,A,phone,S-1,2,1,5,7,9\n"), 409, "wave_not_fielding")

    def test_opening_again_needs_a_reason_and_is_on_record(self):
        wave = self.given_results()
        wave.ask("POST", "/close")
        self.assert_status(wave.ask("POST", "/open"), 422, "reason_required")
        self.assert_status(self.post(wave, "/open", {"reason": ""}), 422, "bad_body")
        answer = self.post(wave, "/open", {"reason": "a box of forms was found"})
        self.assertEqual((answer.status, answer.json["state"]), (200, "fielding"))
        steps = wave.get("").json["history"]
        self.assertEqual([(s["from"], s["to"], s["reason"]) for s in steps],
                         [("draft", "fielding", None), ("fielding", "closed", None),
                          ("closed", "fielding", "a box of forms was found")])
        self.assertEqual({s["key"] for s in steps}, {wave.key.split("_")[2]})
        sponsor = self.server.key(wave.organisation, "sponsor")
        shown = wave.ask("GET", key=sponsor).json
        self.assertNotIn("history", shown)
        self.assertNotIn("history_total", shown)
        self.assertEqual(self.server.sql(
            "select count(*) from audit where event = 'wave.open' and "
            "detail->>'reason' = 'a box of forms was found'"), "1")

    def test_a_long_life_is_told_by_its_last_hundred_steps_and_their_number(self):
        wave = self.given_results()
        self.server.sql(
            "insert into wave_step (wave_id, key_id, from_state, to_state, reason, at) "
            "select wave_id, 'k', 'closed', 'fielding', n::text, now() + n * interval '1 second' "
            "from wave join programme using (programme_id) join organisation o using "
            f"(organisation_id), generate_series(1, 150) n where o.code = '{wave.organisation}'")
        said = wave.get("").json
        self.assertEqual([s["reason"] for s in said["history"]], [str(n) for n in range(51, 151)])
        self.assertEqual(said["history_total"], 151)

    def test_a_published_wave_is_not_opened_again(self):
        wave = self.given_results()
        wave.ask("POST", "/close")
        self.server.sql("update wave set state = 'published' from programme p join organisation o "
                        "using (organisation_id) where p.programme_id = wave.programme_id and "
                        f"o.code = '{wave.organisation}'")
        self.assert_status(self.post(wave, "/open", {"reason": "x"}), 409, "wrong_state")

    def test_results_are_the_firms_alone(self):
        wave = self.given_results()
        sponsor = self.server.key(wave.organisation, "sponsor")
        for method, address in (("GET", "/results"), ("GET", "/results/a"), ("GET", "/appeals"),
                                ("PATCH", "/results/a"), ("POST", "/reviews"),
                                ("POST", "/results/a/notes"), ("POST", "/results/a/appeals"),
                                ("PATCH", "/appeals/1")):
            body = b"{}" if method != "GET" else None
            answer = wave.ask(method, address, body, key=sponsor, Content_Type=JSON)
            self.assert_status(answer, 403, "not_allowed")

    def test_backends_killed_while_results_change_leave_nothing_counted_twice(self):
        wave = self.given_wave()
        header, rows = many_rows(3000)
        wave.upload(header + b"".join(rows))
        ids = [row.split(b",", 1)[0].decode() for row in rows]
        stop, broken = threading.Event(), []

        def kill():
            while not stop.is_set():
                broken.append(self.server.break_connections("query ilike '%result%'"))
                time.sleep(0.15)
        killer = threading.Thread(target=kill)
        killer.start()
        try:
            answers = []
            for status in ("excluded", "approved", "returned", "submitted", "excluded"):
                for begin in range(0, 3000, 1500):
                    answers.append(self.post(wave, "/reviews", {
                        "status": status, "result_ids": ids[begin:begin + 1500]}).status)
        finally:
            stop.set()
            killer.join()
        self.assertTrue(set(answers) <= {200, 503}, answers)
        self.assertGreater(sum(broken), 0)
        self.server.verify()
        self.post(wave, "/reviews", {"status": "excluded", "result_ids": ids})
        self.assertEqual(wave.counted(), 0)
        self.assertEqual(wave.stored(), 3000)
        self.server.verify()

    def test_rows_may_come_while_others_are_reviewed(self):
        wave = self.given_wave()
        header, rows = many_rows(4000)
        wave.upload(header + b"".join(rows[:2000]))
        answers = []

        def review():
            for status in ("excluded", "submitted", "excluded"):
                answers.append(self.post(wave, "/reviews", {
                    "status": status, "where": {"company": "C001"}}).status)
        reviewer = threading.Thread(target=review)
        reviewer.start()
        wave.ask("POST", "/uploads", header + b"".join(rows[2000:]), Content_Type=CSV)
        reviewer.join()
        self.assertEqual(answers, [200, 200, 200])
        self.post(wave, "/reviews", {"status": "excluded", "where": {"company": "C001"}})
        excluded = len(wave.get("/results?status=excluded&limit=1000").json["data"])
        self.assertEqual(wave.counted(), 4000 - excluded)
        self.server.verify()


if __name__ == "__main__":
    unittest.main()
