"""The payloads that erasures listed by hand, before the tables declared whom they are about.

It is kept here as an account of its own, to hold the declarations against: the paths must find
what it finds, and what `ADDITIONS` lists with a reason. Nothing outside these tests reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Table,
    bindparam,
    exists,
    select,
    union,
)

from domain.ids import PersonId
from domain.requests.requests import PartyKind
from service.storage.tables.about import bare
from service.storage.tables.cases import (
    analyses,
    cases,
    comparison_revisions,
    comparisons,
    decisions,
    gallery_cases,
    gallery_conclusions,
)
from service.storage.tables.certificates import (
    application_uploads,
    applications,
    referral_replies,
    referrals,
)
from service.storage.tables.conversion import (
    conversion_codings,
    conversion_draw_units,
    conversion_frames,
    conversion_keyings,
    conversion_matches,
    conversion_settlements,
    conversion_takebacks,
    conversion_writings,
)
from service.storage.tables.disclosure import (
    deletion_cases,
    deletion_decisions,
    erasure_requests,
    restriction_ends,
    restrictions,
)
from service.storage.tables.exchange import dispute_steps, disputes, matter_steps
from service.storage.tables.links import (
    encounter_successors,
    link_revocations,
    links,
    person_merges,
)
from service.storage.tables.metadata import METADATA
from service.storage.tables.people import (
    encounters,
    persons,
    remade_minutiae,
    remade_templates,
)
from service.storage.tables.requests import (
    asn_results,
    request_entries,
    request_identities,
    requests,
)
from service.storage.tables.searches import candidates, client_references, searches
from service.storage.tables.workbench import capture_images, capture_minutiae, drafts

ADDITIONS = {
    "candidates": "evidence computed from the details of a person whose search was added",
    "exchange_exemptions": "words on why a State is not told of a conviction of the person",
    "exchange_messages": "a reply to another State: it tells the person's convictions",
    "exchange_received": "the question of another State: names and prints of the person",
    "searches": "the names and dates with which the person was looked for, for a request that"
    " then identified them, or for a frame that was written to their record",
    "analyses": "words on prints of such a search",
    "capture_images": "pictures of such a search",
    "capture_minutiae": "minutiae of such a search",
    "client_references": "the reference of such a search",
    "comparisons": "words on a candidate of such a search",
    "comparison_revisions": "words on a candidate of such a search",
    "decisions": "words on the case of such a search",
    "further_examinations": "words on the case of such a search",
    "capture_facts": "words on a capture of the person, in a table made after the list",
    "matters": "what a court told of the person, in a table made after the list",
    "drafts": "the unfinished form of the case of such a search",
    "link_revocations": "words on a link of such a search that was revoked",
}
"""Tables in which the paths find more than the list, each read one by one, and why it is right."""

LEFT = {
    "exchange_messages": "a deletion names a conviction's number and no person, and is sent after"
    " the erasure: the State must hear of it",
    "exchange_received": "what a State tells of its own accord names nobody on record here",
    "conversion_frames": "a frame that is not written to a record yet is nobody's",
    "erasure_requests": "the court order is the reason why the person is gone",
}
"""What was considered, and stays after an erasure."""


def listed_by_hand(connection: Connection, row: int, person_id: PersonId) -> set[int]:
    """Return the numbers of the payloads that the list counted as a person's."""
    found = set(connection.execute(_payloads_of(row, person_id)).scalars())
    came = set(connection.execute(MOVED_HERE, {"row": row}).scalars())
    away = set(connection.execute(MOVED_AWAY, {"row": row}).scalars())
    return ((found | came) - away) - {0}


def asked_by_hand(connection: Connection, row: int) -> set[int]:
    """Return the numbers of payloads of a person's own requests, as the list counted them."""
    return set(connection.execute(_OWN_REQUESTS, {"row": row}).scalars()) - {0}


