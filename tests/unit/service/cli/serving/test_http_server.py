"""The server's address, and the properties of its connections."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from service.cli.serving.http_server import address_of, bind, listen
from service.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(store=tmp_path, host="127.0.0.1", port=0)


def test_no_half_of_an_answer_waits_for_word_of_the_other(settings: Settings) -> None:
    with listen(settings) as listener:
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_in_use_is_refused_in_a_sentence(settings: Settings, tmp_path: Path) -> None:
    with listen(settings) as listener:
        taken = load_settings(
            store=tmp_path, host="127.0.0.1", port=int(address_of(listener).rpartition(":")[2])
        )
        with pytest.raises(ConfigurationError, match="in use"):
            bind(taken).close()
