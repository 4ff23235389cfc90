"""The same results give the same boards, byte for byte, however often and in whatever way they came."""
import concurrent.futures
import random
import time
import unittest

from harness import SAMPLE, Server, ServerCase, Wave, many_rows, sample_rows


def send(wave, data):
    answer = wave.upload(data)
    if answer.status != 200:
        raise AssertionError(repr(answer))
    return answer.json


class SameCounts(ServerCase):
    def reference(self):
        """The boards of the sample's one file in its own order."""
        cls = type(self)
        if not hasattr(cls, "boards"):
            wave = self.given_wave(suffix="-reference")
            send(wave, (SAMPLE / "results.csv").read_bytes())
            cls.boards = wave.boards()
        return cls.boards

    def assert_boards(self, wave, expected):
        for address, body in wave.boards().items():
            self.assertEqual(body, expected[address], address)

    def assert_counts(self, said, received, accepted, duplicates=0, rejected=0):
        self.assertEqual((said["received"], said["accepted"], said["duplicates"], said["rejected"]),
                         (received, accepted, duplicates, rejected), said)

    def test_a_second_upload_is_all_duplicates_and_changes_no_byte(self):
        wave = self.given_wave()
        data = (SAMPLE / "results.csv").read_bytes()
        header, rows = sample_rows()
        self.assert_counts(wave.upload(data, digest=True).json, 4279, 4279)
        before = wave.boards()
        known = wave.upload(data, digest=True).json
        self.assert_counts(known, 4279, 0, 4279)
        self.assertTrue(known["same_file"])
        without_digest = wave.upload(data).json
        self.assert_counts(without_digest, 4279, 0, 4279)
        random.Random(7).shuffle(rows)
        self.assert_counts(wave.upload(header + b"".join(rows), digest=True).json, 4279, 0, 4279)
        crlf = data.replace(b"\n", b"\r\n")
        self.assert_counts(wave.upload(crlf).json, 4279, 0, 4279)
        self.assert_boards(wave, before)
        self.assertEqual(wave.stored(), 4279)
        self.assertEqual(wave.boards(), self.reference())

    def test_shuffled_rows_in_ten_files_over_four_connections_give_the_bytes_of_one_file(self):
        wave = self.given_wave()
        header, rows = sample_rows()
        random.Random(20).shuffle(rows)
        files = [header + b"".join(rows[i::10]) for i in range(10)]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            said = list(pool.map(lambda data: send(wave, data), files))
        self.assertEqual(sum(s["accepted"] for s in said), len(rows))
        self.assertEqual(sum(s["duplicates"] + s["rejected"] for s in said), 0)
        self.assert_boards(wave, self.reference())

    def test_four_clients_sending_the_same_rows_at_once_store_each_once(self):
        wave = self.given_wave()
        header, rows = many_rows(20000)
        files = []
        for seed in range(4):
            order = rows[:]
            random.Random(seed).shuffle(order)
            files.append(header + b"".join(order))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            said = list(pool.map(lambda data: send(wave, data), files))
        self.assertEqual(sum(s["accepted"] for s in said), len(rows), said)
        self.assertEqual(sum(s["duplicates"] for s in said), 3 * len(rows), said)
        self.assertEqual(sum(s["rejected"] for s in said), 0, said)
        self.assertEqual((wave.stored(), wave.counted()), (len(rows), len(rows)))
        self.server.verify()
        alone = self.given_wave(suffix="-1")
        send(alone, files[0])
        self.assertEqual(wave.boards(), alone.boards())

    def test_what_one_server_takes_in_the_other_shows_within_two_seconds(self):
        wave = self.given_wave()
        second = Server(self.home, database=self.server.conninfo("plaudit_runtime")).start()
        try:
            other = Wave(second, wave.key, wave.programme, wave.code)
            self.assertEqual(other.counted(), 0)
            header, rows = sample_rows()
            half = len(rows) // 2
            for here, there, part, total in ((wave, other, rows[:half], half),
                                             (other, wave, rows[half:], len(rows))):
                send(here, header + b"".join(part))
                self.assertEqual(here.counted(), total)
                end = time.monotonic() + 2
                while there.counted() != total and time.monotonic() < end:
                    time.sleep(0.02)
                self.assertEqual(there.counted(), total)
                self.assertEqual(here.boards(), there.boards())
            self.assert_boards(other, self.reference())
        finally:
            second.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
