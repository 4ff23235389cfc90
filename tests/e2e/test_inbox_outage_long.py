"""The same as test_inbox_outage.py for a minute at 500 events a second."""
import unittest

from outage import Outage


class LongInboxOutage(Outage):
    def test_a_minute_without_postgresql_at_500_events_a_second(self):
        self.assert_outage_costs_nothing(rate=500, seconds=60, clients=24)


if __name__ == "__main__":
    unittest.main(verbosity=2)
