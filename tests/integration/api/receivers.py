"""A receiver of webhooks: a real HTTP server on a free port of this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(slots=True)
class Receiver:
    """The messages it received, and its next answers; 204 by default."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    """The path of each message received."""


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """Run a receiver until the block ends."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append((headers, body))
            receiver.paths.append(self.path)
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(slots=True)
class Dripper:
    """A receiver that answers a byte at a time and never comes to an end."""

    url: str = ""
    connections: int = 0
    held: int = 0
    """Connections open now."""


@contextmanager
def running_dripper(*, every_s: float = 0.2) -> Iterator[Dripper]:
    """Run a dripping receiver until the block ends."""
    dripper, ended, lock = Dripper(), threading.Event(), threading.Lock()
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    dripper.url = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"

    def drip(taken: socket.socket) -> None:
        with taken, suppress(OSError):
            for byte in b"HTTP/1.1 200 OK\r\n" + b"x" * 10_000:
                taken.sendall(bytes([byte]))
                if ended.wait(every_s):
                    break
        with lock:
            dripper.held -= 1

    def accept() -> None:
        while not ended.is_set():
            with suppress(OSError):
                taken, _ = listener.accept()
                with lock:
                    dripper.connections += 1
                    dripper.held += 1
                threading.Thread(target=drip, args=(taken,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield dripper
    finally:
        ended.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)
