"""Every fault of a file is told with its row, column, code, value and what was expected; the other
rows count, and nothing of a rejected row does."""
import json
import unittest

from harness import NDJSON, ServerCase, small_document

HEADER = ("result_id,company,sector,channel,shopper,contacted_at,answered,attempt,wait_seconds,"
          "duration_seconds,q1,q2,csat,ces,nps,comment").split(",")
GOOD = {"company": "A", "sector": "S", "channel": "phone", "shopper": "P1", "answered": "1",
        "q1": "2", "q2": "1", "csat": "4", "ces": "5", "nps": "9"}


def line(result_id, /, **values):
    row = {**GOOD, "result_id": result_id, **values}
    return ",".join(row.get(name, "") for name in HEADER).encode()


def record(result_id, /, **values):
    row = {**GOOD, "result_id": result_id, **values}
    answers = {code: row.pop(code) for code in ("q1", "q2") if code in row}
    return json.dumps({**row, "answers": answers}).encode()


def faults_of_fields(make):
    """(row's bytes, [(column, code, value)]) of each fault a field can have."""
    long_id, long_shopper, long_comment = "i" * 201, "s" * 101, "c" * 20001
    return [
        (make(""), [("result_id", "missing", "")]),
        (make(long_id), [("result_id", "too_long", long_id)]),
        (make("f4", company=""), [("company", "missing", "")]),
        (make("f5", company="Z"), [("company", "unknown_company", "Z")]),
        (make("f6", company="C", sector=""), [("company", "not_in_wave", "C")]),
        (make("f7", sector="T"), [("sector", "wrong_sector", "T")]),
        (make("f8", channel=""), [("channel", "missing", "")]),
        (make("f9", channel="fax"), [("channel", "unknown_channel", "fax")]),
        (make("f10", shopper=long_shopper), [("shopper", "too_long", long_shopper)]),
        (make("f11", contacted_at="yesterday"), [("contacted_at", "not_an_instant", "yesterday")]),
        (make("f12", contacted_at="2099-01-01T00:00:00Z"),
         [("contacted_at", "in_the_future", "2099-01-01T00:00:00Z")]),
        (make("f13", answered="maybe"), [("answered", "not_a_boolean", "maybe")]),
        (make("f14", attempt="0"), [("attempt", "out_of_range", "0")]),
        (make("f15", attempt="1.5"), [("attempt", "not_an_integer", "1.5")]),
        (make("f16", wait_seconds="5184001"), [("wait_seconds", "out_of_range", "5184001")]),
        (make("f17", duration_seconds="-1"), [("duration_seconds", "out_of_range", "-1")]),
        (make("f18", q1="7"), [("q1", "not_an_option", "7")]),
        (make("f19", q1="+1"), [("q1", "not_an_integer", "+1")]),
        (make("f20", channel="chat"), [("q2", "item_not_of_channel", "1")]),
        (make("f21", csat="6"), [("csat", "off_scale", "6")]),
        (make("f22", nps="ten"), [("nps", "not_an_integer", "ten")]),
        (make("f23", ces="0"), [("ces", "off_scale", "0")]),
        (make("f24", comment=long_comment), [("comment", "too_long", long_comment)]),
        (make("f25", answered="0"), [("answered", "unanswered_with_answers", "0")]),
        (make("f26", company="Z", channel="fax", nps="99"),
         [("company", "unknown_company", "Z"), ("channel", "unknown_channel", "fax"),
          ("nps", "off_scale", "99")]),
    ]


def faults_of_csv():
    good = line("x")
    return [
        (b"x,A", [("sector", "too_few_fields", None)]),
        (good + b",1", [("", "too_many_fields", None)]),
        (line("x", comment='say "no"'), [("comment", "quote_inside_field", None)]),
        (line("x", comment='"no" way'), [("comment", "text_after_quote", None)]),
        (line("x", shopper="P\r1"), [("shopper", "bare_carriage_return", None)]),
        (line("x", comment="\0"), [(None, "nul_byte", None)]),
        (line("x", comment="\x01"), [(None, "control_character", None)]),
        (line("x") + b"\xff", [(None, "not_utf8", None)]),
        (line("x", comment="c" * 32769), [("comment", "field_too_long", None)]),
        (line("a\tb"), [("result_id", "control_character", None)]),
    ]


def faults_of_json():
    base = json.loads(record("x"))

    def with_member(text):
        return json.dumps(base).encode()[:-1] + b"," + text + b"}"

    return [
        (b'{"result_id":"x"', [(None, "not_json", None)]),
        (b"[1]", [(None, "not_an_object", None)]),
        (b"17", [(None, "not_an_object", None)]),
        (with_member(b'"comment":["a"]'), [("comment", "nested_value", None)]),
        (with_member(b'"company":"A"'), [("company", "duplicate_key", None)]),
        (with_member(b'"comment":"\\u0000"'), [("comment", "nul_character", None)]),
        (with_member(b'"comment":"\\ud800"'), [("comment", "lone_surrogate", None)]),
        (with_member(b'"comment":"' + b"c" * 32769 + b'"'), [("comment", "field_too_long", None)]),
        (with_member(b'"colour":"red"'), [("colour", "unknown_column", "red")]),
        (with_member(b'"contact_id":"y"'), [(None, "twice", None)]),
        (with_member(b'"comment":"\xff"'), [(None, "not_utf8", None)]),
        (with_member(b'"comment":' + b"[" * 40 + b"]" * 40), [(None, "too_deep", None)]),
        (b"{" + b",".join(b'"k%d":1' % i for i in range(300)) + b"}",
         [(None, "too_many_keys", None)]),
    ]


