"""A provider that stands in for the real one: says what a test has it say, and remembers."""
import http.server
import json
import threading
import time
import urllib.parse

CUT, HANG = "cut", "hang"


class Request:
    def __init__(self, method, target, headers, body):
        parts = urllib.parse.urlsplit(target)
        self.method, self.path, self.headers, self.body = method, parts.path, headers, body
        self.query = dict(urllib.parse.parse_qsl(parts.query))

    @property
    def json(self):
        return json.loads(self.body)


class StandIn:
    """Answers with `say(request)`: (status, body[, headers]), or CUT or HANG after it has read."""

    def __init__(self, say):
        self.say = say
        self.requests = []
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        stand_in = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self):
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(self.command, self.path, self.headers, self.rfile.read(length))
                with stand_in.lock:
                    stand_in.requests.append(request)
                    said = stand_in.say(request)
                if said == HANG:
                    stand_in.stopped.wait(60)
                if said in (CUT, HANG):
                    self.close_connection = True
                    return
                status, body, *more = said
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in (more[0] if more else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = handle_one

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def heard(self, method=None, path=None):
        with self.lock:
            return [r for r in self.requests
                    if method in (None, r.method) and (path is None or r.path.endswith(path))]

    def stop(self):
        self.stopped.set()
        self.server.shutdown()
        self.server.server_close()


def now():
    return int(time.time())
