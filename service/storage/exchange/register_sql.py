"""The queries of the register: those that read the database, and those on its working database."""

from functools import cache
from pathlib import Path

from sqlalchemy import and_, bindparam, exists, func, select

from service.storage.tables import disclosure, exchange
from service.storage.tables.links import merge_confirmations, merged_persons
from service.storage.tables.people import (
    encounters,
    payloads,
    person_erasures,
    record_amendments,
    records,
)

_PAGE = 2_000

_messages = exchange.exchange_messages.c
_is_told = exchange.exchange_answers.c.message_id == _messages.message_id
_KEPT = (
    select(disclosure.withheld_payloads.c.body)
    .where(
        disclosure.withheld_payloads.c.payload_id == records.c.payload_id,
        exists().where(disclosure.restricted_versions.c.record_row == records.c.record_row),
        ~exists().where(disclosure.gone_persons.c.person_row == records.c.person_row),
    )
    .scalar_subquery()
)
VERSIONS = (
    select(
        records.c.record_row,
        records.c.record_id,
        records.c.version,
        records.c.force,
        records.c.payload_id,
        # For versions withheld because of one item: the duties for the other items remain.
        func.coalesce(payloads.c.body, _KEPT).label("body"),
        record_amendments.c.amended_at,
        exists().where(encounters.c.person_row == records.c.person_row).label("has_prints"),
    )
    .outerjoin(payloads, payloads.c.payload_id == records.c.payload_id)
    .outerjoin(record_amendments, record_amendments.c.record_row == records.c.record_row)
    .where(records.c.record_row > bindparam("last"))
    .order_by(records.c.record_row)
    .limit(_PAGE)
)
MESSAGES = (
    select(
        _messages.record_id,
        _messages.item_id,
        _messages.version,
        _messages.receiver,
        _messages.kind,
        exchange.exchange_sent.c.sent_at,
        exists().where(_is_told, exchange.exchange_answers.c.kind == "ACK"),
        exists().where(_is_told, exchange.exchange_answers.c.kind == "FLT"),
    )
    .outerjoin(exchange.exchange_sent, exchange.exchange_sent.c.message_id == _messages.message_id)
    .where(_messages.record_id.is_not(None))
)
ERASURES = (
    select(
        records.c.record_id,
        func.min(records.c.force).label("force"),
        func.max(disclosure.erasure_ends.c.ended_at).label("ended_at"),
    )
    .join(person_erasures, person_erasures.c.person_row == records.c.person_row)
    .outerjoin(
        disclosure.erasure_requests,
        disclosure.erasure_requests.c.person_row == records.c.person_row,
    )
    .outerjoin(
        disclosure.erasure_ends,
        and_(
            disclosure.erasure_ends.c.erasure_id == disclosure.erasure_requests.c.erasure_id,
            disclosure.erasure_ends.c.outcome == "carried-out",
        ),
    )
    .group_by(records.c.record_id)
)
_absorbed, _surviving = records.alias("absorbed"), records.alias("surviving")
MERGES = (
    select(
        _absorbed.c.record_id.label("absorbed"),
        _surviving.c.record_id.label("surviving"),
        merge_confirmations.c.confirmed_at,
    )
    .select_from(merged_persons)
    .join(_absorbed, _absorbed.c.person_row == merged_persons.c.absorbed_row)
    .join(_surviving, _surviving.c.person_row == merged_persons.c.surviving_row)
    .join(merge_confirmations, merge_confirmations.c.merge_id == merged_persons.c.merge_id)
    .distinct()
)
"""Merges in force."""
_exemptions = exchange.exchange_exemptions.c
EXEMPTIONS = select(
    _exemptions.record_id, _exemptions.item_id, _exemptions.version, _exemptions.state
)

STRATA = (
    "'all'",
    "CASE WHEN is_dual THEN 'several nationalities' ELSE 'one nationality' END",
    "CASE WHEN has_prints THEN 'prints on file' ELSE 'no prints on file' END",
    "'force ' || force",
    "'State ' || state",
)
"""The groupings, each named by an SQL expression; the first groups all duties together."""


@cache
def working(name: str) -> str:
    """Return a statement on the working database, from `register.sql`."""
    named = Path(__file__).with_name("register.sql").read_text("utf-8").split("-- name: ")[1:]
    return dict(one.split("\n", 1) for one in named)[name]
