"""Fieldwork: what was planned and made, and results that break a rule.

Expected figures are counted here, row by row, from what was sent.
"""
import collections
import datetime
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import threading
import unittest
import zoneinfo

from harness import Server, ServerCase, Wave, program, small_document, wait_until

HEADER = b"result_id,company,channel,shopper,contacted_at,answered,wait_seconds,q1\n"
OSLO = zoneinfo.ZoneInfo("Europe/Oslo")
TWICE_EXCLUDES = {"breaches": {"shopper_twice": "excludes"}}


def document(fieldwork, **wave):
    made = small_document(time_zone="Europe/Oslo", fieldwork=fieldwork, **wave)
    made["waves"][0]["minimum_base"] = {"publish": 1, "rank": 1, "cell": 1}
    return made


def row(number, company, shopper, at, answered=1, wait="", answer=1, channel="phone"):
    """A row and what it says; `at` is "" or an instant."""
    return f"R{number:04},{company},{channel},{shopper},{at},{answered},{wait},{answer if answered else ''}\n".encode()


def invented(count, seed):
    """Rows of eight shoppers in ten days, some without a time, some without a shopper."""
    pick = random.Random(seed)
    rows = []
    for number in range(count):
        at = f"2020-02-{pick.randint(1, 10):02}T{pick.randint(6, 20):02}:{pick.randint(0, 59):02}:00Z"
        rows.append(row(number, pick.choice("AB"), pick.choice(["", *"PQRSTUVW"]),
                        pick.choice([at] * 9 + [""]), pick.choice([1] * 9 + [0]),
                        answer=pick.choice([0, 1, 2]), channel=pick.choice(["phone", "chat"])))
    return rows


def fields_of(line):
    return dict(zip(HEADER.decode().strip().split(","), line.decode().rstrip("\n").split(",")))


def local(said):
    at = said["contacted_at"]
    return datetime.datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(OSLO) if at else None


def over_limits(rows, per_company=0, per_wave=0, per_day=0):
    """The ids of contacts over a limit, by the rule they break, in the order of time, then id."""
    broken = {"shopper_twice": set(), "shopper_too_often": set()}
    met = collections.Counter()
    for said in sorted(map(fields_of, rows),
                       key=lambda f: (f["contacted_at"] == "", f["contacted_at"], f["result_id"])):
        if not said["shopper"]:
            continue
        day = local(said).date() if said["contacted_at"] else None
        keys = [("shopper_twice", per_company, (said["shopper"], said["company"])),
                ("shopper_too_often", per_wave, said["shopper"])]
        if day is not None:
            keys.append(("shopper_too_often", per_day, (said["shopper"], day)))
        for rule, limit, key in keys:
            met[key] += 1
            if limit and met[key] > limit:
                broken[rule].add(said["result_id"])
    return broken


def boards(wave):
    """What is published, but for the version, which counts changes and so tells of the way."""
    texts = [wave.get(rest).body for rest in (
        "/standings.csv?sector=S", "/standings?sector=S&include=distribution", "/sectors.csv",
        "/companies/A", "/companies/B")]
    return [re.sub(rb'"version":\d+', b"", text) for text in texts]


