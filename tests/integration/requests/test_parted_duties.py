"""What other States are told when two people on record are parted again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.exchange.codes import DeletionReason, MessageKind, StateCode
from domain.exchange.messages import Deletion, read_message
from domain.store_secrets import mac_under
from service.adapters.custody.key_bytes import fresh_signing
from service.channels.exchange.signatures import JwsSignatures
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.exchange import exchange_messages
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.duties import survey_records
from service.usecases.exchange.reconciling import reckon
from tests.integration.api.driver import World
from tests.integration.api.merging import merged
from tests.integration.exchange.offices import Wire
from tests.integration.requests.test_disputes import (
    ASN_OF,
    add,
    conviction,
    decided,
    entry,
    part,
    printed,
    put,
    undecided,
)

_IN_TIME = timedelta(days=27)
"""28 days that begin with the day of the parting."""


def of(world: World, made: tuple[str, str], force: str, state: str) -> tuple[str, str]:
    """Give a person on record a second nationality; return person and record."""
    add(world, made[1], force, {"kind": "nationality", "nationality": state})
    return made


class Told:
    """The duties of an office towards other States, surveyed as a worker does."""

    def __init__(self, world: World) -> None:
        self.services = world.services
        signatures = JwsSignatures(fresh_signing())
        self.desk = ExchangeDesk(
            StateCode("GBR"), signatures, Wire(), mac=mac_under(b"references")
        )
        self._seen = 0

    def since(self) -> list[Any]:
        """Return the messages that were queued since this was last asked."""
        while survey_records(self.services, self.desk):
            pass
        with self.services.units.read() as unit:
            rows = unit.transaction.connection.execute(
                select(exchange_messages).order_by(exchange_messages.c.message_row)
            ).all()
            ids = [row.payload_id for row in rows]
            bodies = unit.transaction.payloads.get_many(PayloadKind.MESSAGE, ids)
        new = rows[self._seen :]
        self._seen = len(rows)
        return [(row, read_message(bodies[row.payload_id])) for row in new]


def kinds(found: list[Any]) -> list[tuple[MessageKind, str]]:
    return sorted((message.kind, message.receiver) for _, message in found)


@pytest.mark.dear("two people merged, parted and disputed")
def test_states_that_were_told_while_two_were_one_are_told_to_delete(world: World) -> None:
    first, here = of(world, put(world, 1), "89", "ROU")
    second, there = of(world, printed(world, 2), "01", "POL")
    told = Told(world)
    merge_id = merged(world, first, second)
    asns = {"own": ASN_OF[1], "by-asn": ASN_OF[2], "nobody-knows": ""}
    items = (entry("conviction", conviction(name, asn=asn)) for name, asn in asns.items())
    add(world, here, "89", *items)
    told_first = told.since()
    to_romania, to_poland = (
        {
            one.content.conviction.reference: one.content
            for _, one in told_first
            if one.receiver == state
        }
        for state in ("ROU", "POL")
    )
    # One person with two nationalities: both States are told everything.
    assert set(to_romania) == set(to_poland) == set(asns)

    part(world, merge_id)
    withdrawn, at_once = apart(told.since())
    (dispute,) = undecided(world)
    assert not told.since(), "what nobody has decided yet stays as it was told"
    decided(world, dispute["dispute_id"], theirs=False)
    later = told.since()

    assert kinds(withdrawn) == [(MessageKind.DELETION, "POL")] * len(asns)
    assert {one.content.conviction_id for _, one in withdrawn} == {
        one.conviction.conviction_id for one in to_poland.values()
    }
    due_on = (world.services.today() + _IN_TIME).isoformat()
    for found, reference in ((at_once, "by-asn"), (later, "nobody-knows")):
        assert kinds(found) == [(MessageKind.DELETION, "ROU"), (MessageKind.NOTIFICATION, "POL")]
        (deletion, notification) = sorted((one.content for _, one in found), key=_is_notice)
        assert deletion.conviction_id == to_romania[reference].conviction.conviction_id
        assert deletion.reason is DeletionReason.ENTERED_IN_ERROR
        assert notification.conviction.conviction_id.startswith(f"{there}.")
        assert notification.conviction.reference == reference
        assert {row.due_on for row, _ in found} == {due_on}
    figures = reckon(told.services, told.desk).figures
    assert (figures.unexpected, figures.doubled, figures.total.past_due) == (0, 0, 0)
    assert figures.total.due == 3 * len(asns) + 4


def apart(found: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return the messages that withdraw a conviction of no national there, and the others."""
    wrong = [
        isinstance(message.content, Deletion)
        and message.content.reason is DeletionReason.WRONG_NATIONALITY
        for _, message in found
    ]
    pairs = list(zip(found, wrong, strict=True))
    return [one for one, is_so in pairs if is_so], [one for one, is_so in pairs if not is_so]


def _is_notice(content: object) -> bool:
    return not isinstance(content, Deletion)