_MOVES = encounter_successors.c
_IS_OWN = encounters.c.person_row == bindparam("row")
_IS_LAST: ColumnElement[bool] = ~exists().where(_MOVES.encounter_row == encounters.c.encounter_row)
"""Whether a capture was not moved on. One that searches do not find any more may be the last."""


def _followed(start: Select[tuple[int]], name: str, *, is_back: bool = False) -> CTE:
    """Return the rows of captures, and those that they were moved to, or came from."""
    known, further = _MOVES.encounter_row, _MOVES.successor_row
    if is_back:
        known, further = further, known
    reached = start.cte(name, recursive=True)
    return reached.union(select(further).join(reached, reached.c.encounter_row == known))


def _sent_with(captures: CTE) -> list[Select[tuple[int]]]:
    """Return the queries for the pictures and minutiae of captures."""
    return [
        select(bare(table.c.payload_id)).join(
            captures, captures.c.encounter_id == table.c.owner_id
        )
        for table in (capture_images, capture_minutiae)
    ]


_OWN = select(encounters.c.encounter_row).where(_IS_OWN)
_LATER = _followed(_OWN, "later")
_AWAY = (
    select(encounters.c.encounter_id, bare(encounters.c.payload_id).label("payload_id"))
    .join(_LATER, _LATER.c.encounter_row == encounters.c.encounter_row)
    .where(~_IS_OWN, _IS_LAST)
    .cte("away")
)
MOVED_AWAY = union(select(bare(_AWAY.c.payload_id)), *_sent_with(_AWAY))
"""Of captures that were the person's (`row`), and are other people's now."""

_BEFORE = _followed(_OWN.where(_IS_LAST), "before", is_back=True)
_CAME = (
    select(encounters.c.encounter_id, bare(encounters.c.payload_id).label("payload_id"))
    .join(_BEFORE, _BEFORE.c.encounter_row == encounters.c.encounter_row)
    .where(~_IS_OWN)
    .cte("came")
)
_REMADE = remade_templates.join(_CAME, _CAME.c.encounter_id == remade_templates.c.encounter_id)
MOVED_HERE = union(
    select(bare(_CAME.c.payload_id)),
    *_sent_with(_CAME),
    select(bare(remade_templates.c.payload_id)).select_from(_REMADE),
    select(bare(remade_minutiae.c.payload_id)).select_from(
        _REMADE.join(remade_minutiae, remade_minutiae.c.remake_id == remade_templates.c.remake_id)
    ),
)
"""Of captures that are the person's (`row`) now, and were other people's."""

_OWN_ASKED = (
    select(requests.c.request_id)
    .join(request_identities, request_identities.c.request_id == requests.c.request_id)
    .where(
        request_identities.c.person_row == bindparam("row"),
        requests.c.asker_kind == PartyKind.PERSON.value,
    )
)
_OWN_REQUESTS = union(
    select(bare(requests.c.payload_id)).where(requests.c.request_id.in_(_OWN_ASKED)),
    select(bare(request_entries.c.payload_id)).where(request_entries.c.request_id.in_(_OWN_ASKED)),
)


