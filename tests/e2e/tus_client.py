"""What tests of resumable uploads say to a server."""
import base64
import hashlib
import socket
import threading

from harness import ServerCase, ask, many_rows, sample_rows, wait_until

STREAM = "application/offset+octet-stream"
TUS = {"Tus_Resumable": "1.0.0"}


def metadata(**pairs):
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


def checksum(algorithm, data):
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


CSV_METADATA = metadata(filename="results.csv", filetype="text/csv")


class Tus:
    """A resumable upload of a wave."""

    def __init__(self, wave, location):
        self.wave, self.location = wave, location

    def ask(self, method, body=None, tus=True, **headers):
        return ask(self.wave.server, method, self.location, body, self.wave.key,
                   **{**(TUS if tus else {}), **headers})

    def head(self):
        return self.ask("HEAD")

    def offset(self):
        answer = self.head()
        assert answer.status == 200, repr(answer)
        return int(answer.headers["Upload-Offset"])

    def patch(self, offset, data, **headers):
        return self.ask("PATCH", data, Content_Type=STREAM, Upload_Offset=str(offset), **headers)

    def view(self):
        return self.ask("GET", tus=False).json

    def counted(self):
        """What it says once nothing more happens."""
        def ended():
            view = self.view()
            return view if view["state"] in ("counted", "failed") else None
        return wait_until(ended, 60, "the file is not counted")


class HalfSent:
    """A PATCH of which the bytes stop in the middle."""

    def __init__(self, tus, offset, data, promised, more=""):
        self.socket = socket.create_connection(("127.0.0.1", tus.wave.server.port), timeout=60)
        self.socket.sendall((f"PATCH {tus.location} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {tus.wave.key}\r\n"
                             f"Tus-Resumable: 1.0.0\r\nContent-Type: {STREAM}\r\nUpload-Offset: {offset}\r\n"
                             f"Content-Length: {promised}\r\n{more}\r\n").encode() + data)

    def close(self):
        self.socket.close()


def wide_rows(count):
    """A file of the sample programme in which few rows are many bytes."""
    header, rows = many_rows(count)
    said = b"," + b"x" * 1500 + b"\n"
    return header.strip() + b",comment\n" + b"".join(row.strip() + said for row in rows)


class Line:
    """A line between client and server, on a port that stays. Once, after `most` bytes, it is cut; or
    it `hangs`: no byte of the connection goes on, and nobody is told."""

    def __init__(self, server, most=None, hangs=False):
        self.server, self.most, self.hangs = server, most, hangs
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connections = 0
        self.sent = 0
        self.open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while self.open:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                server = socket.create_connection(("127.0.0.1", self.server.port))
            except OSError:
                client.close()
                continue
            client.settimeout(60)
            server.settimeout(60)
            threading.Thread(target=self._carry, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, False), daemon=True).start()

    def _carry(self, source, target, counts):
        try:
            while data := source.recv(65536):
                if counts:
                    self.sent += len(data)
                    if self.most is not None and self.sent > self.most:
                        self.most = None
                        if not self.hangs:
                            break
                        while source.recv(65536):
                            pass
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        source.close()

    def close(self):
        self.open = False
        self.listener.close()


class TusCase(ServerCase):
    def create(self, wave, length, body=None, described=CSV_METADATA, **headers):
        if body is not None:
            headers["Content_Type"] = STREAM
        return wave.ask("POST", "/uploads/tus", body, Upload_Length=str(length), Upload_Metadata=described,
                        **{**TUS, **headers})

    def given_tus(self, wave, length, **more):
        answer = self.create(wave, length, **more)
        self.assert_status(answer, 201)
        return Tus(wave, answer.headers["Location"])

    def spooled(self, pattern):
        return list((self.server.embedded / "spool").glob(f"*/{pattern}"))

    def given_file(self):
        header, rows = sample_rows()
        return header + b"".join(rows), len(rows)

    def assert_code(self, answer, status, code):
        self.assert_status(answer, status)
        self.assertEqual(answer.json["code"], code)
        self.assertEqual(answer.headers["Tus-Resumable"], "1.0.0")

    def assert_counted(self, wave, tus, rows):
        view = tus.counted()
        self.assertEqual(view["state"], "counted", view)
        self.assertEqual((wave.stored(), wave.counted()), (rows, rows))
        report = wave.get(f"/uploads/{view['upload']}").json
        self.assertEqual(report["state"], "done")
        self.server.verify()
        return report
