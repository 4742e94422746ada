"""Searches, probes and candidates. The state of a search is read from its case and its link."""

from collections.abc import Collection, Mapping, Sequence
from secrets import token_hex
from typing import Any

from sqlalchemy import bindparam, exists, select

from domain.examination.cases import CLOSED_STATES, Case, CaseState
from domain.ids import CandidateId, EncounterId, ForceCode, PersonId, SearchId
from domain.list_pages import ListPage
from domain.searches.evidence import Band, millibits
from domain.searches.searches import (
    Basis,
    Candidate,
    Probe,
    Search,
    SearchOutcome,
    SearchState,
    SearchType,
)
from service.storage.engine.rows import (
    Among,
    AnyRow,
    row_of,
    rows_given,
    sorted_by,
    stated_as_written,
    value_of,
)
from service.storage.engine.writes import NewRows, insert_together
from service.storage.people.references import owners_under
from service.storage.sealed.payloads import NO_PAYLOAD, PayloadKind
from service.storage.searches import search_bodies
from service.storage.searches.batches import Holder, holders_of
from service.storage.tables.cases import cases
from service.storage.tables.disclosure import gone_persons
from service.storage.tables.links import link_revocations, links
from service.storage.tables.people import encounters, payloads, persons
from service.storage.tables.searches import candidates as candidate_table
from service.storage.tables.searches import probe_sketches, searches
from service.storage.transaction import TransactionPart

_BLINDING_BYTES = 16


