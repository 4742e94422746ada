"""Messages as XML: there and back, and nothing that a parser could be misled by."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from domain.exchange.codes import FaultCode, MessageFaultError
from domain.exchange.messages import Message
from service.channels.exchange.signed_http import read_xml, write_xml
from service.channels.exchange.xml_schema import IDENTIFIER
from tests.unit.domain.exchange.messages import messages

ENVELOPE = (
    "<envelope><message_id>GBR-POL-RRS-000000000000001</message_id><sender>GBR</sender>"
    "<receivers>POL</receivers><sent_at>2026-03-02T09:00:00Z</sent_at></envelope>"
)
REPLY = f'<message xmlns="{IDENTIFIER}">{ENVELOPE}<reply><outcome>%s</outcome>%s</reply></message>'
BOMB = "".join(
    f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' if n else '<!ENTITY b0 "lol">' for n in range(10)
)


@given(messages())
@settings(max_examples=15)
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    assert read_xml(write_xml(message)) == message


def faulty(body: str) -> FaultCode:
    with pytest.raises(MessageFaultError) as caught:
        read_xml(body.encode())
    return caught.value.fault


def test_a_message_without_faults_is_read() -> None:
    read_xml((REPLY % ("RRT-00-04", "")).encode())


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no xml",
        (REPLY % ("RRT-00-04", ""))[:-30],
        REPLY % ("RRT-99-99", ""),
        REPLY % ("RRT-00-04", "<secret>x</secret>"),
        (REPLY % ("RRT-00-04", "")).replace(IDENTIFIER, "urn:another"),
        (REPLY % ("RRT-00-04", "")).replace("<sender>GBR", "<sender>gbr"),
    ],
)
def test_truncated_or_of_another_schema_is_malformed(body: str) -> None:
    assert faulty(body) is FaultCode.MALFORMED


def test_a_document_type_is_refused_and_its_entities_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("RRT-00-04", encoding="utf-8")
    outside = f'<!DOCTYPE message [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    for head, value in (
        (f"<!DOCTYPE message [{BOMB}]>", "&b9;"),
        (outside, "&x;"),
        ('<!DOCTYPE message SYSTEM "http://192.0.2.1/message.dtd">', "RRT-00-04"),
    ):
        assert faulty(head + REPLY % (value, "")) is FaultCode.FORBIDDEN_MARKUP


def test_ten_thousand_convictions_are_too_many() -> None:
    assert faulty(REPLY % ("RRT-00-00", "<convictions/>" * 10_000)) is FaultCode.TOO_LARGE
