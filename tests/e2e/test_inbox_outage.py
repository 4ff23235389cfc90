"""PostgreSQL goes away under providers that post: no event is lost, none is there twice."""
import unittest

from harness import wait_until
from hooks import Load
from outage import Outage


class InboxOutage(Outage):
    def test_postgresql_away_under_load_costs_no_event_and_nobodys_patience(self):
        self.assert_outage_costs_nothing(rate=60, seconds=5, clients=6)

    def test_a_server_stopped_while_it_journals_ends_in_order_and_goes_on_at_its_next_start(self):
        source, second = self.given_second()
        with Load(source, 40, 4, second.port) as load:
            wait_until(load.acknowledged, 60, "no events are taken")
            self.server.stop()
            wait_until(lambda: len(load.acknowledged()) > 60, 60, "no events are taken")
        second.stop()
        self.assertTrue(self.journal_files(second))
        self.server.start()
        second.start()
        self.wait_until_drained(second, 60)
        self.assert_each_once(source, load.acknowledged())
        second.stop()

    def test_a_server_killed_while_it_journals_loses_nothing_it_has_acknowledged(self):
        source, second = self.given_second()
        with Load(source, 60, 6, second.port) as load:
            wait_until(load.acknowledged, 60, "no events are taken")
            self.server.stop()
            wait_until(lambda: len(load.acknowledged()) > 100, 60, "no events are taken")
            second.kill()
        self.assertTrue(self.journal_files(second))
        self.server.start()
        second.start()
        self.wait_until_drained(second, 60)
        acknowledged = set(load.acknowledged())
        there = set(source.rows("convert_from(body, 'UTF8')::json "
                                "#>> '{entry,0,messaging,0,message,mid}'").split())
        self.assertEqual({f"m_{n}" for n in acknowledged} - there, set())
        load.port = second.port
        load.resend(n for n, _, _ in load.answers)
        self.assert_each_once(source, load.answers)
        second.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
