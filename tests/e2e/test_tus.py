"""Resumable uploads, tus 1.0.0: every answer of the protocol."""
import unittest

from harness import ask, sample_rows, wait_until
from tus_client import CSV_METADATA, STREAM, TUS, Tus, TusCase, checksum, metadata


class Protocol(TusCase):
    def test_options_say_what_is_spoken(self):
        wave = self.given_wave()
        answer = ask(self.server, "OPTIONS", f"{wave.path}/uploads/tus")
        self.assert_status(answer, 204)
        self.assertEqual(answer.headers["Tus-Version"], "1.0.0")
        self.assertEqual(answer.headers["Tus-Extension"],
                         "creation,creation-with-upload,checksum,expiration,termination")
        self.assertEqual(answer.headers["Tus-Checksum-Algorithm"], "sha1,sha256")
        self.assertEqual(int(answer.headers["Tus-Max-Size"]), 5 * 1024 ** 3)

    def test_a_file_in_pieces_is_counted_once_all_of_it_has_come(self):
        wave = self.given_wave()
        data, rows = self.given_file()
        tus = self.given_tus(wave, len(data))
        self.assertEqual(tus.offset(), 0)
        third = len(data) // 3
        for begin, end in ((0, third), (third, 2 * third), (2 * third, len(data))):
            self.assertEqual(wave.stored(), 0)
            answer = tus.patch(begin, data[begin:end])
            self.assert_status(answer, 204)
            self.assertEqual(int(answer.headers["Upload-Offset"]), end)
        report = self.assert_counted(wave, tus, rows)
        self.assertEqual((report["received"], report["accepted"], report["bytes"]), (rows, rows, len(data)))

    def test_a_whole_file_takes_nothing_more_and_says_that_it_is_whole(self):
        wave = self.given_wave()
        data, rows = self.given_file()
        tus = self.given_tus(wave, len(data), body=data)
        for _ in range(2):
            answer = tus.patch(len(data), b"")
            self.assert_status(answer, 204)
            self.assertEqual(int(answer.headers["Upload-Offset"]), len(data))
            self.assert_code(tus.patch(len(data), b"x"), 413, "upload_length_exceeded")
            self.assert_code(tus.patch(0, b"x"), 409, "offset_conflict")
            self.assert_counted(wave, tus, rows)
        self.assertEqual(tus.offset(), len(data))

    def test_an_empty_file_is_whole_at_once(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 0)
        self.assertIn(tus.counted()["state"], ("counted", "failed"))
        self.assertEqual(wave.stored(), 0)

    def test_a_creation_may_bring_the_whole_file(self):
        wave = self.given_wave()
        data, rows = self.given_file()
        answer = self.create(wave, len(data), data)
        self.assert_status(answer, 201)
        self.assertEqual(int(answer.headers["Upload-Offset"]), len(data))
        self.assert_counted(wave, Tus(wave, answer.headers["Location"]), rows)

    def test_head_says_how_far_it_is_and_what_was_said_of_it(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 100)
        tus.patch(0, b"x" * 30)
        answer = tus.head()
        self.assert_status(answer, 200)
        self.assertEqual((answer.headers["Upload-Offset"], answer.headers["Upload-Length"]), ("30", "100"))
        self.assertEqual(answer.headers["Upload-Metadata"], CSV_METADATA)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertRegex(answer.headers["Upload-Expires"], r"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$")
        self.assertEqual(answer.body, b"")

    def test_without_its_version_nothing_is_done(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 100)
        for method, path in (("POST", "/uploads/tus"), ("PATCH", None), ("HEAD", None), ("DELETE", None)):
            address = wave.path + path if path else tus.location
            answer = ask(self.server, method, address, None, wave.key, Tus_Resumable="0.2.2",
                         Upload_Length="5", Content_Type=STREAM, Upload_Offset="0")
            self.assert_status(answer, 412)
            self.assertEqual(answer.headers["Tus-Version"], "1.0.0")
        self.assertEqual(tus.offset(), 0)

    def test_a_patch_at_another_offset_changes_nothing(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 100)
        self.assert_code(tus.patch(5, b"x" * 5), 409, "offset_conflict")
        self.assert_code(tus.ask("PATCH", b"x", Content_Type=STREAM, Upload_Offset="-1"), 400, "bad_offset")
        self.assert_code(tus.ask("PATCH", b"x", Content_Type=STREAM), 400, "bad_offset")
        self.assertEqual(tus.offset(), 0)

    def test_a_patch_of_another_type_changes_nothing(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 100)
        self.assert_code(tus.ask("PATCH", b"x", Content_Type="text/csv", Upload_Offset="0"), 415,
                         "not_an_offset_stream")
        self.assertEqual(tus.offset(), 0)

    def test_more_than_was_announced_is_refused(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 10)
        self.assert_code(tus.patch(0, b"x" * 11), 413, "upload_length_exceeded")
        self.assertEqual(tus.offset(), 0)
        self.assert_code(self.create(wave, 5, b"x" * 6), 413, "upload_length_exceeded")

    def test_a_length_that_is_none_or_too_large_is_refused(self):
        wave = self.given_wave()
        for length in ("-1", "x", ""):
            self.assert_code(self.create(wave, length), 400, "bad_length")
        answer = wave.ask("POST", "/uploads/tus", Upload_Defer_Length="1", **TUS)
        self.assert_code(answer, 400, "bad_length")
        self.assert_code(self.create(wave, 6 * 1024 ** 3), 413, "upload_too_large")

    def test_what_cannot_be_read_later_is_refused_at_once(self):
        wave = self.given_wave()
        self.assert_code(self.create(wave, 5, described=metadata(filename="a.docx")), 415, "unknown_format")
        self.assert_code(self.create(wave, 5, described=metadata(filetype="text/csv", decimal="x")), 422,
                         "bad_csv_option")
        self.assert_code(self.create(wave, 5, described="filetype not-base64"), 422, "bad_metadata")
        self.assert_code(self.create(wave, 5, described="a eA==,a eA=="), 422, "bad_metadata")
        closed = self.given_wave(opened=False, suffix="-draft")
        self.assert_code(self.create(closed, 5), 409, "wave_not_fielding")

    def test_the_end_of_the_name_says_the_format_where_nothing_else_does(self):
        wave = self.given_wave()
        data, rows = self.given_file()
        tus = self.given_tus(wave, len(data), described=metadata(filename="Ergebnisse.CSV"))
        tus.patch(0, data)
        self.assert_counted(wave, tus, rows)

    def test_options_in_the_metadata_are_those_of_a_query(self):
        wave = self.given_wave()
        header, rows = sample_rows()
        data = (header + b"".join(rows)).replace(b",", b";")
        said = metadata(filetype="text/csv", delimiter="semicolon", encoding="utf-8")
        tus = self.given_tus(wave, len(data), described=said)
        tus.patch(0, data)
        reading = wave.get(f"/uploads/{tus.counted()['upload']}").json["reading"]
        self.assertEqual(reading["delimiter"]["by"], "declared")

    def test_a_dry_run_stores_nothing_and_can_be_run_for_good(self):
        wave = self.given_wave()
        data, rows = self.given_file()
        tus = self.given_tus(wave, len(data), body=data, described=f"{CSV_METADATA},{metadata(dry_run='1')}")
        number = tus.counted()["upload"]
        report = wave.get(f"/uploads/{number}").json
        self.assertEqual((report["state"], report["accepted"], wave.stored()), ("tried", rows, 0))
        self.assert_status(wave.ask("POST", f"/uploads/{number}/run", b""), 200)
        self.assertEqual((wave.stored(), wave.counted()), (rows, rows))

    def test_a_checksum_that_agrees_is_taken(self):
        wave = self.given_wave()
        data, rows = self.given_file()
        tus = self.given_tus(wave, len(data))
        half = len(data) // 2
        self.assert_status(tus.patch(0, data[:half], Upload_Checksum=checksum("sha1", data[:half])), 204)
        self.assert_status(tus.patch(half, data[half:], Upload_Checksum=checksum("sha256", data[half:])), 204)
        self.assert_counted(wave, tus, rows)

    def test_a_checksum_that_does_not_agree_leaves_the_offset_where_it_was(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 100)
        tus.patch(0, b"x" * 10)
        self.assert_code(tus.patch(10, b"y" * 10, Upload_Checksum=checksum("sha256", b"other")), 460,
                         "checksum_mismatch")
        self.assertEqual(tus.offset(), 10)
        self.assert_status(tus.patch(10, b"z" * 10, Upload_Checksum=checksum("sha1", b"z" * 10)), 204)
        self.assertEqual(tus.offset(), 20)

    def test_a_checksum_of_another_kind_is_refused(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 100)
        for said in ("md5 " + "A" * 24, "sha256", "sha256 AAAA", "sha1 " + "!" * 28):
            self.assert_code(tus.patch(0, b"x", Upload_Checksum=said), 400, "bad_checksum")

    def test_a_deleted_one_is_gone_with_its_bytes(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 100)
        tus.patch(0, b"x" * 10)
        number = tus.location.rsplit("/", 1)[1]
        self.assertEqual(len(self.spooled(f"tus-{number}")), 1)
        self.assert_status(tus.ask("DELETE"), 204)
        self.assert_code(tus.patch(10, b"x"), 404, "unknown_tus_upload")
        self.assert_status(tus.head(), 404)
        wait_until(lambda: not self.spooled(f"tus-{number}") and not self.spooled("gone-*"), 10,
                   "the bytes are still there")

    def test_who_cannot_send_patch_may_say_so(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 100)
        answer = tus.ask("POST", b"x" * 10, Content_Type=STREAM, Upload_Offset="0",
                         X_HTTP_Method_Override="PATCH")
        self.assert_status(answer, 204)
        self.assertEqual(tus.offset(), 10)
        self.assert_status(tus.ask("POST", b"x"), 405)
        self.assert_status(tus.ask("POST", X_HTTP_Method_Override="DELETE"), 204)
        self.assert_status(tus.head(), 404)

    def test_nobody_else_can_see_it(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 100)
        other = self.given_wave(suffix="-other")
        stranger = Tus(other, tus.location)
        self.assert_status(stranger.head(), 404)
        self.assert_status(stranger.patch(0, b"x"), 404)
        # The same number in a wave of their own.
        elsewhere = Tus(other, tus.location.replace(wave.path, other.path))
        for answer in (elsewhere.head(), elsewhere.patch(0, b"x"), elsewhere.ask("DELETE"),
                       elsewhere.ask("GET", tus=False)):
            self.assert_status(answer, 404)
        sponsor = self.server.key(wave.organisation, "sponsor")
        self.assert_status(ask(self.server, "HEAD", tus.location, None, sponsor, **TUS), 403)
        self.assert_status(ask(self.server, "HEAD", tus.location, None, None, **TUS), 401)
        self.assertEqual(tus.offset(), 0)

    def test_an_expired_one_is_gone(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 100)
        self.server.sql("update tus_upload set expires_at = now() - interval '1 second'")
        answer = tus.patch(0, b"x")
        self.assert_code(answer, 410, "tus_upload_expired")
        self.assertEqual(tus.view()["state"], "expired")
        # The next thing that is counted looks around.
        self.given_tus(wave, 0)
        number = tus.location.rsplit("/", 1)[1]
        wait_until(lambda: not self.spooled(f"tus-{number}"), 20, "its bytes are still there")
        self.assert_status(tus.head(), 404)

    def test_only_so_many_are_open_at_a_time(self):
        wave = self.given_wave()
        self.server.sql(
            "insert into tus_upload (wave_id, organisation_id, key_id, metadata, length, expires_at) "
            "select wave_id, organisation_id, 'k', '', 1, now() + interval '1 hour' from wave "
            "join programme using (programme_id) join organisation using (organisation_id), "
            f"generate_series(1, 64) where organisation.code = '{wave.organisation}'")
        self.assert_code(self.create(wave, 5), 429, "too_many_open_uploads")
        self.given_tus(self.given_wave(suffix="-other"), 5)

    def test_a_file_that_cannot_be_read_says_so(self):
        wave = self.given_wave()
        data = b"not,the,columns\n1,2,3\n"
        tus = self.given_tus(wave, len(data))
        tus.patch(0, data)
        view = tus.counted()
        report = wave.get(f"/uploads/{view['upload']}").json
        self.assertEqual(report["accepted"], 0)
        self.assertIn(view["state"], ("counted", "failed"))

    def test_a_wave_closed_meanwhile_counts_nothing(self):
        wave = self.given_wave()
        data, _ = self.given_file()
        tus = self.given_tus(wave, len(data))
        tus.patch(0, data[:10])
        self.assert_status(wave.ask("POST", "/close"), 200)
        self.assert_status(tus.patch(10, data[10:]), 204)
        view = tus.counted()
        self.assertEqual((view["state"], view["failure"]["code"]), ("failed", "wave_not_fielding"))
        self.assertEqual(wave.stored(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
