"""The service in a thread of this process, for as long as the demo needs it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from domain.errors import ConfigurationError
from service.cli.serving.http_server import Address, bind

_START_TIMEOUT_S = 30.0
_POLL_S = 0.02


@contextmanager
def running(app: FastAPI, *, host: str, port: int) -> Iterator[str]:
    """Serve `app` and yield its address; on leaving, stop and wait for open requests.

    Port 0 takes a free port. Raises ConfigurationError if the port is in use.
    """
    listener = bind(Address(host, port))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise ConfigurationError("The service did not start: see its log.")
        time.sleep(_POLL_S)
