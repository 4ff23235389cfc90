"""What the tests of exports share: one answer read by hand, and waves to be exported."""
import base64
import hashlib
import socket

from harness import ServerCase, small_document


class Export:
    """One streamed answer, read by hand: http.client drops what stands behind the body."""

    def __init__(self, wave, rest, version="1.1", method="GET", small=False, **headers):
        self.socket = socket.socket()
        if small:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self.socket.settimeout(60)
        self.socket.connect(("127.0.0.1", wave.server.port))
        lines = [f"{method} {wave.path}/results{rest} HTTP/{version}", "Host: localhost",
                 f"Authorization: Bearer {wave.key}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode())
        self.got, self.trailers, self.whole = b"", {}, False

    def more(self):
        try:
            part = self.socket.recv(65536)
        except (ConnectionError, socket.timeout):
            part = b""
        self.got += part
        return part

    def line(self):
        """Up to CRLF; None where the connection ended before."""
        while b"\r\n" not in self.got:
            if not self.more():
                return None
        line, _, self.got = self.got.partition(b"\r\n")
        return line

    def fields(self):
        found = {}
        while (line := self.line()):
            name, _, value = line.partition(b": ")
            found[name.decode().lower()] = value.decode()
        return found, line is not None

    def head(self):
        first = self.line()
        self.status = int(first.split()[1])
        self.headers, _ = self.fields()
        return self

    def take(self, count):
        while len(self.got) < count:
            if not self.more():
                return None
        taken, self.got = self.got[:count], self.got[count:]
        return taken

    def chunks(self):
        while (size := self.line()) is not None:
            size = int(size, 16)
            if size == 0:
                self.trailers, self.whole = self.fields()
                return
            part = self.take(size + 2)
            if part is None:
                return
            yield part[:-2]

    def read(self):
        self.head()
        if "chunked" in self.headers.get("transfer-encoding", ""):
            self.body = b"".join(self.chunks())
        elif "content-length" in self.headers:
            self.body = self.take(int(self.headers["content-length"]))
        elif self.status == 304:
            self.body = b""
        else:
            while self.more():
                pass
            self.body = self.got
        self.socket.close()
        return self


def digest(data):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


class ExportCase(ServerCase):
    def given_many(self, rows=12000, comment=1000, alike=True):
        """Rows that nobody needs to have counted; comments that are not alike stay long when they
        are packed."""
        words = (f"repeat(md5(i::text), {comment // 32})" if alike else
                 f"(select string_agg(md5(i || '.' || j), '') from generate_series(1, {comment // 32}) j)")
        wave = self.given_wave(small_document())
        self.server.sql(
            "insert into result (upload_id, wave_id, company, channel, answered, answers, cx, "
            "area_scores, result_id, comment) select 1, wave_id, i % 2, i % 2, true, '{1,null}', "
            "'{5,7,9}', '{5000}', 'R' || lpad(i::text, 8, '0'), "
            f"{words} from generate_series(1, {rows}) i, wave join programme p using (programme_id) "
            "join organisation o using (organisation_id) where "
            f"o.code = '{wave.organisation}'")
        return wave

    def exported(self, wave, rest, **more):
        answer = Export(wave, rest, **more).read()
        self.assertEqual(answer.status, 200, answer.body)
        return answer
