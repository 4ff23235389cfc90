"""How mails that others collected are read: none crashes or leaks, none that a program sent counts,
people are not taken for programs, and replies are told from what they quote.

mail_dump is no Criterion program, so LeakSanitizer looks at every one of these mails.
"""
import collections
import json
import os
import pathlib
import subprocess
import tarfile
import tempfile
import unittest

SHARED = pathlib.Path(os.environ["PLAUDIT_SHARED_DIR"])
BAD = SHARED / "badinput" / "mail"
ARCHIVES = SHARED / "data" / "email-corpus"
KOREAN = SHARED / "samples" / "mail-ko-cp949.eml"
DUMP = os.environ["MAIL_DUMP"]
FILES_AT_ONCE = 400

# Beside them the corpora hold expectations, parts and licences.
MAILS = ("*.eml", "*.msg", "email.[0-9][0-9]")
# By the folders their collectors put them into.
PROGRAMS_WROTE = ("bounce", "complaints", "multipart_report_emails")
# Bounces, lists and newsletters that lie among the others, and a postmaster who wrote himself.
BOUNCES_AMONG_OTHERS = 3
REPLIES_ALIKE = 59  # the five others keep quotations that stand before or within the reply


def dump(files, *options):
    told = []
    environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=1:abort_on_error=0")
    for begin in range(0, len(files), FILES_AT_ONCE):
        some = [str(f) for f in files[begin:begin + FILES_AT_ONCE]]
        done = subprocess.run([DUMP, *options, *some], capture_output=True, env=environment,
                              timeout=120, check=False)
        if done.returncode != 0 or done.stderr:
            raise AssertionError(f"{done.returncode}: {done.stderr.decode(errors='replace')[:4000]}")
        told += [json.loads(line) for line in done.stdout.splitlines()]
    return told


def unpacked(to, name):
    with tarfile.open(ARCHIVES / f"{name}.tar.gz") as archive:
        archive.extractall(to / name, filter="data") if hasattr(tarfile, "data_filter") else \
            archive.extractall(to / name)
    return to / name


def said(words):
    print(f"mail: {words}", flush=True)


@unittest.skipUnless(BAD.is_dir(), "../shared/badinput/mail is absent")
class BadMail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mails = dump(sorted(f for f in BAD.glob("*/*") if f.is_file()))

    def test_no_mail_of_badinput_counts(self):
        counted = [m["file"] for m in self.mails if m["fate"] == "answers"]
        said(f"{len(self.mails)} bad mails, {len(counted)} count")
        self.assertGreaterEqual(len(self.mails), 144)
        self.assertEqual(counted, [])

    def test_bounces_are_known_by_what_they_are(self):
        classes = collections.Counter(m["class"] for m in self.mails if "/bounces/" in m["file"])
        missed = [m["file"] for m in self.mails
                  if "/bounces/" in m["file"] and m["class"] == "answer"]
        said(f"bounces: {dict(classes)}")
        # Its collectors put it there because it is none: a person forwards a mail.
        self.assertEqual([pathlib.Path(f).name for f in missed], ["not-is-not-bounce-02.eml"])
        self.assertGreaterEqual(classes["bounce"], 90)
        self.assertEqual(classes["complaint"], 2)


@unittest.skipUnless(ARCHIVES.is_dir(), "../shared/data/email-corpus is absent")
class Corpora(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory(prefix="plaudit-mail-")
        home = pathlib.Path(cls.home.name)
        cls.folders = [unpacked(home, name) for name in
                       ("mikel-mail", "apache-james-mime4j", "mailgun-flanker",
                        "stalwart-mail-parser", "zapier-email-reply-parser")]
        cls.replies = unpacked(home, "discourse-email_reply_trimmer")

    @classmethod
    def tearDownClass(cls):
        cls.home.cleanup()

    def test_people_are_not_taken_for_programs(self):
        files = sorted({f for folder in self.folders for kind in MAILS for f in folder.rglob(kind)})
        people = [f for f in files if not any(p in f.parts for p in PROGRAMS_WROTE)]
        classes = collections.Counter(m["class"] for m in dump(people))
        said(f"{len(people)} ordinary mails: {dict(classes)}")
        self.assertGreater(len(people), 280)
        self.assertLessEqual(classes["bounce"], BOUNCES_AMONG_OTHERS)
        self.assertEqual(classes["complaint"], 0)
        self.assertGreater(classes["answer"], 0.95 * (len(people) - classes["not_a_mail"]))

    def test_programs_among_them_are_known(self):
        files = sorted({f for folder in self.folders for kind in MAILS for f in folder.rglob(kind)
                        if any(p in f.parts for p in PROGRAMS_WROTE)})
        classes = collections.Counter(m["class"] for m in dump(files))
        said(f"{len(files)} mails of programs: {dict(classes)}")
        self.assertGreater(len(files), 10)
        self.assertEqual(classes["answer"], 0)

    def test_any_file_is_read(self):
        files = sorted(f for folder in [*self.folders, self.replies] for f in folder.rglob("*")
                       if f.is_file())
        told = dump(files)
        said(f"{len(told)} files of any kind were read")
        self.assertEqual(len(told), len(files))
        self.assertEqual([m["file"] for m in told if m["fate"] == "answers"], [])

    def test_replies_are_told_from_what_they_quote(self):
        wanted = sorted((self.replies / "test" / "trimmed").glob("*.txt"))
        told = dump([self.replies / "test" / "emails" / f.name for f in wanted], "--reply")
        alike = [t for t, f in zip(told, wanted)
                 if t["visible"].strip() == f.read_text(encoding="utf-8").strip()]
        said(f"{len(alike)} of {len(wanted)} replies are trimmed alike")
        self.assertEqual(len(wanted), 64)
        self.assertGreaterEqual(len(alike), REPLIES_ALIKE)


@unittest.skipUnless(KOREAN.is_file(), "../shared/samples/mail-ko-cp949.eml is absent")
class Korean(unittest.TestCase):
    def test_a_syllable_beyond_ks_x_1001_survives(self):
        self.assertIn("뷁", dump([KOREAN])[0]["text"])


if __name__ == "__main__":
    unittest.main()
