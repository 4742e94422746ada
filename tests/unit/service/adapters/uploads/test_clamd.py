"""ClamAV's daemon as it answers, slow, wrong or not at all."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.applications.declarations import DocumentUse, UploadFault
from domain.applications.states import ApplicationId
from domain.errors import ConfigurationError, ScannerUnavailableError, UploadRefusedError
from service.adapters.uploads.checking import ClamdScanner
from service.ports.uploads import CheckedUpload
from service.usecases.applications.showing import UploadDesk


@contextmanager
def _daemon(listener: socket.socket, answer: bytes, received: list[bytes]) -> Iterator[None]:
    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while size := struct.unpack(">I", stream.read(4))[0]:
                received.append(stream.read(size))
            connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        listener.close()


def _listening() -> tuple[socket.socket, str]:
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, f"tcp:127.0.0.1:{listener.getsockname()[1]}"


def test_a_clean_document_is_sent_whole_in_chunks() -> None:
    listener, address = _listening()
    received: list[bytes] = []
    data = bytes(range(256)) * 1_000

    with _daemon(listener, b"stream: OK\0", received):
        ClamdScanner(address).scan(data)

    assert b"".join(received) == data
    assert len(received) == 4


def test_a_socket_of_this_machine_serves_as_well(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(tmp_path / "clamd"))
    listener.listen()

    with _daemon(listener, b"stream: OK\0", []):
        ClamdScanner(f"unix:{tmp_path / 'clamd'}").scan(b"x")


def test_malware_is_refused_without_its_name() -> None:
    listener, address = _listening()

    with (
        _daemon(listener, b"stream: Eicar-Test-Signature FOUND\0", []),
        pytest.raises(UploadRefusedError) as refused,
    ):
        ClamdScanner(address).scan(b"x")

    assert refused.value.detail == UploadFault.INFECTED.value


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"nonsense\0"])
def test_a_scanner_that_does_not_say_clean_lets_nothing_through(answer: bytes) -> None:
    listener, address = _listening()

    with _daemon(listener, answer, []), pytest.raises(ScannerUnavailableError):
        ClamdScanner(address).scan(b"x")


def test_a_scanner_that_is_away_lets_nothing_through(tmp_path: Path) -> None:
    desk = UploadDesk(_Taking(), ClamdScanner(f"unix:{tmp_path / 'nobody'}"))

    with pytest.raises(ScannerUnavailableError):
        desk.check(ApplicationId("a"), b"x", DocumentUse.PAPER)


def test_an_address_that_is_none_stops_the_start() -> None:
    for address in ("tcp:host", "unix:", "http://host", "tcp:host:port"):
        with pytest.raises(ConfigurationError):
            ClamdScanner(address)


class _Taking:
    def check(self, data: bytes, use: DocumentUse) -> CheckedUpload:
        return CheckedUpload("image/jpeg", data)

    def close(self) -> None:
        pass