class Searches(TransactionPart):
    """Searches. State, outcome, case and link are read from other tables and never stored here."""

    def add(
        self,
        search: Search,
        probe: Probe,
        candidates: Sequence[Candidate],
        *,
        case: Case | None = None,
        sketch: bytes | None = None,
        is_whole: bool = False,
    ) -> None:
        """Store a search with everything from which it was computed and all that it proposed.

        Data about a person who has since been erased is not kept. `case` and `sketch` must belong
        to this search and its probe. `is_whole` states that this transaction stores nothing else
        to which the search's event commits (`domain.events.rows.THE_SEARCH`), so that its rows
        need not be read again.
        """
        erased = self._erased_among({candidate.person_id for candidate in candidates})
        kept = [c for c in candidates if c.person_id not in erased]
        codec, at, capture = self._transaction.codec, search.submitted_at, search.encounter_id
        probes = [] if capture and self._is_capture_erased(capture) else [probe]
        take = self._transaction.numbers.reserve(
            {
                payloads.c.payload_id: len(probes) + len(kept),
                searches.c.search_row: 1,
                cases.c.case_row: int(case is not None),
            }
        )
        sealed = self._transaction.payloads
        ids = sealed.put_groups(
            (
                (PayloadKind.PROBE, [search_bodies.probe_body(codec, one, at) for one in probes]),
                (PayloadKind.EVIDENCE, [search_bodies.evidence_body(c.evidence) for c in kept]),
            )
        )
        payload_of = dict(zip((c.candidate_id for c in kept), ids[len(probes) :], strict=True))
        row = self._search_row(search, ids[0] if probes else NO_PAYLOAD)
        case_row = row_of(cases, case, case_row=take(cases.c.case_row, 1)[0]) if case else None
        sketch_row = sketch and row_of(probe_sketches, search, at=at, body=sketch)
        proposed = _candidate_rows(search.search_id, candidates, payload_of)
        new_candidates = NewRows(candidate_table, _CANDIDATE_COLUMNS, proposed)
        first, opened, sketched = (
            [NewRows(table, tuple(one), [tuple(one.values())])] if one else []
            for table, one in ((searches, row), (cases, case_row), (probe_sketches, sketch_row))
        )
        bodies = sealed.bound(*first, new_candidates)
        insert_together(self._connection, (bodies, *first, new_candidates, *opened, *sketched))
        if is_whole:
            text = stated_as_written(*first, new_candidates, *opened)
            self._transaction.stated[search.search_id] = text

    def get(self, search_id: SearchId) -> Search | None:
        """Return a search with its current state."""
        row = self._row(_STANDING_OF, search_id=search_id)
        return None if row is None else _search(row)

    def submitted_by(self, search_id: SearchId) -> str | None:
        """Return who submitted a search, even if other columns of its row were changed."""
        query = select(searches.c.submitted_by).where(searches.c.search_id == search_id)
        found: str | None = self._connection.scalar(query)
        return found

    def page(
        self,
        force: ForceCode,
        *,
        before: str | None,
        limit: int,
        under: str | None = None,
        order: search_bodies.SearchOrder | None = None,
    ) -> ListPage[Search, str]:
        """Return searches of one force; the page is empty if `before` is unknown.

        `under` selects only searches whose client reference has this digest. `before` is the last
        search of the previous page, in the same order.
        """
        every, key = _STANDING.where(searches.c.force == force), searches.c.search_id
        query = every if under is None else every.where(key.in_(owners_under(force, under)))
        wanted = order or search_bodies.SearchOrder()
        by = sorted_by(wanted.by, wanted.columns(), searches.c.search_row)
        page = self._list_page(query, by, key, behind=before, limit=limit, among=every)
        return page.of(map(_search, page.items))

    def newest(self, limit: int) -> tuple[Search, ...]:
        """Return searches of all forces, newest first."""
        query = _STANDING.order_by(searches.c.search_row.desc()).limit(limit)
        return tuple(_search(row) for row in self._connection.execute(query))

    def probe(self, search_id: SearchId) -> Probe | None:
        """Return the probe, or None when unknown or erased."""
        payload_id = self._cell(_PROBE, search_id=search_id)
        if payload_id is None:
            return None
        body = self._transaction.payloads.get(PayloadKind.PROBE, payload_id)
        return (
            None if body is None else search_bodies.read_probe_body(self._transaction.codec, body)
        )

    def candidates(self, search_id: SearchId) -> tuple[Candidate, ...]:
        """Return the candidates by rank, with the evidence as computed, empty once erased."""
        return self._candidates(self._rows(_LINE_UP, search_id=search_id))

    def candidates_among(self, candidate_ids: Collection[CandidateId]) -> tuple[Candidate, ...]:
        """Return these candidates, in no particular order."""
        return self._candidates(self._rows(_AMONG, ids=sorted(candidate_ids)))

    def holders(self, search_id: SearchId, bands: Collection[Band]) -> tuple[Holder, ...]:
        """Return who holds the records of candidates in these bands, without their evidence.

        Candidates without a record, or with an erased record, are left out.
        """
        return holders_of(self._connection, search_id, bands)

    def candidate(self, candidate_id: CandidateId) -> Candidate | None:
        """Return one candidate."""
        return next(iter(self.candidates_among([candidate_id])), None)

    def _search_row(self, search: Search, payload_id: int) -> dict[str, Any]:
        commitment = self._transaction.payloads.commitments.get(payload_id, "")
        stored = row_of(
            searches,
            search,
            search_row=self._transaction.numbers.take(searches.c.search_row, 1)[0],
            payload_id=payload_id,
            probe_commitment=commitment,
            # Blinds the published digest of this row, so that nobody can test guesses of a score
            # against it.
            blinding=token_hex(_BLINDING_BYTES),
        )
        return row_of(searches, search.basis) | stored

    def _erased_among(self, person_ids: set[PersonId]) -> set[str]:
        """Return those of these people who are erased; the others are locked against erasure."""
        if not person_ids:
            return set()
        these = {"person_ids": sorted(person_ids)}
        if self._connection.dialect.name == "sqlite":
            # SQLite has one writer, which is this transaction, so nothing needs to be locked and
            # checked again.
            return set(self._connection.scalars(_GONE_OF_THESE, these).all())
        found: Sequence[Any] = self._rows(_LOCK_PERSONS, **these)
        locked: dict[int, str] = dict(found)
        erased = self._connection.scalars(_ERASED_PERSONS, {"person_rows": list(locked)}).all()
        return {locked[row] for row in erased}

    def _is_capture_erased(self, encounter_id: EncounterId) -> bool:
        query = (
            select(persons.c.person_id)
            .join(encounters, encounters.c.person_row == persons.c.person_row)
            .where(encounters.c.encounter_id == encounter_id)
        )
        person_id = self._cell(query)
        return person_id is not None and bool(self._erased_among({PersonId(person_id)}))

    def _candidates(self, rows: Sequence[AnyRow]) -> tuple[Candidate, ...]:
        bodies = self._bodies(PayloadKind.EVIDENCE, rows)
        return tuple(_candidate(row, bodies.get(row.payload_id)) for row in rows)


