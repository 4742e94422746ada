"""What cannot be seen enters by no message of another State, and leaves in none of ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.exchange.codes import FaultCode, MessageFaultError
from domain.exchange.messages import Envelope, Message, Notification
from domain.exchange.shapes import plain, value_from
from domain.people.people import Details, PersonName
from service.usecases.exchange.stating import demand_sense, person_stated
from tests.integration.exchange.offices import GBR, POL
from tests.integration.exchange.telling import Teller, notice
from tests.integration.exchange.test_api import Joined, joined
from tests.integration.exchange.test_quarantine import apart, poland

__all__ = ["Joined", "joined", "poland"]

UNSEEN = ("\u200b", "\xad", "\u3164", "\ufeff", "\u2028")


def places(value: Any, pointer: str = "/content") -> Iterator[tuple[Any, Any, str]]:
    """Yield each text of a JSON value: what holds it, under which name, and its pointer."""
    named = value.items() if isinstance(value, dict) else enumerate(value)
    for name, one in named:
        if isinstance(one, str):
            yield value, name, f"{pointer}/{name}"
        elif isinstance(one, dict | list):
            yield from places(one, f"{pointer}/{name}")


@pytest.mark.parametrize("unseen", UNSEEN)
def test_no_text_of_a_message_may_hold_what_cannot_be_seen(unseen: str) -> None:
    found = list(places(plain(notice())))
    refused = {_refused(number, unseen) for number in range(len(found))}

    assert refused <= {pointer for _, _, pointer in found}
    assert "/content/person/name/surname" in refused
    assert "/content/conviction/court/name" in refused


def _refused(number: int, unseen: str) -> str:
    """Return the place at which a message is refused for one of its texts."""
    stated = plain(notice())
    held, name, _ = list(places(stated))[number]
    held[name] = held[name][:-1] + unseen
    with pytest.raises(MessageFaultError) as fault:
        _demand(stated)
    assert fault.value.fault is FaultCode.MALFORMED
    pointer = fault.value.pointer or ""
    return pointer if pointer.startswith("/content") else f"/content{pointer}"


def _demand(stated: Any) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    envelope = Envelope("POL-GBR-NOT-000000000000001", POL, (GBR,), now)
    demand_sense(Message(envelope, value_from(Notification, stated)), GBR, now.date())


def test_a_message_with_a_name_that_reads_as_another_changes_nothing(poland: Teller) -> None:
    wrong = notice()
    name = replace(wrong.person.name, surname="Tre\u200blawney")
    wrong = replace(wrong, person=replace(wrong.person, name=name))

    assert poland.tell(wrong) == [FaultCode.MALFORMED]
    assert apart(poland) == []
    assert poland.tell(notice()) == [None]


def test_our_messages_state_a_name_as_it_is_seen() -> None:
    details = Details(names=(PersonName("Zo\u200be\xad", "M\u3164uller"),))

    stated = person_stated(details, has_prints=False, reference="1")

    assert (stated.name.forenames, stated.name.surname) == ("Zoe", "Muller")
