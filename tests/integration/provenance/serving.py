"""The application served over real HTTP on a free port of this machine."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import uvicorn

from domain.access.access import Role
from domain.ids import UserId
from matching.scorer import Scorer
from service.app import create_app
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.provenance.log.note_keys import VerifierKey
from service.settings import Settings
from service.usecases.access.tokens import IssueToken, issue_token
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.people.enrolment import Enrol, enrol
from service.usecases.services import Services
from tests.contract.builders import NOON, tenprint
from tests.integration.api.driver import ROOT
from tests.integration.provenance.crash_works import FORCE


@dataclass(frozen=True, slots=True)
class ServedLog:
    """A service with a log, and the token of an auditor."""

    url: str
    settings: Settings
    services: Services
    token: str
    log_key: VerifierKey

    def grow(self, first: int, count: int) -> int:
        """Enrol people, sign a checkpoint, and return how many events it covers."""
        for person in range(first, first + count):
            enrol(self.services, Enrol(FORCE, NOON, tenprint(person)))
        return make_checkpoint(self.services, open_log_signer(self.settings)).size


@contextmanager
def served_log(settings: Settings, scorer: Scorer) -> Iterator[ServedLog]:
    """Serve a store until the block ends."""
    runtime = assemble(settings, scorer)
    app = create_app(runtime, logger=build_logger(io.StringIO()))
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        command = IssueToken(ROOT, UserId("witness"), Role.AUDITOR, None, timedelta(days=1))
        issued = issue_token(runtime.services, command)
        key = open_log_signer(settings).verifier
        yield ServedLog(_url(server, thread), settings, runtime.services, issued.secret, key)
    finally:
        server.should_exit = True
        thread.join()


def _url(server: uvicorn.Server, thread: threading.Thread) -> str:
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    (socket,) = server.servers[0].sockets
    return f"http://127.0.0.1:{socket.getsockname()[1]}"