class Fieldwork(ServerCase):
    def given(self, fieldwork, suffix="", **wave):
        return self.given_wave(document(fieldwork, **wave), suffix=suffix)

    def send(self, wave, rows, accepted=None):
        answer = wave.upload(HEADER + b"".join(rows))
        self.assert_status(answer, 200)
        self.assertEqual(answer.json["accepted"], len(rows) if accepted is None else accepted)
        return answer.json

    def report(self, wave, query=""):
        return wave.get("/fieldwork" + query).json

    def listed(self, wave, limit=1000):
        """(result, rule) of every breach, page by page."""
        found, cursor = [], ""
        while cursor is not None:
            page = self.report(wave, f"?limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
            found += [(b["result_id"], b["rule"]) for b in page["breaches"]["data"]]
            cursor = page["breaches"]["next_cursor"]
        return found

    def excluded(self, wave):
        rows = wave.server.sql(
            "select result_id from result join wave using (wave_id) join programme using (programme_id) "
            "join organisation o using (organisation_id) where status = 3 and "
            f"o.code = '{wave.organisation}'")
        return set(rows.split())

    def test_made_answered_and_spread_are_the_rows_that_were_sent(self):
        wave = self.given({"breaches": {}}, planned_contacts=30, channel_weights={"phone": 3, "chat": 2})
        rows = invented(80, 1)
        self.send(wave, rows)
        said = list(map(fields_of, rows))
        report = self.report(wave)
        by_code = {c["company"]["code"]: c for c in report["sectors"][0]["companies"]}
        for code in "AB":
            own = [f for f in said if f["company"] == code]
            self.assertEqual(by_code[code]["made"], len(own))
            self.assertEqual(by_code[code]["answered"], sum(f["answered"] == "1" for f in own))
            for channel in by_code[code]["channels"]:
                self.assertEqual(channel["planned"], {"phone": 18, "chat": 12}[channel["channel"]])
                self.assertEqual(channel["made"], sum(f["channel"] == channel["channel"] for f in own))
            self.assertEqual(by_code[code]["day_parts"], self.parts_of(own))
        spread = [[0] * 24 for _ in range(7)]
        for at in filter(None, map(local, said)):
            spread[at.isoweekday() - 1][at.hour] += 1
        self.assertEqual(report["spread"]["weekdays"], spread)
        self.assertEqual(report["spread"]["unknown"], sum(f["contacted_at"] == "" for f in said))

    @staticmethod
    def parts_of(said):
        hours = [at.hour for at in filter(None, map(local, said))]
        return {"morning": sum(h < 11 for h in hours), "noon": sum(11 <= h < 13 for h in hours),
                "afternoon": sum(h >= 13 for h in hours), "unknown": len(said) - len(hours)}

    def test_breaches_among_results_are_those_after_the_first_in_time(self):
        wave = self.given({"shopper_contacts": {"per_company": 2, "per_wave": 7, "per_day": 2}})
        rows = invented(90, 2)
        self.send(wave, rows)
        broken = over_limits(rows, 2, 7, 2)
        wanted = sorted((i, rule) for rule in broken for i in broken[rule])
        self.assertTrue(all(broken.values()))
        self.assertEqual(sorted(self.listed(wave)), wanted)
        self.assertEqual(self.listed(wave, 7), self.listed(wave))
        counted = {r["rule"]: r["results"] for r in self.report(wave)["breaches"]["rules"]}
        self.assertEqual({rule: len(ids) for rule, ids in broken.items()},
                         {rule: counted[rule] for rule in broken})
        self.assertEqual(self.excluded(wave), set())

    def test_what_is_excluded_does_not_depend_on_the_order_of_arrival(self):
        rules = {"shopper_contacts": {"per_company": 2, "per_day": 2},
                 "breaches": {"shopper_twice": "excludes", "shopper_too_often": "excludes"}}
        rows = invented(60, 3)
        wanted = set().union(*over_limits(rows, 2, 0, 2).values())
        seen = []
        for way, (order, parts) in enumerate([(0, 1), (0, 7), (1, 3), (2, 60), (3, 5)]):
            wave = self.given(rules, suffix=f"-{way}")
            sent = list(rows)
            if order:
                random.Random(order).shuffle(sent)
            for part in range(parts):
                self.send(wave, sent[part::parts])
            self.assertEqual(self.excluded(wave), wanted)
            seen.append(boards(wave))
        self.assertTrue(all(board == seen[0] for board in seen))
        self.server.verify()

    def test_an_earlier_contact_that_comes_later_takes_the_place_of_the_first(self):
        wave = self.given(TWICE_EXCLUDES)
        self.send(wave, [row(2, "A", "P", "2020-02-04T10:00:00Z")])
        self.assertEqual(self.excluded(wave), set())
        self.send(wave, [row(1, "A", "P", "2020-02-03T10:00:00Z")])
        self.assertEqual(self.excluded(wave), {"R0002"})
        self.assertEqual(self.report(wave)["totals"]["review"]["excluded"], 1)
        reason = self.server.sql("select reason from result_revision where result_id = 'R0002' and "
                                 "was::text like '%2020-02-04%' limit 1")
        self.assertEqual(reason, "breach shopper_twice")

    def test_excluded_contacts_count_in_no_figure(self):
        wave = self.given(TWICE_EXCLUDES)
        self.send(wave, [row(1, "A", "P", "2020-02-03T10:00:00Z", answer=2),
                         row(2, "A", "P", "2020-02-04T10:00:00Z", answer=0)])
        self.assertEqual(wave.counted(), 1)
        company = self.report(wave)["sectors"][0]["companies"][0]
        self.assertEqual((company["made"], company["review"]["excluded"]), (1, 1))

    def given_two_contacts(self):
        wave = self.given(TWICE_EXCLUDES)
        self.send(wave, [row(1, "A", "P", "2020-02-03T10:00:00Z"), row(2, "A", "P", "2020-02-04T10:00:00Z")])
        self.assertEqual(self.excluded(wave), {"R0002"})
        return wave

    def patch(self, wave, result, **fields):
        answer = wave.ask("PATCH", f"/results/{result}", json.dumps(fields).encode(), Content_Type="application/json")
        self.assert_status(answer, 200)

    def test_a_breach_that_is_approved_stays(self):
        wave = self.given_two_contacts()
        self.patch(wave, "R0002", status="approved", reason="sent twice on purpose")
        self.send(wave, [row(3, "A", "P", "2020-02-05T10:00:00Z")])
        self.assertEqual(self.excluded(wave), {"R0003"})
        self.assertEqual(self.listed(wave), [("R0002", "shopper_twice"), ("R0003", "shopper_twice")])
        self.server.verify()

    def test_a_contact_that_is_returned_makes_room_for_the_next(self):
        wave = self.given_two_contacts()
        self.patch(wave, "R0001", status="returned", reason="half of it is missing")
        self.assertEqual(self.excluded(wave), set())
        self.assertEqual(wave.counted(), 1)
        self.patch(wave, "R0001", status="submitted", reason="mended")
        self.assertEqual(self.excluded(wave), {"R0002"})
        self.server.verify()

    def test_what_a_reviewer_excludes_no_rule_brings_back(self):
        wave = self.given_two_contacts()
        self.patch(wave, "R0002", status="excluded", reason="a test call")
        self.patch(wave, "R0001", status="returned", reason="half of it is missing")
        self.assertEqual(self.excluded(wave), {"R0002"})

    def test_a_corrected_time_changes_which_contact_is_the_first(self):
        wave = self.given_two_contacts()
        self.patch(wave, "R0002", contacted_at="2020-02-02T10:00:00Z", reason="wrong day")
        self.assertEqual(self.excluded(wave), {"R0001"})
        self.server.verify()

    def test_what_a_correction_excludes_for_itself_no_other_contact_brings_back(self):
        wave = self.given({"limits": {"phone": {"wait_seconds": 300}},
                           "breaches": {"over_limit": "excludes", "shopper_twice": "excludes"}})
        self.send(wave, [row(1, "A", "P", "2020-02-03T10:00:00Z"), row(2, "A", "P", "2020-02-04T10:00:00Z")])
        self.assertEqual(self.excluded(wave), {"R0002"})
        self.patch(wave, "R0002", wait_seconds=301, reason="heard the recording")
        self.patch(wave, "R0001", status="returned", reason="half of it is missing")
        self.assertEqual(self.excluded(wave), {"R0002"})
        self.assertEqual(wave.counted(), 0)
        self.server.verify()

    def test_a_dismissed_appeal_leaves_the_exclusion_to_the_rule(self):
        wave = self.given_two_contacts()
        appeal = wave.ask("POST", "/results/R0002/appeals", b'{"words":"it was me"}', Content_Type="application/json")
        self.assertIn(appeal.status, (200, 201), appeal)
        number = appeal.json["appeals"][0]["appeal"]
        self.assert_status(wave.ask("PATCH", f"/appeals/{number}", b'{"outcome":"dismissed","words":"no"}',
                                    Content_Type="application/json"), 200)
        self.assertEqual(self.excluded(wave), {"R0002"})
        self.patch(wave, "R0001", status="returned", reason="half of it is missing")
        self.assertEqual(self.excluded(wave), set())

    def test_the_same_file_again_changes_nothing(self):
        wave = self.given(TWICE_EXCLUDES)
        rows = invented(40, 4)
        self.send(wave, rows)
        before, excluded = boards(wave), self.excluded(wave)
        version = wave.get("/sectors").json["version"]
        self.send(wave, rows, accepted=0)
        self.assertEqual((boards(wave), self.excluded(wave)), (before, excluded))
        self.assertEqual(wave.get("/sectors").json["version"], version)

    def upload_whose_settling_breaks_off(self):
        """Two contacts of which one is too many are stored, and stay as they came."""
        wave = self.given(TWICE_EXCLUDES, before_publication="hidden")
        rows = [row(1, "A", "P", "2020-02-03T10:00:00Z"), row(2, "A", "P", "2020-02-04T10:00:00Z")]
        waits = "wait_event_type = 'Lock' and query like '%advisory%'"
        number = self.server.sql("select max(wave_id) from wave")
        holder = subprocess.Popen(["psql", "-XAtq", self.server.conninfo()], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        holder.stdin.write(f"select pg_advisory_lock(1886152053, {number}), 'held';\n")
        holder.stdin.flush()
        self.assertIn("held", holder.stdout.readline())
        answers = []
        thread = threading.Thread(target=lambda: answers.append(wave.upload(HEADER + b"".join(rows), digest=True)))
        thread.start()
        wait_until(lambda: self.server.break_connections(waits), 30, "nobody settles")
        thread.join()
        holder.communicate()
        self.assertEqual(answers[0].status, 503, answers)
        self.assertEqual((self.excluded(wave), wave.stored()), (set(), 2))
        return wave, rows

    def test_an_upload_whose_settling_broke_off_is_told_so_and_settled_when_sent_again(self):
        wave, rows = self.upload_whose_settling_breaks_off()
        again = wave.upload(HEADER + b"".join(rows), digest=True)
        self.assertEqual((again.status, again.json["accepted"], again.json["duplicates"]), (200, 0, 2))
        self.assertEqual(self.excluded(wave), {"R0002"})
        self.server.verify()

    def test_what_is_published_has_been_settled(self):
        wave, _rows = self.upload_whose_settling_breaks_off()
        self.assert_status(wave.ask("POST", "/close"), 200)
        self.assert_status(wave.ask("POST", "/publish", b"{}", Content_Type="application/json"), 200)
        self.assertEqual(self.excluded(wave), {"R0002"})
        self.assertEqual(wave.get("/sectors?revision=1").json["overall"]["contacts_all"], 1)
        self.server.verify()

    def test_a_breach_of_its_own_that_excludes_takes_no_part_among_results(self):
        wave = self.given({"limits": {"phone": {"wait_seconds": 300}},
                           "breaches": {"over_limit": "excludes", "shopper_twice": "excludes"}})
        self.send(wave, [row(1, "A", "P", "2020-02-03T10:00:00Z", wait=301),
                         row(2, "A", "P", "2020-02-04T10:00:00Z", wait=300)])
        self.assertEqual(self.excluded(wave), {"R0001"})
        self.assertEqual(self.listed(wave), [("R0001", "over_limit")])

    def test_a_breach_that_rejects_is_a_fault_of_the_row(self):
        wave = self.given({"breaches": {"outside_hours": "rejects"}},
                          contact_hours={"from": "09:00", "until": "15:00", "weekdays": [1, 2, 3, 4, 5]})
        said = self.send(wave, [row(1, "A", "P", "2020-02-03T08:00:00Z"),
                                row(2, "A", "Q", "2020-02-03T07:59:00Z")], accepted=1)
        self.assertEqual([(e["row"], e["column"], e["code"]) for e in said["errors"]],
                         [(2, "contacted_at", "outside_hours")])

    def test_holidays_and_working_days_are_the_programmes(self):
        made = document({"limits": {"phone": {"working_days": 3}}},
                        contact_hours={"from": "09:00", "until": "15:00", "weekdays": [1, 2, 3, 4, 5]})
        made["holidays"] = ["2020-04-09", "2020-04-10", "2020-04-13"]
        wave = self.given_wave(made)
        week = 7 * 86400 + 43200  # from Wednesday 11:00 to Wednesday 23:00
        self.send(wave, [row(1, "A", "P", "2020-04-08T11:00:00+02:00", wait=week),
                         row(2, "A", "Q", "2020-04-08T11:00:00+02:00", wait=week + 3600),
                         row(3, "A", "R", "2020-04-09T11:00:00+02:00")])
        self.assertEqual(self.listed(wave), [("R0002", "over_limit"), ("R0003", "outside_hours")])

    def test_one_sector_is_all_that_is_told_when_asked_for(self):
        made = document({"breaches": {}}, planned_contacts=2)
        made["waves"][0]["sectors"] = [{"code": "S", "companies": ["A"]}, {"code": "T", "companies": ["B"]}]
        wave = self.given_wave(made)
        self.send(wave, [row(1, "A", "P", "2020-02-03T10:00:00Z"), row(2, "B", "P", "2020-02-03T10:00:00Z"),
                         row(3, "B", "P", "2020-02-04T10:00:00Z")])
        report = self.report(wave, "?sector=S")
        self.assertEqual([s["sector"]["code"] for s in report["sectors"]], ["S"])
        self.assertEqual(report["totals"]["made"], 1)
        self.assertEqual(sum(map(sum, report["spread"]["weekdays"])), 1)
        self.assertEqual(report["breaches"]["data"], [])
        self.assertEqual(self.listed(wave), [("R0003", "shopper_twice")])

    def test_csv_has_a_row_a_company_and_channel(self):
        wave = self.given({"breaches": {}}, planned_contacts=2, channel_weights={"phone": 1})
        self.send(wave, [row(1, "A", "P", "2020-02-03T10:00:00Z")])
        lines = wave.get("/fieldwork.csv").body.decode().split("\r\n")
        self.assertTrue(lines[0].startswith("sector,company,channel,planned,made,"))
        self.assertEqual(lines[1:], ["S,A,phone,2,1,1,1,0,50,1,0,0,0,0", "S,B,phone,2,0,0,2,0,0,0,0,0,0,0", ""])

    def test_questions_that_mean_nothing_are_refused(self):
        wave = self.given({"breaches": {}})
        self.assert_status(wave.ask("GET", "/fieldwork?sector=nowhere"), 404, "unknown_sector")
        for query in ("limit=0", "limit=1001", "limit=x", "cursor=x", "cursor=9.R1", "cursor=1"):
            self.assert_status(wave.ask("GET", "/fieldwork?" + query), 400, "bad_page")
        self.assert_status(wave.ask("GET", "/fieldwork?sectors=S"), 400, "unknown_parameter")
        sponsor = self.server.key(wave.organisation, "sponsor")
        self.assert_status(wave.ask("GET", "/fieldwork", key=sponsor), 403, "not_allowed")

    def test_the_client_draws_bars_hours_and_breaches(self):
        wave = self.given({"breaches": {}}, planned_contacts=2)
        self.send(wave, [row(1, "A", "P", "2020-02-03T10:00:00Z"), row(2, "A", "P", "2020-02-04T10:00:00Z")])
        drawn = self.drawn(wave, "fieldwork", "--breaches")
        self.assertRegex(drawn, r"Alder +█+ +2/2 +100\.0 ")
        self.assertRegex(drawn, r"Birch +░+ +0/2 +0\.0 ")
        self.assertRegex(drawn, r"Tue +█ 1 +1\n")
        self.assertRegex(drawn, r"R0002 +A +P +2020-02-04T10:00:00 +shopper_twice +submitted\n")
        self.assertIn("##", self.drawn(wave, "fieldwork", "--ascii"))
        self.assertEqual(json.loads(self.drawn(wave, "fieldwork", "--json"))["wave"], wave.code)

    def test_a_board_of_a_file_is_refused_where_only_all_contacts_decide(self):
        home = tempfile.mkdtemp(dir=self.home)
        results, programme = os.path.join(home, "r.csv"), os.path.join(home, "p.json")
        with open(results, "wb") as file:
            file.write(HEADER + row(1, "A", "P", "2020-02-03T10:00:00Z"))
        for rules, status in ((TWICE_EXCLUDES, 1), ({"breaches": {"over_limit": "excludes"}}, 0)):
            with open(programme, "w", encoding="utf-8") as file:
                json.dump(document(rules), file)
            done = subprocess.run([program("plaudit"), "board", "--file", results, "--programme", programme],
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, status, done.stderr)

    def drawn(self, wave, *words):
        done = subprocess.run(
            [program("plaudit"), *words, "--server", f"http://127.0.0.1:{self.server.port}", "--key-file",
             self.key_file(wave.key), "--programme", wave.programme, "--wave", wave.code],
            capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "100"})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout


class TwoServers(ServerCase):
    def setUp(self):
        self.second_home = tempfile.mkdtemp(prefix="plaudit-e2e-", dir="/tmp")
        self.second = Server(self.second_home, self.server.conninfo("plaudit_runtime")).start()
        self.addCleanup(shutil.rmtree, self.second_home, True)
        self.addCleanup(self.second.stop)

    def test_uploads_at_both_at_once_leave_what_one_would_have_left(self):
        rows = invented(240, 5)
        wanted = over_limits(rows, 1)["shopper_twice"]
        first = self.given_wave(document(TWICE_EXCLUDES))
        second = Wave(self.second, first.key, first.programme, first.code)
        wait_until(lambda: second.ask("GET").json.get("state") == "fielding", 10, "the second has not heard")
        answers = []

        def send(wave, parts):
            answers.extend(wave.upload(HEADER + b"".join(rows[part::12])) for part in parts)

        threads = [threading.Thread(target=send, args=(wave, parts)) for wave, parts in
                   ((first, (0, 1, 2)), (first, (3, 4, 5)), (second, (6, 7, 8)), (second, (9, 10, 11)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([a.status for a in answers], [200] * 12, answers)
        excluded = self.server.sql("select result_id from result where status = 3").split()
        self.assertEqual(set(excluded), wanted)
        self.assertEqual(first.counted(), len(rows) - len(wanted))
        self.server.verify()


if __name__ == "__main__":
    unittest.main()
