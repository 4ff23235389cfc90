"""Exports that are cut off, wait, run beside others: broken is broken, whole is one version."""
import unittest

from exporting import Export, ExportCase, digest
from harness import wait_until


class CutExports(ExportCase):
    def assert_broken(self, export):
        for _ in export.chunks():
            pass
        export.socket.close()
        self.assertEqual((export.whole, export.trailers), (False, {}))

    def test_a_server_that_dies_leaves_no_whole_export(self):
        wave = self.given_many()
        export = Export(wave, ".csv", small=True).head()
        self.assertTrue(next(export.chunks()).startswith(b"result_id,"))
        self.server.kill()
        self.assert_broken(export)
        self.server.start()

    def test_a_server_that_stops_ends_exports_as_broken(self):
        wave = self.given_many()
        exports = [Export(wave, rest, small=True).head() for rest in (".csv", ".ndjson")]
        for export in exports:
            next(export.chunks())
        self.server.stop()
        for export in exports:
            self.assert_broken(export)
        self.server.start()

    def test_a_database_that_fails_leaves_no_whole_export(self):
        wave = self.given_many()
        export = Export(wave, ".csv", small=True).head()
        next(export.chunks())
        wait_until(lambda: self.server.break_connections("state = 'idle in transaction'") > 0, 20,
                   "no export holds a snapshot")
        self.assert_broken(export)
        self.assertTrue(self.exported(wave, ".csv").whole)

    def test_a_reader_who_sleeps_costs_no_memory_and_keeps_nobody_waiting(self):
        wave = self.given_many(rows=24000)
        self.exported(wave, ".csv")
        before = self.server.resident_bytes()
        sleepers = [Export(wave, ".csv", small=True).head() for _ in range(4)]
        for sleeper in sleepers:
            next(sleeper.chunks())
        refused = wave.ask("GET", "/results.csv")
        self.assert_status(refused, 503, "too_many_exports")
        self.assertIn("Retry-After", refused.headers)
        self.assertEqual(wave.get("/results?limit=1").json["data"][0]["result_id"], "R00000001")
        self.assertLess(self.server.resident_bytes() - before, 48 << 20)
        for sleeper in sleepers:
            sleeper.socket.close()
        wait_until(lambda: wave.ask("HEAD", "/results.csv").status == 200, 20,
                   "places are not given back")

    def test_an_export_is_one_version_while_rows_come_in(self):
        """They come behind the last row of those that are being sent."""
        wave = self.given_many()
        export = Export(wave, ".csv", small=True).head()
        chunks = [next(export.chunks())]
        rows = [b"Z%05d,A,phone,1" % i for i in range(200)]
        done = wave.upload(b"result_id,company,channel,q1\n" + b"\n".join(rows))
        self.assertEqual(done.json["accepted"], 200, done)
        chunks += export.chunks()
        export.socket.close()
        body = b"".join(chunks)
        self.assertTrue(export.whole)
        self.assertEqual((export.trailers["plaudit-rows"], body.count(b"\r\n"), body.count(b"\r\nZ")),
                         ("12000", 12001, 0))
        self.assertEqual(export.trailers["repr-digest"], digest(body))
        after = self.exported(wave, ".csv")
        self.assertEqual((after.trailers["plaudit-rows"], after.body.count(b"\r\nZ")), ("12200", 200))

    def test_a_workbook_that_is_cut_is_too_short(self):
        wave = self.given_many(rows=8000, comment=4000, alike=False)
        export = Export(wave, ".xlsx", small=True).head()
        length = int(export.headers["content-length"])
        self.assertGreater(length, 12 << 20)  # more than the kernel holds of what nobody reads
        self.server.stop()
        self.assertIsNone(export.take(length))
        export.socket.close()
        self.server.start()

    def test_a_server_that_stops_while_a_workbook_is_made_says_so(self):
        wave = self.given_many()
        export = Export(wave, ".xlsx", small=True)
        wait_until(lambda: self.server.sql("select count(*) from audit where detail->>'format' = "
                                           "'xlsx' and subject = 'wave ' || (select wave_id from "
                                           "result order by upload_id desc, wave_id desc limit 1)")
                   != "0", 30, "nobody exports")
        self.server.stop()
        export.head()
        if export.status != 503:
            self.assertIsNone(export.take(int(export.headers["content-length"])))
        export.socket.close()
        self.server.start()

    def test_pages_of_rare_results_say_where_to_go_on(self):
        wave = self.given_many(rows=45000, comment=32)
        self.server.sql("update result set status = 3 where result_id in ('R00000007', 'R00044999')")
        found, cursor, pages = [], "", 0
        while cursor is not None:
            page = wave.get(f"/results?status=excluded&limit=10&cursor={cursor}").json
            found += [r["result_id"] for r in page["data"]]
            cursor, pages = page["next_cursor"], pages + 1
        self.assertEqual((found, pages), (["R00000007", "R00044999"], 3))
        body = self.exported(wave, ".csv?status=excluded").body
        self.assertEqual(body.count(b"\r\n"), 3)


if __name__ == "__main__":
    unittest.main()
