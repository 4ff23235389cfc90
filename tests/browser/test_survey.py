"""The survey in a real browser: the widget on a page of its origin, and the page behind a link.

Debian's Chromium, driven by playwright-core; both and npm's registry must be there, or it is said
that they are not.
"""
import functools
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from harness import ServerCase, small_document, wait_until  # noqa: E402

PATIENCE = 120
COMPANY = "A"
MEASURES = ("csat", "ces", "nps")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LANGUAGES = {"en": ("Survey", "Thank you!"), "nb": ("Undersøkelse", "Takk for svaret!"),
             "ko": ("설문", "답변해 주셔서 감사합니다!"), "vi": ("Khảo sát", "Xin cảm ơn Quý khách!")}
HOST_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Help</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<body style="font: 1rem sans-serif; margin: 16px"><main style="max-width: 30rem"><h1>Was this helpful?</h1>
<div style="min-height: 760px">{element}</div><p>What stands below.</p></main></body></html>"""


def node_is_new_enough():
    """playwright-core wants Node 20; Debian 12 has 18."""
    if not (shutil.which("npm") and shutil.which("node")):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return int(said.lstrip("v").split(".")[0] or 0) >= 20


def given_browser(home):
    """The script with its packages in a folder of its own; None where npm cannot get them."""
    folder = pathlib.Path(home) / "survey"
    shutil.copytree(HERE / "survey", folder, ignore=shutil.ignore_patterns("node_modules"))
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                          capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        print(f"skipped: npm cannot install playwright-core: {done.stderr[-300:]}")
        return None
    return folder


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Site:
    """Pages of somebody else on a port of their own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        handler = functools.partial(Silent, directory=str(self.folder))
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.origin = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def page(self, name, element):
        (self.folder / f"{name}.html").write_text(HOST_PAGE.format(element=element), encoding="utf-8")
        return f"{self.origin}/{name}.html"

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@unittest.skipUnless(CHROMIUM and node_is_new_enough(), "skipped: chromium, npm or Node 20 is not here")
class Survey(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sites = [Site(pathlib.Path(cls.home) / name) for name in ("firm", "stranger")]
        cls.firm, cls.stranger = cls.sites
        cls.browser = given_browser(cls.home)

    @classmethod
    def tearDownClass(cls):
        for site in cls.sites:
            site.close()
        super().tearDownClass()

    def setUp(self):
        if self.browser is None:
            self.skipTest("skipped: playwright-core is not here")
        self.base = f"http://127.0.0.1:{self.server.port}"
        self.wave = self.given_wave(small_document())

    def given_source(self, **more):
        """The address of a widget's source."""
        made = self.wave.connect("widget", "web", **{"company": COMPANY, "open": True,
                                                     "origins": [self.firm.origin], **more})
        self.element = made["widget_html"].replace('src="', f'src="{self.base}')
        return self.element.split('data-source="')[1].split('"')[0]

    def host(self, site=None, name="page", **attributes):
        more = "".join(f' data-{key}="{value}"' for key, value in attributes.items())
        return (site or self.firm).page(name, self.element.replace("></script>", f"{more}></script>"))

    def given_token(self, contact="contact-1"):
        return self.wave.invite({"contact_id": contact, "company": COMPANY, "channel": "phone"})[0]["token"]

    def see(self, scenario, *given):
        done = subprocess.run(["node", "survey.mjs", CHROMIUM, scenario, *given], cwd=self.browser,
                              capture_output=True, text=True, timeout=300, check=False,
                              env={**os.environ, "HOME": str(self.home)})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        seen = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual((seen["dialogs"], seen["errors"]), (0, []))
        return seen

    def inbox(self):
        return [json.loads(body) for body in self.server.sql(
            "select convert_from(body, 'UTF8') from inbox join source using (source_id) "
            f"where address = '{self.address}' order by inbox_id").splitlines()]

    def wait_for_board(self, **scores):
        """The scores of each question on the company's line, once there are so many of each."""
        def counted():
            board = self.wave.get("/standings?sector=S&include=distribution").json["standings"]
            line = next(line for line in board if line["company"]["code"] == COMPANY)
            given = {measure: [] for measure in MEASURES}
            for measure in MEASURES:
                least = 0 if measure == "nps" else 1
                for score, count in enumerate((line[measure] or {}).get("distribution") or []):
                    given[measure] += [least + score] * count
            return given == {measure: scores.get(measure, []) for measure in MEASURES}
        wait_until(counted, PATIENCE, f"{scores} are not on the board")

    def test_answered_by_mouse_it_lands_on_the_board(self):
        self.address = self.given_source()
        seen = self.see("byMouse", self.host(language="nb"))
        self.assertEqual((seen["title"], seen["thanks"]), LANGUAGES["nb"])
        self.assertEqual(seen["language"], "nb")
        self.assertEqual(seen["reminded"], "Svar på minst ett av spørsmålene.")
        self.assertEqual(seen["focused"], "thanks")
        self.assertEqual(seen["kept"], ["", 0, 0])
        self.assertEqual(set(seen["requests"]), {self.firm.origin, self.base})
        self.assertGreaterEqual(seen["height"], seen["content"])
        self.assertEqual(seen["moved"], 0)
        sent = self.inbox()
        self.assertEqual(len(sent), 1)
        self.assertEqual(sent[0]["answers"],
                         {"csat": "5", "nps": "9", "comment": "Rask hjelp 빠른 도움"})
        self.wait_for_board(csat=[5], nps=[9])

    def test_answered_by_keyboard_it_lands_on_the_board(self):
        self.address = self.given_source()
        seen = self.see("byKeyboard", self.host(language="vi"))
        self.assertEqual((seen["title"], seen["thanks"]), LANGUAGES["vi"])
        ways = [(name, kind) for name, kind, _ in seen["ways"] if kind in ("radio", "textarea", "submit")]
        self.assertEqual(ways, [("csat", "radio"), ("ces", "radio"), ("nps", "radio"),
                                ("comment", "textarea"), ("", "submit")])
        for name, kind, outline in seen["ways"]:
            if kind in ("radio", "submit"):
                self.assertNotEqual(outline, "none", f"{name}: where the focus is cannot be seen")
        self.assertEqual(self.inbox()[0]["answers"], {"csat": "3", "ces": "3", "nps": "2"})
        self.wait_for_board(csat=[3], ces=[3], nps=[2])

    def test_of_an_invitation_it_answers_for_that_contact(self):
        self.address = self.given_source(open=False)
        token = self.given_token()
        self.see("byMouse", self.host(token=token))
        self.wait_for_board(csat=[5], nps=[9])
        result = self.wave.get("/results/contact-1").json
        self.assertEqual((result["channel"], result["comment"]), ("phone", "Rask hjelp 빠른 도움"))

    def test_an_answer_changed_and_changed_back_is_three_messages_and_one_contact(self):
        self.address = self.given_source()
        self.see("changed", self.host())
        sent = self.inbox()
        self.assertEqual([one["answers"]["nps"] for one in sent], ["9", "2", "9"])
        self.assertEqual(len({one["contact"] for one in sent}), 1)
        self.wait_for_board(nps=[9])

    def test_each_loading_is_a_contact_of_its_own(self):
        self.address = self.given_source()
        for _ in range(2):
            self.see("byMouse", self.host(language="ko"))
        self.wait_for_board(csat=[5, 5], nps=[9, 9])

    def test_a_page_of_another_origin_cannot_show_it(self):
        self.address = self.given_source()
        self.assertEqual(self.see("framed", self.host())["shown"], 1)
        self.assertEqual(self.see("framed", self.host(self.stranger))["shown"], 0)

    def test_it_is_dark_in_a_page_that_is_dark_too_alone(self):
        self.address = self.given_source()
        self.assertTrue(self.see("dark", self.host())["light"])
        self.assertFalse(self.see("dark", self.host(scheme="auto"))["light"])

    def test_a_link_is_answered_without_any_script(self):
        token = self.given_token()
        seen = self.see("plain", f"{self.base}/s/{token}?nps=9")
        self.assertEqual(seen["marked"], ["nps=9"])
        self.assertEqual(seen["said"], "Takk for svaret!")
        self.assertEqual(seen["cookies"], [])
        self.wait_for_board(nps=[9])

    def test_nobody_is_shut_out(self):
        self.address = self.given_source()
        token = self.given_token()
        pages = [f"{self.base}/s/{token}?nps=9&lang={tag}" for tag in LANGUAGES]
        pages += [self.host(name=tag, language=tag, scheme="auto") for tag in LANGUAGES]
        self.assertEqual(self.see("audited", *pages, f"{self.base}/s/none")["found"], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