def _payloads_of(row: int, person_id: PersonId) -> CompoundSelect[Any]:
    own_searches = _searches_of(row, person_id)
    captures = select(encounters.c.encounter_id).where(encounters.c.person_row == row)
    own_cases = select(cases.c.case_id).where(cases.c.search_id.in_(own_searches))
    proposed = select(candidates.c.candidate_id).where(candidates.c.person_id == person_id)
    revoked = select(links.c.link_id).where(
        (links.c.person_id == person_id) | links.c.search_id.in_(own_searches)
    )
    return union(
        *(
            select(bare(table.c.payload_id)).where(table.c.person_row == row)
            for table in _of_persons()
        ),
        select(bare(searches.c.payload_id)).where(searches.c.search_id.in_(own_searches)),
        select(bare(candidates.c.payload_id)).where(
            (candidates.c.person_id == person_id) | candidates.c.search_id.in_(own_searches)
        ),
        select(bare(analyses.c.payload_id)).where(analyses.c.case_id.in_(own_cases)),
        select(bare(analyses.c.markup_id)).where(
            analyses.c.case_id.in_(own_cases), analyses.c.markup_id.is_not(None)
        ),
        *(
            select(bare(written.c.payload_id)).where(
                written.c.case_id.in_(own_cases) | written.c.candidate_id.in_(proposed)
            )
            for written in (comparisons, comparison_revisions, decisions)
        ),
        *(
            select(bare(sent.c.payload_id)).where(
                sent.c.owner_id.in_(own_searches) | sent.c.owner_id.in_(captures)
            )
            for sent in (capture_images, capture_minutiae, client_references)
        ),
        select(bare(link_revocations.c.payload_id)).where(link_revocations.c.link_id.in_(revoked)),
        *(
            select(bare(asked.c.payload_id)).where(asked.c.request_id.in_(_requests_about(row)))
            for asked in (requests, request_entries, referral_replies, asn_results)
        ),
        *_reasons_about(row),
        select(bare(application_uploads.c.payload_id)).where(
            application_uploads.c.application_id.in_(_applications_about(row))
        ),
        *_converted(row),
        *(
            select(bare(drafts.c.payload_id)).where(drafts.c.about_id.in_(ids))
            for ids in subjects_of_drafts(row, person_id).values()
        ),
        *_joined(row, person_id),
    )


def subjects_of_drafts(row: int, person_id: PersonId) -> dict[str, Select[Any]]:
    """Return the ids about a person that a form can name, by the table that has them."""
    own_searches = _searches_of(row, person_id)
    asked = _requests_about(row)
    attached = select(matter_steps.c.matter_id).where(matter_steps.c.person_row == row)
    return {
        "cases": select(cases.c.case_id).where(cases.c.search_id.in_(own_searches)),
        "gallery_cases": _gallery_cases_of(person_id),
        "links": select(links.c.link_id).where(
            (links.c.person_id == person_id) | links.c.search_id.in_(own_searches)
        ),
        "requests": asked,
        "referrals": select(referrals.c.referral_id).where(referrals.c.request_id.in_(asked)),
        "matters": attached,
        "conversion_frames": _frames_of(row),
        "disputes": select(disputes.c.dispute_id).where(_is_disputed(row)),
        "persons": select(persons.c.person_id).where(persons.c.person_row == row),
        **{
            table.name: select(key).where(table.c.person_row == row)
            for table, key in (
                (deletion_cases, deletion_cases.c.deletion_id),
                (restrictions, restrictions.c.restriction_id),
                (erasure_requests, erasure_requests.c.erasure_id),
            )
        },
    }


def _is_disputed(row: int) -> ColumnElement[bool]:
    return (disputes.c.person_row == row) | (disputes.c.other_row == row)


def _joined(row: int, person_id: PersonId) -> tuple[Select[Any], ...]:
    """Return the reasons of merges, of conclusions on doubles, and of disputes."""
    disputed = _is_disputed(row)
    steps = dispute_steps.c.dispute_id.in_(select(disputes.c.dispute_id).where(disputed))
    return (
        select(bare(disputes.c.payload_id)).where(disputed),
        select(bare(dispute_steps.c.payload_id)).where(steps),
        select(bare(person_merges.c.payload_id)).where(
            (person_merges.c.surviving_row == row) | (person_merges.c.absorbed_row == row)
        ),
        select(bare(gallery_conclusions.c.payload_id)).where(
            gallery_conclusions.c.case_id.in_(_gallery_cases_of(person_id))
        ),
    )


def _reasons_about(row: int) -> tuple[Select[Any], ...]:
    """Return the reasons of decisions on deletions, and of restrictions that were lifted."""
    deleting = select(deletion_cases.c.deletion_id).where(deletion_cases.c.person_row == row)
    restricting = select(restrictions.c.restriction_id).where(restrictions.c.person_row == row)
    return (
        select(bare(deletion_decisions.c.payload_id)).where(
            deletion_decisions.c.deletion_id.in_(deleting)
        ),
        select(bare(restriction_ends.c.payload_id)).where(
            restriction_ends.c.restriction_id.in_(restricting)
        ),
    )


