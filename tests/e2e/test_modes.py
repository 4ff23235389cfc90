#!/usr/bin/env python3
"""Dry runs, all or nothing, and kept files taken for good."""
import json
import random
import threading
import unittest

from harness import CSV, JSON, NDJSON, ServerCase, sample_rows, small_document

COUNTS = ("received", "accepted", "duplicates", "replaced", "rejected")
HEADER = b"result_id,company,channel,q1,q2,csat\n"
GOOD = HEADER + b"a,A,phone,1,1,5\nb,B,chat,2,,4\na,A,phone,1,1,5\n"
FAULTY = GOOD + b"c,X,phone,1,1,5\nd,A,phone,1,1,9\n"
DRY, ABORT = "dry_run=1", "on_error=abort"


def counts(answer):
    return [answer.json[name] for name in COUNTS]


class Modes(ServerCase):
    def given_small(self, suffix=""):
        return self.given_wave(small_document(), suffix=suffix)

    def upload(self, wave, query, data, content_type=CSV):
        answer = wave.ask("POST", f"/uploads?{query}", data, Content_Type=content_type)
        if "received" in answer.json:
            self.assertEqual(answer.json["received"], sum(counts(answer)[1:]), answer)
        return answer

    def test_a_dry_run_says_what_the_upload_then_says(self):
        wave = self.given_wave()
        header, rows = sample_rows()
        draw = random.Random(4)
        for turn in range(4):
            some = draw.sample(rows, 900) + draw.sample(rows, 100)
            some += [row.replace(b"phone", b"pigeon") for row in draw.sample(rows, 40)]
            some += [row.rstrip() + b",too,many\n" for row in draw.sample(rows, 3)]
            draw.shuffle(some)
            file = header + b"".join(some)
            before = wave.boards() if turn else None
            dry = self.upload(wave, DRY, file)
            self.assert_status(dry, 200)
            self.assertEqual(dry.json["state"], "tried")
            self.assertEqual(wave.boards() if turn else None, before)
            wet = self.upload(wave, "", file)
            self.assertEqual(counts(dry), counts(wet))
            self.assertEqual(dry.json["errors"], wet.json["errors"])
            self.assertEqual(dry.json["errors_total"], wet.json["errors_total"])
            self.assertGreater(wet.json["accepted"] if not turn else wet.json["duplicates"], 100)
        self.assertIn("0 differences", self.server.verify())

    def test_a_dry_run_stores_nothing_but_what_was_wrong(self):
        wave = self.given_small()
        tables = "result tally_delta tally_snapshot upload_batch identity.shopper result_revision"
        sizes = lambda: [self.server.sql(f"select count(*) from {table}") for table in tables.split()]
        before = sizes()
        dry = self.upload(wave, DRY, FAULTY)
        self.assert_status(dry, 200)
        self.assertEqual(counts(dry), [5, 2, 1, 0, 2])
        self.assertEqual(sizes(), before)
        faults = wave.get(f"/uploads/{dry.json['upload']}/errors").json["data"]
        self.assertEqual([fault["code"] for fault in faults], ["unknown_company", "off_scale"])
        kept = wave.get(f"/uploads/{dry.json['upload']}").json
        self.assertEqual([kept["state"], kept["accepted"], kept["rejected"]], ["tried", 2, 2])

    def test_a_file_with_a_rejected_row_is_refused_as_a_whole(self):
        wave = self.given_small()
        refused = self.upload(wave, ABORT, FAULTY)
        self.assert_status(refused, 422, "rows_rejected")
        self.assertEqual(counts(refused), [5, 0, 1, 0, 4])
        self.assertEqual([refused.json["state"], refused.json["withheld"]], ["refused", 2])
        self.assertEqual(refused.json["errors_total"], 2)
        self.assertEqual(wave.stored(), 0)
        tried = self.upload(wave, f"{DRY}&{ABORT}", FAULTY)
        self.assert_status(tried, 422, "rows_rejected")
        self.assertEqual([counts(tried), tried.json["state"]], [counts(refused), "tried"])
        taken = self.upload(wave, ABORT, GOOD)
        self.assert_status(taken, 200)
        self.assertEqual([counts(taken), taken.json["state"]], [[3, 2, 1, 0, 0], "done"])
        self.assertEqual([wave.stored(), wave.counted()], [2, 2])
        conflict = self.upload(wave, ABORT, HEADER + b"e,A,phone,1,1,5\nb,A,chat,2,,4\n")
        self.assert_status(conflict, 422, "rows_rejected")
        self.assertEqual(wave.stored(), 2)
        self.server.verify()

    def test_replacing_may_be_tried_and_taken_as_a_whole(self):
        wave = self.given_small()
        self.upload(wave, "", GOOD)
        before = wave.get("/sectors").body
        changed = GOOD.replace(b"chat,2,,4", b"chat,1,,3")
        tried = self.upload(wave, f"{DRY}&replace=1", changed)
        self.assertEqual(counts(tried), [3, 0, 2, 1, 0])
        self.assertEqual(wave.get("/sectors").body, before)
        refused = self.upload(wave, f"{ABORT}&replace=1", changed + b"c,X,phone,1,1,5\n")
        self.assertEqual([counts(refused), refused.json["withheld"]], [[4, 0, 2, 0, 2], 1])
        self.assertEqual(wave.get("/sectors").body, before)
        taken = self.upload(wave, f"{ABORT}&replace=1", changed)
        self.assertEqual(counts(taken), counts(tried))
        self.server.verify()

    def test_every_format_may_be_tried(self):
        wave = self.given_small()
        rows = [{"result_id": "n1", "company": "A", "channel": "phone", "q1": 2},
                {"result_id": "n2", "company": "X", "channel": "phone", "q1": 2}]
        for data, content_type in (("\n".join(map(json.dumps, rows)), NDJSON), (json.dumps(rows), JSON)):
            tried = self.upload(wave, DRY, data.encode(), content_type)
            self.assertEqual(counts(tried), [2, 1, 0, 0, 1])
        self.assertEqual(wave.stored(), 0)

    def test_a_file_that_was_tried_is_taken_for_good(self):
        wave = self.given_small()
        data = FAULTY.replace(b",", b";")
        tried = self.upload(wave, f"{DRY}&delimiter=semicolon", data)
        taken = wave.ask("POST", f"/uploads/{tried.json['upload']}/run")
        self.assert_status(taken, 200)
        self.assertEqual([counts(taken), taken.json["state"]], [counts(tried), "done"])
        self.assertEqual(taken.json["reading"]["delimiter"]["by"], "declared")
        self.assertNotEqual(taken.json["upload"], tried.json["upload"])
        again = wave.ask("POST", f"/uploads/{taken.json['upload']}/run?{ABORT}")
        self.assert_status(again, 422, "rows_rejected")
        self.assertEqual(again.json["duplicates"], 3)
        other = wave.ask("POST", f"/uploads/{tried.json['upload']}/run?delimiter=comma")
        self.assertEqual(counts(other), [5, 0, 0, 0, 5], "what the query declares wins")
        listed = [[u["upload"], u["state"]] for u in wave.get("/uploads").json["data"]]
        self.assertEqual(listed[-2:], [[taken.json["upload"], "done"], [tried.json["upload"], "tried"]])

    def test_what_is_not_kept_is_not_taken(self):
        wave, other = self.given_small(), self.given_small("-other")
        tried = self.upload(wave, DRY, GOOD)
        number = tried.json["upload"]
        self.assert_status(other.ask("POST", f"/uploads/{number}/run"), 404, "unknown_upload")
        self.assert_status(wave.ask("POST", f"/uploads/{number}/run?dry_run=2"), 422, "bad_upload_mode")
        self.assert_status(wave.ask("POST", "/uploads/999999/run"), 404, "unknown_upload")
        self.server.sql(f"insert into upload (wave_id, key_id, format, state) select wave_id, key_id, 'csv', 'done' "
                        f"from upload where upload_id = {number}")
        lost = wave.get("/uploads?limit=1").json["data"][0]["upload"]
        self.assert_status(wave.ask("POST", f"/uploads/{lost}/run"), 404, "file_not_kept")
        self.assert_status(wave.ask("GET", f"/uploads/{lost}/rejected"), 404, "file_not_kept")

    def test_the_list_of_uploads_is_paged(self):
        wave = self.given_small()
        numbers = [self.upload(wave, "", GOOD).json["upload"] for _ in range(5)]
        page, seen = wave.get("/uploads?limit=2").json, []
        while True:
            seen += [upload["upload"] for upload in page["data"]]
            if page["next_cursor"] is None:
                break
            page = wave.get(f"/uploads?limit=2&cursor={page['next_cursor']}").json
        self.assertEqual(seen, numbers[::-1])
        self.assert_status(wave.ask("GET", "/uploads?limit=0"), 400, "bad_page")

    def test_files_at_once_count_every_row_once(self):
        wave = self.given_wave()
        header, rows = sample_rows()
        answers = []

        def send(query, some):
            answer = self.upload(wave, query, header + b"".join(some))
            while answer.status == 503:
                answer = self.upload(wave, query, header + b"".join(some))
            answers.append(answer)

        senders = [threading.Thread(target=send, args=(query, rows[start:start + 2000])) for query, start in
                   ((ABORT, 0), ("", 1000), (ABORT, 500), (DRY, 0), ("", 0))]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        self.assertEqual([answer.status for answer in answers], [200] * 5)
        self.assertEqual(sum(a.json["accepted"] for a in answers if a.json["state"] == "done"), 3000)
        self.assertEqual(wave.stored(), 3000)
        self.server.verify()


if __name__ == "__main__":
    unittest.main(verbosity=2)
