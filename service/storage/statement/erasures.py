"""Erasures and restrictions, and people without a capture or a payload."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, exists, func, select, union

from domain.events.disclosure import RestrictionBegun
from domain.events.links import LinkRevoked
from domain.events.log import KeysLost
from domain.events.people import Erased, ErasureAsked, ErasureConfirmed
from service.provenance.bundle.state_rows import NEVER_SAID, StateRow, state_row
from service.storage.people.gallery_feed import ADDITIONS
from service.storage.statement.reading import rows_of
from service.storage.tables.disclosure import (
    deleted_captures,
    deleted_versions,
    erasure_confirmations,
    erasure_ends,
    erasure_requests,
    gone_persons,
    hidden_persons,
    open_erasures,
    restricted_persons,
    restriction_ends,
    restrictions,
    stored_payloads,
    withheld_persons,
)
from service.storage.tables.exchange import ended_versions
from service.storage.tables.links import encounter_successors, link_revocations, links
from service.storage.tables.office import purge_hides, purge_takes
from service.storage.tables.people import (
    ERASED,
    HIDDEN,
    SHOWN,
    encounters,
    gallery_changes,
    person_erasures,
    persons,
    records,
    remade_templates,
    template_switches,
)


def erasure_rows(connection: Connection) -> Iterator[StateRow]:
    """Yield erased and hidden people, and people whose data is missing without an erasure."""
    yield from _fates(connection)
    yield from _standing_erasures(connection)
    yield from _standing_restrictions(connection)
    yield from _misplaced_captures(connection)
    yield from _revoked_captures(connection)


def _fates(connection: Connection) -> Iterator[StateRow]:
    """Yield erased people, and people with a capture missing although they were not erased.

    If a person who was not erased lacks a payload, the payload was lost with its key.
    """
    taken = (
        select(encounters.c.person_row)
        .join(gallery_changes, gallery_changes.c.encounter_row == encounters.c.encounter_row)
        .where(
            gallery_changes.c.kind == ERASED,
            ~exists().where(encounter_successors.c.encounter_row == encounters.c.encounter_row),
            ~exists().where(deleted_captures.c.encounter_row == encounters.c.encounter_row),
            ~purge_takes(encounters.c.encounter_row),
            ~_CAME_BY_A_REVOKED_LINK,
        )
    )
    erased = select(persons.c.person_id).join(person_erasures)
    for row in rows_of(connection, erased):
        yield state_row(Erased, row.person_id)
    for row in rows_of(connection, _not_erased(taken)):
        yield state_row(Erased, row.person_id, refs=(NEVER_SAID,))
    lacking = (
        _lacking(encounters).where(
            ~exists().where(deleted_captures.c.encounter_row == encounters.c.encounter_row),
            ~purge_takes(encounters.c.encounter_row),
            ~_WENT_WITH_ANOTHER,
        ),
        _lacking(records).where(
            *(~exists().where(one.c.record_row == records.c.record_row) for one in _DESTROYED)
        ),
    )
    for row in rows_of(connection, _not_erased(*lacking)):
        yield state_row(KeysLost, row.person_id)


def _standing_erasures(connection: Connection) -> Iterator[StateRow]:
    """Yield erasures that have not ended, with the people they hide, and erasures that lack a row.

    A request must stay open until its end, and a confirmed erasure must hide its person until
    then.
    """
    for row in rows_of(connection, _OPEN):
        yield state_row(ErasureAsked, row.erasure_id, refs=(row.person_id,))
    for row in rows_of(connection, _HIDING):
        yield state_row(ErasureConfirmed, row.erasure_id, refs=(row.person_id,))
    for kind, misplaced in (
        (ErasureAsked, _MISPLACED_OPEN),
        (ErasureConfirmed, _MISPLACED_HIDING),
    ):
        for row in rows_of(connection, misplaced):
            yield state_row(kind, row.erasure_id, refs=(NEVER_SAID,))


def _standing_restrictions(connection: Connection) -> Iterator[StateRow]:
    """Yield the people hidden by restrictions; each is hidden until the restriction ends."""
    for row in rows_of(connection, _RESTRICTING):
        yield state_row(RestrictionBegun, row.restriction_id, refs=(row.person_id,))
    for row in rows_of(connection, _MISPLACED_RESTRICTING):
        yield state_row(RestrictionBegun, row.restriction_id, refs=(NEVER_SAID,))


def _misplaced_captures(connection: Connection) -> Iterator[StateRow]:
    """Yield people whose captures the gallery feed hides or shows contrary to their state.

    The index follows the feed, so no search finds a capture that is hidden there. Nothing changes
    a capture once it is erased.
    """
    for row in rows_of(connection, _HIDINGS):
        seems_hidden = (row.last_hidden or 0) > (row.last_shown or 0)
        is_erased = row.erased is not None
        is_kept = row.erased == row.last if is_erased else seems_hidden == bool(row.is_hidden)
        if row.hidings != int(seems_hidden) or not is_kept:
            yield state_row(Erased, row.person_id, refs=(NEVER_SAID,))


def _revoked_captures(connection: Connection) -> Iterator[StateRow]:
    """Yield revoked links that enrolled a capture, and whether searches still find it."""
    for row in rows_of(connection, _REVOKED_CAPTURES):
        yield state_row(LinkRevoked, row.link_id, capture_found=bool(row.is_found))


def _not_erased(*rows: Select[Any]) -> Select[Any]:
    """Return the query for the persons in these rows, without repeats or erased persons."""
    found = union(*rows).subquery()
    return (
        select(persons.c.person_id)
        .join(found, found.c.person_row == persons.c.person_row)
        .where(~exists().where(gone_persons.c.person_row == persons.c.person_row))
    )


def _lacking(table: Any) -> Select[Any]:
    there = exists().where(stored_payloads.c.payload_id == table.c.payload_id)
    return select(table.c.person_row).where(~there)


_DESTROYED = (deleted_versions, ended_versions)
"""Versions of records that decisions destroyed."""
_MOVES = select(
    encounter_successors.c.encounter_row.label("first"),
    encounter_successors.c.successor_row.label("later"),
).cte("moves", recursive=True)
_MOVES = _MOVES.union(
    select(_MOVES.c.first, encounter_successors.c.successor_row).join(
        encounter_successors, encounter_successors.c.encounter_row == _MOVES.c.later
    )
)
_holder = encounters.alias("holder")
_WENT_WITH_ANOTHER: ColumnElement[bool] = exists(
    select(_holder.c.person_row)
    .join(_MOVES, _MOVES.c.later == _holder.c.encounter_row)
    .join(gone_persons, gone_persons.c.person_row == _holder.c.person_row)
    .where(_MOVES.c.first == encounters.c.encounter_row)
    .correlate(encounters)
)
"""A capture moved to a person then erased: the payloads of its old row went with them."""

_enrolled = encounters.alias("enrolled")
_REVOKED = (
    select(links.c.link_id, _enrolled.c.encounter_row)
    .join(link_revocations, link_revocations.c.link_id == links.c.link_id)
    .join(_enrolled, _enrolled.c.encounter_id == links.c.encounter_id)
    .cte("revoked")
)
_OF_REVOKED = union(
    select(_REVOKED.c.link_id, _REVOKED.c.encounter_row),
    select(_REVOKED.c.link_id, _MOVES.c.later).join(
        _MOVES, _MOVES.c.first == _REVOKED.c.encounter_row
    ),
).subquery("of_revoked")
"""The captures that revoked links enrolled, and the rows to which merges moved them."""

_CAME_BY_A_REVOKED_LINK: ColumnElement[bool] = encounters.c.encounter_row.in_(
    select(_OF_REVOKED.c.encounter_row)
)
"""The revocation of a link removed this capture from the gallery."""

_IS_FOUND = ~exists().where(
    gallery_changes.c.encounter_row == _OF_REVOKED.c.encounter_row,
    gallery_changes.c.kind == ERASED,
)
_REVOKED_CAPTURES = select(
    _OF_REVOKED.c.link_id, func.max(case((_IS_FOUND, 1), else_=0)).label("is_found")
).group_by(_OF_REVOKED.c.link_id)


def _last(kind: int) -> ColumnElement[int | None]:
    return func.max(case((gallery_changes.c.kind == kind, gallery_changes.c.change_seq)))


_switched = encounters.alias("switched")
_earlier = gallery_changes.alias("earlier")
_IS_BEFORE = (
    _earlier.c.encounter_row == gallery_changes.c.encounter_row,
    _earlier.c.change_seq < gallery_changes.c.change_seq,
)
_KIND_BEFORE = (
    select(_earlier.c.kind)
    .where(*_IS_BEFORE)
    .order_by(_earlier.c.change_seq.desc())
    .limit(1)
    .correlate(gallery_changes)
    .scalar_subquery()
)
_SEQ_BEFORE = (
    select(func.max(_earlier.c.change_seq))
    .where(*_IS_BEFORE)
    .correlate(gallery_changes)
    .scalar_subquery()
)
_IS_OF_A_SWITCH: ColumnElement[bool] = (
    (gallery_changes.c.kind == SHOWN)
    & _KIND_BEFORE.in_(ADDITIONS)
    & exists(
        select(template_switches.c.generation_id)
        .join(
            remade_templates,
            remade_templates.c.generation_id == template_switches.c.generation_id,
        )
        .join(_switched, _switched.c.encounter_id == remade_templates.c.encounter_id)
        .where(
            _switched.c.encounter_row == gallery_changes.c.encounter_row,
            remade_templates.c.is_kept.is_(False),
            template_switches.c.after_change >= _SEQ_BEFORE,
            template_switches.c.after_change < gallery_changes.c.change_seq,
        )
        .correlate(gallery_changes)
    )
)
"""A capture in the gallery, shown again with templates that have just come into force."""
_HIDEABLE = union(
    select(gallery_changes.c.encounter_row).where(
        gallery_changes.c.kind.in_((HIDDEN, SHOWN)), ~_IS_OF_A_SWITCH
    ),
    select(encounters.c.encounter_row).join(
        hidden_persons, hidden_persons.c.person_row == encounters.c.person_row
    ),
    select(encounters.c.encounter_row).where(purge_hides(encounters.c.encounter_row)),
).subquery()
_HIDINGS = (
    select(
        persons.c.person_id,
        func.sum(
            case(
                (gallery_changes.c.kind == HIDDEN, 1),
                (gallery_changes.c.kind == SHOWN, -1),
                else_=0,
            )
        ).label("hidings"),
        _last(HIDDEN).label("last_hidden"),
        _last(SHOWN).label("last_shown"),
        _last(ERASED).label("erased"),
        func.max(gallery_changes.c.change_seq).label("last"),
        (
            exists().where(hidden_persons.c.person_row == persons.c.person_row)
            | purge_hides(encounters.c.encounter_row)
        ).label("is_hidden"),
    )
    .select_from(gallery_changes)
    .join(_HIDEABLE, _HIDEABLE.c.encounter_row == gallery_changes.c.encounter_row)
    .join(encounters, encounters.c.encounter_row == gallery_changes.c.encounter_row)
    .join(persons, persons.c.person_row == encounters.c.person_row)
    .where(~_IS_OF_A_SWITCH)
    .group_by(encounters.c.encounter_row, persons.c.person_id, persons.c.person_row)
)
"""How often, and when last, each capture of a person who is or was hidden was hidden and shown."""

_ENDED = exists().where(erasure_ends.c.erasure_id == erasure_requests.c.erasure_id)
_OPEN = select(open_erasures.c.erasure_id, persons.c.person_id).join(
    persons, persons.c.person_row == open_erasures.c.person_row
)
_HIDING = select(withheld_persons.c.erasure_id, persons.c.person_id).join(
    persons, persons.c.person_row == withheld_persons.c.person_row
)
_RESTRICTING = select(restricted_persons.c.restriction_id, persons.c.person_id).join(
    persons, persons.c.person_row == restricted_persons.c.person_row
)
_MISPLACED_RESTRICTING = select(restrictions.c.restriction_id).where(
    restrictions.c.item_id.is_(None),
    exists().where(
        restricted_persons.c.person_row == restrictions.c.person_row,
        restricted_persons.c.restriction_id == restrictions.c.restriction_id,
    )
    == exists().where(restriction_ends.c.restriction_id == restrictions.c.restriction_id),
)
_MISPLACED_OPEN = (
    select(erasure_requests.c.erasure_id)
    .outerjoin(
        open_erasures,
        (open_erasures.c.erasure_id == erasure_requests.c.erasure_id)
        & (open_erasures.c.person_row == erasure_requests.c.person_row),
    )
    .where(open_erasures.c.erasure_id.is_not(None) == _ENDED)
)
_MISPLACED_HIDING = (
    select(erasure_requests.c.erasure_id)
    .join(
        erasure_confirmations,
        erasure_confirmations.c.erasure_id == erasure_requests.c.erasure_id,
    )
    .where(
        exists().where(
            withheld_persons.c.person_row == erasure_requests.c.person_row,
            withheld_persons.c.erasure_id == erasure_requests.c.erasure_id,
        )
        == _ENDED,
        # Somebody erased again by a restore is erased before the erasure ends, which then is due.
        _ENDED | ~exists().where(person_erasures.c.person_row == erasure_requests.c.person_row),
    )
)
