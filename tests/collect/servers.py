"""Loopback servers that count what we do, and ones that misbehave on the wire."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Seen:
    """One request as the server saw it; times by `time.monotonic()`."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    began: float
    ended: float = 0.0


@dataclass
class Reply:
    status: int = 200
    body: bytes = b'{"jobs": []}'
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


Responder = Callable[[Seen], Reply]


class CountingServer:
    """Answers by a function and remembers every request."""

    def __init__(
        self, respond: Responder, robots: str | int | Reply = 404, address: str = "127.0.0.1"
    ) -> None:
        self.respond = respond
        self.robots = robots
        self.seen: list[Seen] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._http = _QuietServer((address, 0), self._handler())
        self.url = f"http://{address}:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> CountingServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def paths(self) -> list[str]:
        return [request.path for request in self.seen]

    def of(self, path: str) -> list[Seen]:
        return [request for request in self.seen if request.path == path]

    def boards_asked(self) -> list[Seen]:
        return [request for request in self.seen if request.path != "/robots.txt"]

    def _reply(self, request: Seen) -> Reply:
        if request.path == "/robots.txt":
            if isinstance(self.robots, Reply):
                return self.robots
            if isinstance(self.robots, int):
                return Reply(self.robots, b"")
            return Reply(200, self.robots.encode(), {"Content-Type": "text/plain"})
        return self.respond(request)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Seen(self.command, self.path, headers, body, time.monotonic())
                with server._lock:
                    server.seen.append(request)
                    server._at_once += 1
                    server.most_at_once = max(server.most_at_once, server._at_once)
                try:
                    reply = server._reply(request)
                    time.sleep(reply.delay)
                finally:
                    # Before the answer leaves: the client may be back before this line otherwise.
                    with server._lock:
                        server._at_once -= 1
                    request.ended = time.monotonic()
                with contextlib.suppress(ConnectionError):
                    self.send_response_only(reply.status)
                    if "Date" not in reply.headers:
                        self.send_header("Date", self.date_time_string())
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    if reply.status != 304:
                        self.send_header("Content-Length", str(len(reply.body)))
                    self.end_headers()
                    self.wfile.write(b"" if reply.status == 304 else reply.body)
                    self.wfile.flush()

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        pass  # a client that hangs up is what several tests are about


@contextlib.contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve each connection by `talk` after its request's header was read; robots.txt is a 404."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopping = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            if head.startswith(b"GET /robots.txt"):
                connection.sendall(b"HTTP/1.1 404 Nope\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            talk(connection)

    def accept() -> None:
        while not stopping.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopping.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def by_path(**replies: Reply) -> CountingServer:
    """Serve `acme_1` at /acme/1; other paths are 404."""
    return CountingServer(lambda seen: replies.get(seen.path[1:].replace("/", "_"), Reply(404)))


def one_after_the_other(*replies: Reply) -> Responder:
    waiting = list(replies)
    return lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]
