"""Resumable uploads whose connections break, whose servers stop and are killed: each row once."""
import http.client
import unittest

from harness import Server, Wave, many_rows, read_answer, wait_until
from tus_client import HalfSent, Tus, TusCase, checksum


class Resuming(TusCase):
    def test_what_came_before_a_connection_broke_need_not_come_again(self):
        wave = self.given_wave()
        data, rows = self.given_file()
        tus = self.given_tus(wave, len(data))
        half = len(data) // 2
        sent = HalfSent(tus, 0, data[:half], len(data))
        wait_until(lambda: self.tus_bytes() == half, 30, "the bytes do not come")
        sent.close()
        self.assertEqual(tus.offset(), half)
        self.assert_status(tus.patch(half, data[half:]), 204)
        self.assert_counted(wave, tus, rows)

    def test_a_second_request_takes_over_from_one_that_hangs(self):
        wave = self.given_wave()
        data, rows = self.given_file()
        tus = self.given_tus(wave, len(data))
        half = len(data) // 2
        hanging = HalfSent(tus, 0, data[:half], len(data))
        wait_until(lambda: self.tus_bytes() == half, 30, "the bytes do not come")
        self.assertEqual(tus.offset(), half)
        answer = http.client.HTTPResponse(hanging.socket)
        answer.begin()
        self.assertEqual(answer.status, 409)
        hanging.close()
        self.assert_status(tus.patch(half, data[half:]), 204)
        self.assert_counted(wave, tus, rows)

    def test_who_guesses_the_number_in_another_wave_breaks_nothing_off(self):
        wave = self.given_wave()
        other = self.given_wave(suffix="-other")
        data, rows = self.given_file()
        tus = self.given_tus(wave, len(data))
        half = len(data) // 2
        sending = HalfSent(tus, 0, data[:half], len(data))
        wait_until(lambda: self.tus_bytes() == half, 30, "the bytes do not come")
        elsewhere = Tus(other, tus.location.replace(wave.path, other.path))
        for answer in (elsewhere.head(), elsewhere.patch(0, b"x"), elsewhere.ask("DELETE")):
            self.assert_status(answer, 404)
        sending.socket.sendall(data[half:])
        self.assert_status(read_answer(sending.socket), 204)
        sending.close()
        self.assert_counted(wave, tus, rows)

    def test_a_broken_request_with_a_checksum_counts_nothing(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 1000)
        sent = HalfSent(tus, 0, b"x" * 500, 1000, f"Upload-Checksum: {checksum('sha1', b'x' * 1000)}\r\n")
        wait_until(lambda: self.tus_bytes() == 500, 30, "the bytes do not come")
        self.assertEqual(tus.offset(), 0)
        sent.close()

    def test_after_a_kill_it_goes_on_where_the_disk_is_known_to_be(self):
        wave = self.given_wave()
        data, rows = self.given_file()
        third = len(data) // 3
        tus = self.given_tus(wave, len(data))
        self.assert_status(tus.patch(0, data[:third]), 204)
        hanging = HalfSent(tus, third, data[third:2 * third], len(data) - third)
        wait_until(lambda: self.tus_bytes() == 2 * third, 30, "the bytes do not come")
        self.server.kill()
        hanging.close()
        self.server.start()
        self.assertEqual(tus.offset(), third)
        self.assert_status(tus.patch(third, data[third:]), 204)
        report = self.assert_counted(wave, tus, rows)
        self.assertEqual(report["bytes"], len(data))

    def test_a_long_request_is_durable_piece_by_piece(self):
        wave = self.given_wave()
        piece = 8 * 1024 * 1024
        tus = self.given_tus(wave, 3 * piece)
        hanging = HalfSent(tus, 0, b"x" * (piece + 1000), 3 * piece)
        wait_until(lambda: self.durable() >= piece, 60, "nothing is durable")
        self.server.kill()
        hanging.close()
        self.server.start()
        self.assertGreaterEqual(tus.offset(), piece)
        self.assert_status(tus.ask("DELETE"), 204)

    def test_a_whole_file_is_taken_up_again_after_a_kill_and_counted_once(self):
        wave = self.given_wave()
        header, rows = many_rows(30000)
        data = header + b"".join(rows)
        tus = self.given_tus(wave, len(data))
        self.assert_status(tus.patch(0, data), 204)
        wait_until(lambda: tus.view()["upload"], 60, "no upload has begun")
        self.server.kill()
        self.server.start()
        report = self.assert_counted(wave, tus, len(rows))
        self.assertEqual(report["accepted"] + report["duplicates"], len(rows))

    def test_a_stop_keeps_what_has_come_and_counts_the_rest_next_time(self):
        wave = self.given_wave()
        data, rows = self.given_file()
        half = len(data) // 2
        tus = self.given_tus(wave, len(data))
        hanging = HalfSent(tus, 0, data[:half], len(data))
        wait_until(lambda: self.tus_bytes() == half, 30, "the bytes do not come")
        self.server.stop()
        hanging.close()
        self.server.start()
        self.assertEqual(tus.offset(), half)
        self.assert_status(tus.patch(half, data[half:]), 204)
        self.assert_counted(wave, tus, rows)

    def test_the_file_is_kept_under_the_number_of_its_upload(self):
        wave = self.given_wave()
        data, _ = self.given_file()
        tus = self.given_tus(wave, len(data))
        tus.patch(0, data)
        number = tus.counted()["upload"]
        kept = wait_until(lambda: self.spooled(f"upload-{number}"), 10,
                          "the file is not kept")
        self.assertEqual(kept[0].read_bytes(), data)

    def test_another_server_has_not_the_bytes(self):
        wave = self.given_wave()
        tus = self.given_tus(wave, 100)
        second = Server(self.home, database=self.server.conninfo("plaudit_runtime")).start()
        try:
            elsewhere = Tus(Wave(second, wave.key, wave.programme, wave.code), tus.location)
            self.assert_code(elsewhere.patch(0, b"x"), 404, "file_not_kept")
        finally:
            second.stop()

    def durable(self):
        return int(self.server.sql("select max(durable) from tus_upload where state = 'receiving'"))

    def tus_bytes(self):
        newest = max(self.spooled("tus-*"), key=lambda p: int(p.name[4:]))
        return newest.stat().st_size


if __name__ == "__main__":
    unittest.main(verbosity=2)
