"""Requests and their logs. They are written once; the last entry gives the state of a request."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, bindparam, func, select

from domain.errors import ConflictError, StaleRequestError
from domain.ids import RequestId, SearchId, UserId
from domain.list_pages import ListPage
from domain.office_days import beginning_of, office_day
from domain.requests.request_states import ENDED, RequestState
from domain.requests.requests import (
    Ask,
    Entry,
    Identification,
    IdentityBasis,
    Party,
    PartyKind,
    Request,
    RequestFile,
)
from domain.restrictions import UNRESTRICTED
from service.storage.engine.rows import (
    Among,
    AnyRow,
    newest,
    row_of,
    rows_given,
    rows_where,
    value_of,
)
from service.storage.people.people import person_of_request
from service.storage.requests.disclosures import ask_body, read_ask
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.people import persons
from service.storage.tables.requests import (
    request_convictions,
    request_entries,
    request_identities,
    requests,
)
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class UsedConviction:
    """A version of a conviction that a step of a request used, with the result."""

    record_id: str
    item_id: str
    version: int
    verdict: str
    """The name of the reason for holding the conviction back; empty if it may be disclosed."""
    standing: str
    """The computed status of the conviction, such as spent; empty if none was computed."""
    rule: str


@dataclass(frozen=True, slots=True)
class StartedSearch:
    """The latest search for the person of a request."""

    search_id: SearchId
    basis: IdentityBasis


class Requests(TransactionPart):
    """Requests. Each is written once; the entries in its log are numbered without gaps."""

    def open(self, request: Request, *, keyed_digest: str | None) -> bool:
        """Store a request. Returns False if this message of the sender has already created one."""
        ask = request.ask
        if ask is None:
            raise ConflictError(
                "A request without content cannot be stored: state what is requested."
            )
        return self._add_new(
            requests,
            request,
            unless_taken=("asker_kind", "asker_code", "message_id"),
            asker_kind=request.asker.kind,
            asker_code=request.asker.code,
            message_id=request.message_id or None,
            about=request.about or None,
            keyed_digest=keyed_digest,
            payload_id=self._put(PayloadKind.REQUEST, ask_body(ask, request.restrictions)),
        )

    def of_message(self, asker: Party, message_id: str) -> RequestId | None:
        """Return the request that this message of the sender created, or None."""
        query = select(requests.c.request_id).where(
            requests.c.asker_kind == asker.kind.value,
            requests.c.asker_code == asker.code,
            requests.c.message_id == message_id,
        )
        found = self._cell(query)
        return None if found is None else RequestId(found)

    def enter(
        self, request_id: RequestId, entry: Entry, *, proposed_by: UserId | None = None
    ) -> None:
        """Append an entry. Raises StaleRequestError when another entry already has its number."""
        if not self._add_new(
            request_entries,
            entry,
            request_id=request_id,
            entered_by=entry.by,
            entered_at=entry.at,
            counts_on=entry.on,
            proposed_by=proposed_by,
            payload_id=self._put_words(entry.words),
        ):
            raise StaleRequestError(
                "The request has changed: reload it, then take the step again."
            )

    def note_search(
        self, request_id: RequestId, number: int, search_id: SearchId, basis: IdentityBasis
    ) -> None:
        """Store the search for the person that an entry started."""
        self._add(
            request_identities,
            request_id=request_id,
            number=number,
            basis=basis,
            search_id=search_id,
            candidates=0,
        )

    def identify(self, request_id: RequestId, number: int, found: Identification) -> None:
        """Store who the person of the request is.

        Raises StaleRequestError when the person is erased.
        """
        row = person_of_request(self._transaction, found.person_id)
        self._add(request_identities, found, request_id=request_id, number=number, person_row=row)

    def use(self, request_id: RequestId, number: int, used: Sequence[UsedConviction]) -> None:
        """Store the versions of convictions that an entry used."""
        self._add_all(
            request_convictions,
            [
                row_of(request_convictions, one, request_id=request_id, number=number)
                for one in used
            ],
        )

    def used(self, request_id: RequestId, number: int) -> tuple[UsedConviction, ...]:
        """Return the versions of convictions that an entry used, ordered by record and item."""
        query = rows_where(request_convictions, request_id=request_id, number=number).order_by(
            request_convictions.c.record_id, request_convictions.c.item_id
        )
        return self._all(UsedConviction, query)

    def file(self, request_id: RequestId) -> RequestFile | None:
        """Return a request with its log, or None when unknown."""
        row = self._row(_REQUEST, request_id=request_id)
        if row is None:
            return None
        return RequestFile(
            self._request(row, with_ask=True),
            self._entries([request_id])[request_id],
            self._identification(request_id),
        )

    def asks(self, ids: Collection[RequestId]) -> Mapping[RequestId, Ask]:
        """Return the questions of these requests, leaving out erased requests, in two queries."""
        rows = self._rows(_PAYLOADS, ids=list(ids))
        held = self._bodies(PayloadKind.REQUEST, rows)
        return {
            RequestId(row.request_id): read_ask(held[row.payload_id])[0]
            for row in rows
            if row.payload_id in held
        }

    def kind_and_asker(self, request_id: RequestId) -> tuple[str, PartyKind] | None:
        """Return the kinds of a request and its sender, or None if unknown; decrypts nothing."""
        row = self._row(_KIND_AND_ASKER, request_id=request_id)
        return row and (row.kind, PartyKind(row.asker_kind))

    def started_search(self, request_id: RequestId) -> StartedSearch | None:
        """Return the latest search for the person of a request, or None."""
        query = (
            select(request_identities.c.search_id, request_identities.c.basis)
            .where(
                request_identities.c.request_id == request_id,
                request_identities.c.outcome.is_(None),
            )
            .order_by(request_identities.c.number.desc())
        )
        return self._one(StartedSearch, query.limit(1))

    def listed(
        self,
        states: Collection[RequestState],
        *,
        kind: str | None = None,
        keyed_digests: Collection[str] | None = None,
        limit: int,
    ) -> tuple[RequestFile, ...]:
        """Return requests in these states, earliest received first, without their questions."""
        query = (
            _LIST.where(_LAST.c.state.in_([state.value for state in states]))
            .order_by(requests.c.received_on, requests.c.request_row)
            .limit(limit)
        )
        if kind is not None:
            query = query.where(requests.c.kind == kind)
        if keyed_digests is not None:
            query = query.where(requests.c.keyed_digest.in_(keyed_digests))
        return self._files(self._rows(query))

    def of_asker(
        self, asker: Party, *, before: str | None, limit: int
    ) -> ListPage[RequestFile, str]:
        """Return a page of a party's requests, the most recent first, without their questions."""
        query = _LIST.where(
            requests.c.asker_kind == asker.kind.value, requests.c.asker_code == asker.code
        )
        by = newest(requests.c.received_on, requests.c.request_row)
        page = self._list_page(query, by, requests.c.request_id, behind=before, limit=limit)
        return page.of(self._files(page.items))

    def _files(self, rows: Sequence[AnyRow]) -> tuple[RequestFile, ...]:
        entries = self._entries([row.request_id for row in rows])
        return tuple(
            RequestFile(self._request(row, with_ask=False), entries[row.request_id])
            for row in rows
        )

    def by_day(self, since: date) -> tuple[dict[date, int], dict[date, int]]:
        """Return the numbers of requests received, and ended, on each day from `since`."""
        received = select(requests.c.received_on).where(requests.c.received_on >= since)
        ended = select(_LAST.c.entered_at).where(
            _LAST.c.state.in_([state.value for state in ENDED]),
            _LAST.c.entered_at >= beginning_of(since),
            _is_last(),
        )
        ended = ended.join(requests, _LAST.c.request_id == requests.c.request_id)
        return (
            Counter(self._connection.execute(received).scalars()),
            Counter(office_day(at) for at in self._connection.execute(ended).scalars()),
        )

    def _request(self, row: AnyRow, *, with_ask: bool) -> Request:
        body = self._body(PayloadKind.REQUEST, row) if with_ask else None
        ask, restrictions = (None, UNRESTRICTED) if body is None else read_ask(body)
        return value_of(
            Request,
            row,
            asker=Party(PartyKind(row.asker_kind), row.asker_code),
            ask=ask,
            restrictions=restrictions,
            message_id=row.message_id or "",
            about=row.about or "",
        )

    def _entries(self, ids: Sequence[str]) -> Mapping[str, tuple[Entry, ...]]:
        rows = self._rows(_ENTRIES, ids=sorted(set(ids)))
        words = self._words(rows)
        found: dict[str, list[Entry]] = {}
        for row, text in zip(rows, words, strict=True):
            found.setdefault(row.request_id, []).append(_entry(row, text))
        return {request_id: tuple(entries) for request_id, entries in found.items()}

    def _identification(self, request_id: RequestId) -> Identification | None:
        return self._one(Identification, _IDENTIFICATION, request_id=request_id)