class Faults(ServerCase):
    def pages(self, wave, said, limit):
        """Everything errors_url lists."""
        found, cursor = [], ""
        while cursor is not None:
            rest = said["errors_url"].removeprefix(wave.path)
            page = wave.get(f"{rest}?limit={limit}" + (f"&cursor={cursor}" if cursor else "")).json
            self.assertLessEqual(len(page["data"]), limit)
            found += page["data"]
            cursor = page["next_cursor"]
        return found

    def assert_fault(self, fault, row, column, code, value):
        self.assertEqual((fault["row"], fault["code"]), (row, code), fault)
        if column is not None:
            self.assertEqual(fault["column"], column, fault)
        if value is not None:
            shown = fault["value"]
            self.assertTrue(value == shown or (len(value) > 60 and shown and
                                               value.startswith(shown.rstrip("…."))), fault)
        self.assertTrue(fault["expected"], fault)

    def check(self, wave, head, good, bad, content_type):
        """Good rows stand between the bad ones; each bad one is followed by its faults' words."""
        lines, expected = [], []
        for i, (text, faults) in enumerate(bad):
            lines += [text, good(f"g{i}")]
            expected += [(len(lines) - 1, *fault) for fault in faults]
        answer = wave.upload(head + b"\n".join(lines) + b"\n", content_type)
        self.assert_status(answer, 200)
        said = answer.json
        listed = self.pages(wave, said, 7)
        for fault, words in zip(listed, expected):
            self.assert_fault(fault, *words)
        self.assertEqual(len(listed), len(expected), listed[len(expected):])
        self.assertEqual(said["errors"], [{**f, "value": f["value"]} for f in listed][:100])
        self.assertEqual((said["received"], said["accepted"], said["rejected"], said["errors_total"]),
                         (len(lines), len(bad), len(bad), len(expected)), said)
        alone = self.given_wave(small_document(), suffix="-alone")
        rows = b"\n".join(good(f"g{i}") for i in range(len(bad)))
        self.assertEqual(alone.upload(head + rows, content_type).json["accepted"], len(bad))
        for address in ("/sectors", "/standings?sector=S", "/companies/A", "/companies/B"):
            self.assertEqual(wave.get(address).body, alone.get(address).body)
        self.server.verify()

    def test_every_fault_of_a_csv_file_is_told_and_nothing_of_its_row_counts(self):
        wave = self.given_wave(small_document())
        bad = faults_of_fields(line) + faults_of_csv()
        self.check(wave, ",".join(HEADER).encode() + b"\n", line, bad, "text/csv; charset=utf-8")

    def test_every_fault_of_ndjson_is_told_and_nothing_of_its_row_counts(self):
        wave = self.given_wave(small_document())
        self.check(wave, b"", record, faults_of_fields(record) + faults_of_json(), NDJSON)

    def test_an_unknown_column_of_a_csv_file_is_told(self):
        wave = self.given_wave(small_document())
        data = ",".join(HEADER).encode() + b",colour\n" + line("u1") + b",red\n"
        said = wave.upload(data).json
        self.assertEqual((said["accepted"], said["rejected"]), (0, 1))
        self.assert_fault(said["errors"][0], said["errors"][0]["row"], "colour", "unknown_column",
                          None)

    def test_an_answer_shows_the_first_hundred_faults_by_row_and_counts_all(self):
        wave = self.given_wave(small_document())
        rows = [line(f"r{i}", company="Z", nps="11") for i in range(1, 251)]
        answer = wave.upload(",".join(HEADER).encode() + b"\n" + b"\n".join(rows))
        self.assert_status(answer, 200)
        said = answer.json
        self.assertEqual((said["rejected"], said["errors_total"]), (250, 500))
        self.assertEqual([e["row"] for e in said["errors"]],
                         [row for row in range(1, 51) for _ in range(2)])
        listed = self.pages(wave, said, 33)
        self.assertEqual([e["row"] for e in listed], [row for row in range(1, 251) for _ in range(2)])
        self.assertEqual(listed[:100], said["errors"])

    def test_other_content_under_a_stored_id_is_a_conflict_and_the_stored_one_stays(self):
        wave = self.given_wave(small_document())
        head = ",".join(HEADER).encode() + b"\n"
        self.assertEqual(wave.upload(head + line("k1") + b"\n" + line("k2")).json["accepted"], 2)
        before = wave.get("/standings?sector=S").body
        said = wave.upload(head + line("k1", nps="0") + b"\n" + line("k2")).json
        self.assertEqual((said["accepted"], said["duplicates"], said["rejected"]), (0, 1, 1), said)
        self.assert_fault(said["errors"][0], 1, "result_id", "result_id_conflict", "k1")
        self.assertEqual(self.pages(wave, said, 10), said["errors"])
        self.assertEqual(wave.get("/standings?sector=S").body, before)
        self.server.verify()

    def test_an_id_twice_in_a_file_counts_once_and_with_other_content_is_told(self):
        wave = self.given_wave(small_document())
        head = ",".join(HEADER).encode() + b"\n"
        rows = [line("t1"), line("t2"), line("t1", nps="0"), line("t2"), line("t1")]
        said = wave.upload(head + b"\n".join(rows)).json
        self.assertEqual((said["received"], said["accepted"], said["duplicates"], said["rejected"]),
                         (5, 2, 2, 1), said)
        self.assert_fault(said["errors"][0], 3, "result_id", "result_id_twice", "t1")
        alone = self.given_wave(small_document(), suffix="-alone")
        alone.upload(head + b"\n".join(rows[:2]))
        self.assertEqual(wave.get("/standings?sector=S").body,
                         alone.get("/standings?sector=S").body)


if __name__ == "__main__":
    unittest.main(verbosity=2)
