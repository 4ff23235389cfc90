"""A Postfix of its own in a temporary directory: relays one domain to an LMTP port.

It has its own configuration, queue and socket to submit to; the machine's mail set-up is not
touched. It needs root and the package's users; it is stopped by its own process id.
"""
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile

from harness import wait_until

PROGRAMS = ("postfix", "postqueue", "postsuper", "smtp-source")


def missing():
    """Why there can be none here; empty: there can."""
    for program in PROGRAMS:
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if os.geteuid() != 0:
        return "Postfix needs root"
    try:
        pwd.getpwnam("postfix")
    except KeyError:
        return "there is no user postfix"
    return ""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Postfix:
    def __init__(self, domain, lmtp, **more):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="plaudit-postfix-", dir="/tmp"))
        self.home.chmod(0o755)
        self.config, self.queue = self.home / "config", self.home / "queue"
        self.port = free_port()
        for folder in (self.config, self.queue, self.home / "data"):
            folder.mkdir(mode=0o755)
        shutil.chown(self.home / "data", "postfix")
        self._write(domain, lmtp, more)
        self._run("postfix", "-c", self.config, "start")
        wait_until(self._answers, 60, "Postfix does not listen")
        self.pid = int((self.queue / "pid" / "master.pid").read_text().strip())

    def _write(self, domain, lmtp, more):
        main = {
            "compatibility_level": "3.6", "queue_directory": self.queue,
            "data_directory": self.home / "data", "daemon_directory": "/usr/lib/postfix/sbin",
            "command_directory": "/usr/sbin", "mail_owner": "postfix", "setgid_group": "postdrop",
            "myhostname": "mta.test", "mydestination": "", "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4", "mynetworks": "127.0.0.0/8", "maillog_file": self.home / "log",
            "maillog_file_prefixes": "/tmp", "alias_maps": "", "local_recipient_maps": "",
            "relay_domains": domain, "relay_transport": lmtp, "relay_recipient_maps": "",
            "recipient_delimiter": "+", "lmtp_destination_recipient_limit": "50",
            # Tests do not wait for minutes.
            "minimal_backoff_time": "1s", "maximal_backoff_time": "2s", "queue_run_delay": "1s",
            "bounce_queue_lifetime": "0", "default_transport": "discard", "smtputf8_enable": "yes",
            "transport_retry_time": "1s", "lmtp_connect_timeout": "5s",
            **more,
        }
        (self.config / "main.cf").write_text(
            "".join(f"{name} = {value}\n" for name, value in main.items()), encoding="ascii")
        # All outside a chroot; service, type, private, unprivileged, chroot, wakeup, limit, command
        services = [
            f"127.0.0.1:{self.port} inet n - n - - smtpd", "pickup unix n - n 60 1 pickup",
            "cleanup unix n - n - 0 cleanup", "qmgr unix n - n 1 1 qmgr",
            "rewrite unix - - n - - trivial-rewrite", "bounce unix - - n - 0 bounce",
            "defer unix - - n - 0 bounce", "trace unix - - n - 0 bounce",
            "verify unix - - n - 1 verify", "flush unix n - n 1000? 0 flush",
            "proxymap unix - - n - - proxymap", "relay unix - - n - - smtp",
            "lmtp unix - - n - - lmtp", "smtp unix - - n - - smtp", "error unix - - n - - error",
            "retry unix - - n - - error", "discard unix - - n - - discard",
            "anvil unix - - n - 1 anvil", "scache unix - - n - 1 scache",
            "showq unix n - n - - showq", "postlog unix-dgram n - n - 1 postlogd"]
        (self.config / "master.cf").write_text("\n".join(services) + "\n", encoding="ascii")

    @staticmethod
    def _run(*words):
        done = subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=60,
                              check=False)
        if done.returncode != 0:
            raise AssertionError(f"{words[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as s:
                return s.recv(4).startswith(b"220")
        except OSError:
            return False

    def flush(self):
        self._run("postqueue", "-c", self.config, "-f")

    def queued(self):
        """Mails that are still to be delivered."""
        told = self._run("postqueue", "-c", self.config, "-j")
        return len([line for line in told.splitlines() if line])

    def logged(self, words):
        """How many lines of the log have them all."""
        with open(self.home / "log", encoding="utf-8", errors="replace") as log:
            return sum(all(w in line for w in words) for line in log)

    def stop(self):
        try:
            self._run("postfix", "-c", self.config, "stop")
            wait_until(lambda: not pathlib.Path(f"/proc/{self.pid}").exists(), 30,
                       "Postfix does not stop")
        finally:
            shutil.rmtree(self.home, ignore_errors=True)