def _entry(row: AnyRow, words: str) -> Entry:
    return value_of(
        Entry, row, by=UserId(row.entered_by), at=row.entered_at, on=row.counts_on, words=words
    )


# Built once, because building a statement costs as much as running it.
_REQUEST = rows_given(requests, "request_id")
_KIND_AND_ASKER = _REQUEST.with_only_columns(requests.c.kind, requests.c.asker_kind)
_IDENTIFICATION = (
    select(request_identities, persons.c.person_id)
    .outerjoin(persons, persons.c.person_row == request_identities.c.person_row)
    .where(
        request_identities.c.request_id == bindparam("request_id"),
        request_identities.c.outcome.is_not(None),
    )
    .order_by(request_identities.c.number.desc())
    .limit(1)
)

_LAST = request_entries.alias("last")


def _is_last() -> ColumnElement[bool]:
    newest = select(func.max(request_entries.c.number)).where(
        request_entries.c.request_id == requests.c.request_id
    )
    return _LAST.c.number == newest.scalar_subquery()


_PAYLOADS = select(requests.c.request_id, requests.c.payload_id).where(
    Among(requests.c.request_id, "ids")
)

_LIST = select(requests).join(_LAST, _LAST.c.request_id == requests.c.request_id).where(_is_last())
_ENTRIES = (
    select(request_entries)
    .where(Among(request_entries.c.request_id, "ids"))
    .order_by(request_entries.c.request_id, request_entries.c.number)
)