def _of_persons() -> list[Table]:
    """Return the tables in which a row belongs to one person and has a payload."""
    columns = {"person_row", "payload_id"}
    return [table for table in METADATA.sorted_tables if columns <= {*table.c.keys()}]


def _requests_about(row: int) -> Select[Any]:
    """Return the ids of requests whose person was found to be this one."""
    return select(request_identities.c.request_id).where(request_identities.c.person_row == row)


def _applications_about(row: int) -> Select[Any]:
    """Return the ids of applications that became a request about this person."""
    asked = applications.c.request_id.in_(_requests_about(row))
    return select(applications.c.application_id).where(asked)


def _converted(row: int) -> Iterator[Select[Any]]:
    """Yield the payloads of frames that were written to the record of this person."""
    for table in _OF_FRAMES:
        yield select(bare(table.c.payload_id)).where(table.c.frame_id.in_(_frames_of(row)))
    yield select(bare(conversion_matches.c.payload_id)).where(
        (conversion_matches.c.other_row == row)
        | conversion_matches.c.frame_id.in_(_frames_of(row))
    )


def _frames_of(row: int) -> Select[Any]:
    """Return the ids of frames that were written to the record of this person.

    One that was taken back and keyed again may stand in the record of another: it is theirs.
    """
    written, other = conversion_writings.c, conversion_writings.alias("other")
    is_taken_back = exists().where(
        conversion_takebacks.c.frame_id == other.c.frame_id,
        conversion_takebacks.c.round == other.c.round,
    )
    stands_elsewhere = exists().where(
        other.c.frame_id == written.frame_id, other.c.person_row != row, ~is_taken_back
    )
    return select(written.frame_id).where(written.person_row == row, ~stands_elsewhere)


_OF_FRAMES = (
    *(conversion_frames, conversion_keyings, conversion_settlements),
    *(conversion_codings, conversion_draw_units),
)


def _gallery_cases_of(person_id: PersonId) -> Select[Any]:
    return select(gallery_cases.c.case_id).where(
        (gallery_cases.c.person_id == person_id) | (gallery_cases.c.other_person_id == person_id)
    )


def _searches_of(row: int, person_id: PersonId) -> Select[Any]:
    """Return the ids of searches whose probe is this person's, as far as anybody has confirmed.

    Corrected since: the list counted a search with a capture also to those who had had the capture
    before a merge, or its undoing, moved it on to another.
    """
    captures = select(encounters.c.encounter_id).where(
        encounters.c.person_row == row, encounters.c.encounter_id.not_in(_moved_on(row))
    )
    standing = (
        select(links.c.search_id)
        .outerjoin(link_revocations, link_revocations.c.link_id == links.c.link_id)
        .where(links.c.person_id == person_id, link_revocations.c.link_id.is_(None))
    )
    return select(searches.c.search_id).where(
        searches.c.encounter_id.in_(captures) | searches.c.search_id.in_(standing)
    )


def _moved_on(row: int) -> Select[Any]:
    """Return the ids of captures that were the person's, and whose last row is another's."""
    last = encounters.alias("last")
    began = select(
        encounters.c.encounter_id.label("began_as"), encounters.c.encounter_row.label("reached")
    ).where(encounters.c.person_row == row)
    way = began.cte(recursive=True)
    further = select(way.c.began_as, _MOVES.successor_row)
    way = way.union(further.join(way, way.c.reached == _MOVES.encounter_row))
    return (
        select(way.c.began_as)
        .join(last, last.c.encounter_row == way.c.reached)
        .where(
            last.c.person_row != row, ~exists().where(_MOVES.encounter_row == last.c.encounter_row)
        )
    )
