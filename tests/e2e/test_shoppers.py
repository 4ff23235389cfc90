"""Shoppers and their severity: for the firm alone, and of one wave only."""
import unittest

from harness import ServerCase, sample_rows


class Shoppers(ServerCase):
    def given_sample(self, suffix="", letter=b"P"):
        header, rows = sample_rows()
        wave = self.given_wave(suffix=suffix)
        self.assert_status(wave.upload(header + b"".join(rows).replace(b",P", b"," + letter)), 200)
        return wave

    def test_the_firm_sees_every_shopper_in_byte_order(self):
        table = self.given_sample().get("/shoppers").json
        codes = [entry["shopper"] for entry in table["shoppers"]]
        self.assertEqual(codes, [f"P{number:02}" for number in range(1, 61)])
        self.assertTrue(all(entry["effect"] is not None for entry in table["shoppers"]))

    def test_a_sponsor_may_not(self):
        wave = self.given_sample()
        key = self.server.key(wave.organisation, "sponsor")
        self.assert_status(wave.ask("GET", "/shoppers", key=key), 403)

    def test_another_organisations_shoppers_change_nothing(self):
        first, second = self.given_sample("-a"), self.given_sample("-b", b"Q")
        tables = [wave.get("/shoppers").json for wave in (first, second)]
        self.assertEqual([e["effect"] for e in tables[0]["shoppers"]], [e["effect"] for e in tables[1]["shoppers"]])
        self.assertEqual({e["shopper"][0] for e in tables[1]["shoppers"]}, {"Q"})

    def test_a_shopper_met_after_the_first_answer_is_named_in_the_next(self):
        header, rows = sample_rows()
        wave = self.given_wave()
        self.assert_status(wave.upload(header + b"".join(rows)), 200)
        wave.get("/shoppers")
        new = rows[0].replace(b"K00001", b"N00001").replace(b",P", b",A")
        self.assert_status(wave.upload(header + new), 200)
        self.assertEqual(wave.get("/shoppers").json["shoppers"][0]["shopper"][0], "A")


if __name__ == "__main__":
    unittest.main()
