"""What looks wrong in a file is warned of, kept with the upload, and changes nothing."""
import csv
import gzip
import io
import json
import subprocess
import unittest

from harness import CSV, JSON, SAMPLE, SHARED, ServerCase, ask, program, small_document

SFO = SHARED / "data" / "sfo-airport-customer-survey"
CHANNELS = {"1": "gate", "2": "mail", "3": "online"}
QUESTIONS = {"Q7ALL": "csat", "Q14FIND": "ces"}


def sfo_rows(year):
    with gzip.open(SFO / f"sfo-{year}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sfo_items(rows):
    return [c for c in rows[0] if c.startswith(("Q7", "Q9", "Q14")) and "COM" not in c
            and c not in QUESTIONS]


def sfo_document(rows):
    """All of the airport is one company; blanks and "never used" are 0 and 6."""
    items = [{"code": c, "area": "all", "no_answer": ["0", "6"],
              "options": [{"answer": n, "points": n - 1} for n in range(1, 6)]}
             for c in sfo_items(rows)]
    questions = [{"code": code, "measure": code, "no_answer": ["0", "6", "Blank"],
                  "scale": {"min": 1, "max": 5}} for code in QUESTIONS.values()]
    return {
        "programme": "sfo", "channels": [{"code": c} for c in CHANNELS.values()],
        "companies": [{"code": "SFO"}],
        "instruments": [{"code": "2016", "areas": [{"code": "all"}], "items": items,
                         "questions": questions}],
        "waves": [{"code": "2016", "instrument": "2016",
                   "sectors": [{"code": "S", "companies": ["SFO"]}]}]}


def sfo_results(rows):
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    items = sfo_items(rows)
    out.writerow(["result_id", "company", "channel", *items, *QUESTIONS.values()])
    for row in rows:
        out.writerow([row.get("*RESPNUM", row.get("RESPNUM")), "SFO", CHANNELS[row["METHOD"]],
                      *(row[c] for c in (*items, *QUESTIONS))])
    return text.getvalue().encode()


def six_item_document():
    """The small programme with six items of five answers and two questions of five."""
    document = small_document()
    instrument = document["instruments"][0]
    instrument["items"] = [
        {"code": f"q{k}", "area": "all",
         "options": [{"answer": n, "points": n} for n in range(1, 6)]} for k in range(1, 7)]
    for question in instrument["questions"]:
        question["scale"] = {"min": 1, "max": 5} if question["code"] != "nps" else question["scale"]
    return document


def made_rows(turn=lambda row: row):
    """400 honest rows by 20 shoppers, each as a list of six items, csat and ces; then turned."""
    lines = ["result_id,company,channel,shopper," + ",".join(f"q{k}" for k in range(1, 7)) + ",csat,ces"]
    for i in range(400):
        good = i * 37 % 101
        answers = [max(1, min(5, 3 + round((good + (i * (k + 3) * 53 + k * 29) % 121 - 65) / 25)))
                   for k in range(1, 9)]
        row = {"channel": "chat" if i % 20 == 3 else "phone", "shopper": f"P{i // 20:02}",
               "answers": answers}
        row = turn(row)
        lines.append(f"R{i},A,{row['channel']},{row['shopper']},"
                     + ",".join(map(str, row["answers"])))
    return ("\n".join(lines) + "\n").encode()


class Warnings(ServerCase):
    def uploaded(self, data, document):
        wave = self.given_wave(document)
        answer = wave.upload(data)
        self.assert_status(answer, 200)
        self.assertEqual(answer.json["rejected"], 0, answer)
        kept = wave.ask("GET", f"/uploads/{answer.json['upload']}").json["warnings"]
        self.assertEqual(answer.json["warnings"], kept)
        return answer.json["warnings"], wave

    @unittest.skipUnless(SFO.exists(), f"{SFO} is not here")
    def test_the_airports_online_answers_of_2016_are_mirrored(self):
        rows = sfo_rows(2016)
        warnings, wave = self.uploaded(sfo_results(rows), sfo_document(rows))
        self.assertEqual([(w["code"], w["by"], w["group"], w["column"], w["n"], w["measure"])
                          for w in warnings],
                         [("reversed_scale", "channel", "online", None, 18, "slope")])
        self.assertAlmostEqual(warnings[0]["figure"], -0.979, delta=0.01)
        self.assertEqual(wave.stored(), len(rows))

    @unittest.skipUnless(SFO.exists(), f"{SFO} is not here")
    def test_the_airports_other_answers_are_not_warned_of(self):
        given = {year: sfo_rows(year) for year in (2014, 2015, 2016, 2017)}
        given[2016] = [row for row in given[2016] if row["METHOD"] != "3"]
        for year, rows in given.items():
            wave = self.given_wave(sfo_document(rows), suffix=f"-{year}")
            answer = wave.upload(sfo_results(rows)).json
            self.assertEqual((answer["accepted"], answer["warnings"]), (len(rows), []), year)

    def test_the_sample_and_honest_rows_are_not_warned_of(self):
        wave = self.given_wave()
        answer = wave.upload((SAMPLE / "results.csv").read_bytes(), digest=True)
        self.assertEqual(answer.json["warnings"], [])
        self.assertEqual(wave.upload((SAMPLE / "results.csv").read_bytes(),
                                     digest=True).json["warnings"], [])
        wave = self.given_wave(six_item_document(), suffix="-made")
        self.assertEqual(wave.upload(made_rows()).json["warnings"], [])

    def test_a_reversed_question_is_warned_of_and_counted_as_it_is(self):
        def turn(row):
            row["answers"][7] = 6 - row["answers"][7]
            return row
        warnings, wave = self.uploaded(made_rows(turn), six_item_document())
        self.assertEqual([(w["code"], w["by"], w["column"]) for w in warnings],
                         [("reversed_scale", "file", "ces")])
        self.assertEqual(wave.stored(), 400)
        self.server.verify()

    def test_a_mirrored_channel_is_warned_of_and_again_when_the_file_comes_again(self):
        def turn(row):
            if row["channel"] == "chat":
                row["answers"] = [6 - a for a in row["answers"]]
            return row
        data = made_rows(turn)
        warnings, wave = self.uploaded(data, six_item_document())
        self.assertEqual([(w["by"], w["group"]) for w in warnings], [("channel", "chat")])
        again = wave.upload(data, digest=True)
        self.assertTrue(again.json["same_file"])
        self.assertEqual(again.json["warnings"], warnings)
        known = wave.upload(data)
        self.assertEqual((known.json["duplicates"], known.json["warnings"]), (400, warnings))

    def test_a_dry_run_warns_of_the_same(self):
        def turn(row):
            row["answers"][7] = 6 - row["answers"][7]
            return row
        wave = self.given_wave(six_item_document())
        tried = wave.ask("POST", "/uploads?dry_run=1", made_rows(turn), Content_Type=CSV).json
        self.assertEqual((tried["state"], wave.stored()), ("tried", 0))
        self.assertEqual([w["column"] for w in tried["warnings"]], ["ces"])
        self.assertEqual(wave.upload(made_rows(turn)).json["warnings"], tried["warnings"])

    def test_a_mapping_that_turns_the_channel_round_mends_it(self):
        def turn(row):
            if row["channel"] == "chat":
                row["answers"] = [6 - a for a in row["answers"]]
            return row
        turned = {"from": 1, "to": 5, "where": {"column": "channel", "is": ["chat"]}}
        columns = {c: c for c in ("result_id", "company", "channel", "shopper")}
        columns |= {c: {"column": c, "reversed": turned}
                    for c in (*(f"q{k}" for k in range(1, 7)), "csat", "ces")}
        wave = self.given_wave(six_item_document())
        tried = wave.ask("POST", "/uploads?dry_run=1", made_rows(turn), Content_Type=CSV).json
        self.assertEqual([w["group"] for w in tried["warnings"]], ["chat"])
        put = ask(self.server, "PUT", f"/v1/programmes/{wave.programme}/mappings/turned",
                  json.dumps({"mapping": "turned", "columns": columns}).encode(), wave.key,
                  Content_Type=JSON)
        self.assert_status(put, 201)
        mended = wave.ask("POST", "/uploads?mapping=turned", made_rows(turn), Content_Type=CSV).json
        self.assertEqual((mended["accepted"], mended["warnings"]), (400, []))

    def test_a_file_ticked_down_the_columns_is_warned_of(self):
        """A third of the rows, as among the evaluations students gave in a known data set."""
        def turn(row):
            if turn.rows % 3 == 0:
                row["answers"][:6] = [3] * 6
            turn.rows += 1
            return row
        turn.rows = 0
        warnings, _ = self.uploaded(made_rows(turn), six_item_document())
        self.assertEqual([(w["code"], w["by"]) for w in warnings], [("straight_lining", "file")])

    def test_a_straight_lining_shopper_is_told_by_the_client(self):
        def turn(row):
            if row["shopper"] == "P19":
                row["answers"][:6] = [row["answers"][0]] * 6
            return row
        wave = self.given_wave(six_item_document())
        path = f"{self.home}/straight.csv"
        with open(path, "wb") as file:
            file.write(made_rows(turn))
        done = subprocess.run(
            [program("plaudit"), "upload", "--server", f"http://127.0.0.1:{self.server.port}",
             "--key-file", self.key_file(wave.key), "--programme", wave.programme, "--wave",
             wave.code, path], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("Looks wrong, and was taken as it is:\n", done.stdout)
        self.assertRegex(done.stdout, r"straight_lining, shopper P19, 20 rows: share 1 where 0\.\d+")


if __name__ == "__main__":
    unittest.main(verbosity=2)
