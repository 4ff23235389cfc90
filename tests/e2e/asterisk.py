"""A real Asterisk: Debian sid's in a chroot that is made once and kept under build/.

It takes about half a gigabyte and a minute or two; the mirror is the one of apt on this machine.
Nothing is dialled: the caller is a Local channel that presses the keys it is told to.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading

from harness import BUILD, wait_until

PLACE = BUILD.parent / "asterisk-sid"
PACKAGES = "asterisk,asterisk-core-sounds-en-gsm"
MODULES = ("res_timing_timerfd res_speech res_agi res_clioriginate pbx_config app_senddtmf "
           "app_verbose func_channel func_global format_gsm codec_gsm codec_resample bridge_simple")
DIALPLAN = """
[survey]
exten => 100,1,Answer()
 same => n,AGI(agi://127.0.0.1:{port}/{script})
 same => n,Verbose(0,ended ${{AGISTATUS}} ${{PLAUDIT_STATUS}} nps=${{PLAUDIT_NPS}} csat=${{PLAUDIT_CSAT}})
 same => n,Hangup()
exten => h,1,Verbose(0,hung ${{AGISTATUS}} ${{PLAUDIT_STATUS}} nps=${{PLAUDIT_NPS}})

[caller]
exten => s,1,Wait(0.1)
 same => n,GotoIf($["${{KEYS}}" = ""]?1)
 same => n,Set(PRESSED=${{KEYS}})
 same => n,Set(GLOBAL(KEYS)=)
 same => n,GotoIf($["${{PRESSED}}" = "hangup"]?gone)
 same => n,SendDTMF(${{PRESSED}})
 same => n,Goto(1)
 same => n(gone),Hangup()
"""


class Missing(Exception):
    """Why there is no Asterisk here."""


def _mirror():
    said = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)",
         "Created-By: Packages", "Origin: Debian"], capture_output=True, text=True, check=False)
    for line in said.stdout.splitlines():
        address, _, codename = line.partition(" ")
        if "-security" not in codename:
            return address
    raise Missing("apt has no mirror of Debian")


def _make():
    debootstrap = shutil.which("debootstrap", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if os.geteuid() != 0 or debootstrap is None:
        raise Missing("root and debootstrap are needed to install it")
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    made = pathlib.Path(tempfile.mkdtemp(prefix="asterisk-sid-", dir=PLACE.parent))
    done = subprocess.run([debootstrap, "--variant=minbase", f"--include={PACKAGES}", "sid",
                           str(made), _mirror()], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        last = done.stdout.strip().splitlines()[-1:] or ["no word"]
        raise Missing(f"debootstrap of sid failed: {last[0]}")
    made.rename(PLACE)


def place():
    """The chroot; Missing where there is none and none can be made."""
    if not (PLACE / "usr/sbin/asterisk").exists():
        _make()
    if os.geteuid() != 0:
        raise Missing("root is needed to start it")
    return PLACE


class Recorder:
    """Stands between Asterisk and the server and notes who says what."""

    def __init__(self, port):
        self.target, self.lines = port, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                asterisk, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            for who, source, sink in (("A", asterisk, server), ("S", server, asterisk)):
                threading.Thread(target=self._pass_on, args=(who, source, sink),
                                 daemon=True).start()

    def _pass_on(self, who, source, sink):
        try:
            for line in source.makefile("rb"):
                self.lines.append(f"{who}: {line.decode()}".rstrip())
                sink.sendall(line)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def wait_for(self, line):
        wait_until(lambda: line in self.lines, 60, f"never said: {line}; but {self.lines[-3:]}")

    def close(self):
        self.listener.close()


class RealAsterisk:
    """One that runs, with the survey at extension 100."""

    def __init__(self, port, script):
        self.root = place()
        self.inside = f"/tmp/plaudit-{os.getpid()}"
        self.home = self.root / self.inside[1:]
        self.home.mkdir()
        self._write_files(port, script)
        self.log = self.home / "log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["chroot", str(self.root), "/usr/sbin/asterisk", "-f", "-n", "-C",
                 f"{self.inside}/asterisk.conf"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(lambda: self._command("core waitfullybooted").returncode == 0, 60,
                   "Asterisk does not start")

    def _write_files(self, port, script):
        modules = next(self.root.glob("usr/lib/*/asterisk/modules"))
        inside = {"astmoddir": "/" + str(modules.relative_to(self.root)),
                  "astdatadir": "/usr/share/asterisk", "astvarlibdir": "/var/lib/asterisk"}
        for name in ("etcdir", "dbdir", "keydir", "agidir", "spooldir", "rundir", "logdir"):
            inside["ast" + name] = self.inside
        files = {"asterisk.conf": "[directories]\n" + "".join(
                     f"{k} => {v}\n" for k, v in inside.items()) + "[options]\nverbose = 3\n",
                 "modules.conf": "[modules]\nautoload=no\n" + "".join(
                     f"load={m}.so\n" for m in MODULES.split()),
                 "logger.conf": "[general]\n[logfiles]\nconsole => warning,error,verbose\n",
                 "extensions.conf": DIALPLAN.format(port=port, script=script)}
        for name, text in files.items():
            (self.home / name).write_text(text, encoding="ascii")
        beep = next(self.root.glob("usr/share/asterisk/sounds/en*/beep.gsm"))
        sounds = self.root / "usr/share/asterisk/sounds/plaudit/en"
        sounds.mkdir(parents=True, exist_ok=True)
        for name in ("nps", "csat", "thanks", "sorry"):
            shutil.copy(beep, sounds / f"{name}.gsm")

    def _command(self, words):
        return subprocess.run(["chroot", str(self.root), "/usr/sbin/asterisk", "-C",
                               f"{self.inside}/asterisk.conf", "-rx", words],
                              capture_output=True, text=True, timeout=60, check=False)

    def dial(self):
        self._command("channel originate Local/100@survey extension s@caller")

    def press(self, keys):
        self._command(f"dialplan set global KEYS {keys}")

    def wait_for(self, words):
        wait_until(lambda: words in self.log.read_text(errors="replace"), 60,
                   f"Asterisk never said: {words}")

    def stop(self):
        self._command("core stop now")
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)
