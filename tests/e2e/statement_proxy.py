"""Stands between plauditd and PostgreSQL and notes which statements pass, by their names."""
import os
import socket
import threading


class StatementProxy:
    """A Unix socket in `folder` that leads to the one in `target`; both are folders of libpq."""

    def __init__(self, folder, target):
        self.folder, self.target = str(folder), str(target)
        self.names, self.lock = [], threading.Lock()
        os.makedirs(self.folder, exist_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(f"{self.folder}/.s.PGSQL.5432")
        self.listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def take(self):
        """The names since the last call, in order."""
        with self.lock:
            names, self.names = self.names, []
        return names

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(f"{self.target}/.s.PGSQL.5432")
            back = threading.Thread(target=self._pass_on, args=(server, client, None), daemon=True)
            back.start()
            self._pass_on(client, server, Frontend(self))
            back.join()

    @staticmethod
    def _pass_on(source, to, reader):
        try:
            while data := source.recv(65536):
                if reader:
                    reader.feed(data)
                to.sendall(data)
            to.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Frontend:
    """Cuts what a client sends into messages: Bind names a prepared statement. Scripts are passed
    over: a transaction that only read ends some time after the answer."""

    def __init__(self, proxy):
        self.proxy, self.rest, self.started = proxy, b"", False

    def feed(self, data):
        self.rest += data
        while True:
            head = 1 if self.started else 0
            if len(self.rest) < head + 4:
                return
            length = head + int.from_bytes(self.rest[head:head + 4], "big")
            if len(self.rest) < length:
                return
            message, self.rest = self.rest[:length], self.rest[length:]
            if not self.started:
                self.started = True
            elif message[:1] == b"B":
                self._note(message[5:].split(b"\0")[1].decode())

    def _note(self, name):
        with self.proxy.lock:
            self.proxy.names.append(name)