_CANDIDATE_COLUMNS = (
    "candidate_id",
    "search_id",
    "person_id",
    "record_id",
    "encounter_id",
    "rank",
    "posterior",
    "band",
    "payload_id",
    "record_version",
    "total_millibits",
)

# Built once, because building a statement costs as much as running it.
_PROBE = select(searches.c.payload_id).where(searches.c.search_id == bindparam("search_id"))
_LINE_UP = rows_given(candidate_table, "search_id").order_by(candidate_table.c.rank)
_AMONG = select(candidate_table).where(Among(candidate_table.c.candidate_id, "ids"))
_LOCK_PERSONS = (
    select(persons.c.person_row, persons.c.person_id)
    .where(Among(persons.c.person_id, "person_ids"))
    # The same order for all who lock several people, so that two of them never deadlock.
    .order_by(persons.c.person_id)
    .with_for_update(read=True, key_share=True)
)
_ERASED_PERSONS = select(gone_persons.c.person_row).where(
    Among(gone_persons.c.person_row, "person_rows")
)
_GONE_OF_THESE = select(persons.c.person_id).where(
    Among(persons.c.person_id, "person_ids"),
    exists().where(gone_persons.c.person_row == persons.c.person_row),
)
_STANDING = (
    select(
        searches, cases.c.case_id, cases.c.state, links.c.link_id, link_revocations.c.revoked_at
    )
    .outerjoin(cases, cases.c.search_id == searches.c.search_id)
    .outerjoin(links, links.c.case_id == cases.c.case_id)
    .outerjoin(link_revocations, link_revocations.c.link_id == links.c.link_id)
)
_STANDING_OF = _STANDING.where(searches.c.search_id == bindparam("search_id"))


def _search(row: AnyRow) -> Search:
    state, outcome = _standing(row)
    basis = value_of(Basis, row)
    return value_of(Search, row, basis=basis, state=state, outcome=outcome)


def _standing(row: AnyRow) -> tuple[SearchState, SearchOutcome | None]:
    """Return the state and outcome of a search. Without a case there is nothing to examine.

    A names enquiry has no outcome. A search whose link is revoked is no longer linked; the link
    can still be read, with its revocation.
    """
    if row.state is not None and CaseState(row.state) not in CLOSED_STATES:
        return SearchState.EXAMINING, None
    if row.search_type == SearchType.NAMES:
        return SearchState.CONCLUDED, None
    if row.link_id is not None and row.revoked_at is None:
        return SearchState.CONCLUDED, SearchOutcome.LINKED
    return SearchState.CONCLUDED, SearchOutcome.NOT_LINKED


def _candidate_rows(
    search_id: SearchId, candidates: Sequence[Candidate], payload_of: Mapping[CandidateId, int]
) -> list[tuple[str | int | float | None, ...]]:
    """Return the rows of candidates, with the values in the order of `_CANDIDATE_COLUMNS`."""
    totals = [millibits(one.evidence.total_bits) for one in candidates]
    return [
        (
            one.candidate_id,
            search_id,
            one.person_id,
            one.record_id,
            one.encounter_id,
            one.rank,
            # A float, as it will be when read back.
            float(one.evidence.posterior or 0.0),
            one.evidence.band.value,
            payload_of.get(one.candidate_id, NO_PAYLOAD),
            one.record_version,
            total_millibits,
        )
        for one, total_millibits in zip(candidates, totals, strict=True)
    ]


def _candidate(row: AnyRow, body: bytes | None) -> Candidate:
    evidence = search_bodies.read_evidence_body(body, posterior=row.posterior, band=Band(row.band))
    return value_of(Candidate, row, evidence=evidence)
