"""Sessions of people, the pages kept for them, and the idempotency keys of calls."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update

from domain.access.accounts import FailedAttempts, KnownSource, Session
from domain.errors import IdempotencyConflictError
from domain.ids import UserId
from service.storage.engine.rows import AnyRow, rows_given, value_of
from service.storage.tables.workbench import (
    failed_attempts,
    idempotency_requests,
    kept_pages,
    known_sources,
    logout_notices,
    sessions,
)
from service.storage.transaction import TransactionPart

# Built once, because building a statement costs as much as running it.
_SESSION = rows_given(sessions, "secret_sha256")
_ATTEMPTS = rows_given(failed_attempts, "key_sha256").with_for_update()
_KNOWN = rows_given(known_sources.c.user_id, "source_sha256", "user_id").where(
    known_sources.c.seen_at >= bindparam("since")
)
_REMEMBERED = rows_given(idempotency_requests, "user_id", "key")
_KEPT_PAGE = rows_given(kept_pages, "token_sha256")


class Sessions(TransactionPart):
    """Sessions, and the counters that prevent password guessing."""

    def begin(self, session: Session) -> None:
        """Store a new session."""
        self._add(sessions, session)

    def get(self, secret_sha256: str) -> Session | None:
        """Return a session, ended or not."""
        return self._one(Session, _SESSION, secret_sha256=secret_sha256)

    def seen(self, secret_sha256: str, at: datetime) -> None:
        """Record that the session was used."""
        self._change(sessions, {"secret_sha256": secret_sha256}, last_seen_at=at)

    def end(self, secret_sha256: str, at: datetime) -> None:
        """End a session; does nothing if the session has already ended."""
        self._change(sessions, {"secret_sha256": secret_sha256, "ended_at": None}, ended_at=at)

    def end_all(self, user_id: UserId, at: datetime) -> tuple[Session, ...]:
        """End every session of an account and return those that had not ended."""
        return self._ended(sessions.c.user_id == user_id, at)

    def _ended(self, which: ColumnElement[bool], at: datetime) -> tuple[Session, ...]:
        ended = self._connection.execute(
            update(sessions)
            .where(which, sessions.c.ended_at.is_(None))
            .values(ended_at=at)
            .returning(*sessions.c)
        )
        return tuple(sorted(map(session_of, ended), key=lambda session: session.begun_at))

    def begun_before(self, user_id: UserId, secret_sha256: str) -> datetime | None:
        """Return when the newest other session of an account began."""
        query = select(sessions.c.begun_at).where(
            sessions.c.user_id == user_id, sessions.c.secret_sha256 != secret_sha256
        )
        begun_at: datetime | None = self._cell(query.order_by(sessions.c.begun_at.desc()))
        return begun_at

    def end_of_provider(
        self, user_id: UserId | None, sid_sha256: str | None, at: datetime
    ) -> tuple[Session, ...]:
        """End sessions begun through the provider: of an account, a provider session, or both.

        When both are given, only sessions that match both are ended.
        """
        these: ColumnElement[bool] = sessions.c.sid_sha256.is_not(None)
        if user_id is not None:
            these &= sessions.c.user_id == user_id
        if sid_sha256 is not None:
            these &= sessions.c.sid_sha256 == sid_sha256
        return self._ended(these, at)

    def take_notice(self, notice_sha256: str, at: datetime, *, forget_before: datetime) -> bool:
        """Record that a sign-out notice came. Returns False if it had come before."""
        self._connection.execute(
            delete(logout_notices).where(logout_notices.c.taken_at < forget_before)
        )
        return self._add_new(logout_notices, notice_sha256=notice_sha256, taken_at=at)

    def attempts(self, fresh: FailedAttempts) -> FailedAttempts:
        """Return the counter under the key, locked until the commit, or `fresh` if none."""
        self._add_new(failed_attempts, fresh)
        row = self._connection.execute(_ATTEMPTS, {"key_sha256": fresh.key_sha256}).one()
        return value_of(FailedAttempts, row)

    def count(self, attempts: FailedAttempts) -> None:
        """Store a counter, replacing the earlier value."""
        if not self._add_new(failed_attempts, attempts):
            self._change(
                failed_attempts,
                {"key_sha256": attempts.key_sha256},
                failures=attempts.failures,
                first_at=attempts.first_at,
                blocked_until=attempts.blocked_until,
            )

    def forget(self, key_sha256: str) -> None:
        """Drop a counter."""
        self._remove(failed_attempts, key_sha256=key_sha256)

    def knows(self, source: KnownSource, *, since: datetime) -> bool:
        """Whether the account has signed in from this source since the given time."""
        return self._has(
            _KNOWN, source_sha256=source.source_sha256, user_id=source.user_id, since=since
        )

    def know(self, source: KnownSource, *, since: datetime) -> None:
        """Record a sign-in of the account from a source; drop its sources older than `since`."""
        its = known_sources.c.user_id == source.user_id
        is_same = known_sources.c.source_sha256 == source.source_sha256
        is_old = known_sources.c.seen_at < since
        self._connection.execute(delete(known_sources).where(its, is_same | is_old))
        self._add_new(known_sources, source)


def session_of(row: AnyRow) -> Session:
    """Return the session that a database row holds."""
    return value_of(Session, row)


@dataclass(frozen=True, slots=True)
class RememberedRequest:
    """A request with an idempotency key, and the resource that the request created."""

    user_id: UserId
    key: str
    request_digest: str
    """Keyed digest (HMAC-SHA256, hexadecimal) of method, path and body."""
    resource_id: str
    at: datetime


class IdempotencyKeys(TransactionPart):
    """Idempotency keys. There is one resource for each user and key."""

    def claim(self, user_id: UserId, key: str) -> RememberedRequest | None:
        """Return the request stored under this key, after waiting for others that use the key.

        The key is then locked until this transaction ends. Raises StoreUnavailableError when the
        other transaction holds the key for longer than the lock timeout.
        """
        # SQLite has only one writer, so no other transaction can hold the key.
        if self._connection.dialect.name == "postgresql":
            number = func.hashtextextended(f"{user_id} {key}", 0)
            self._connection.execute(select(func.pg_advisory_xact_lock(number)))
        # A separate statement, so that its snapshot is taken after the wait.
        return self.find(user_id, key)

    def find(self, user_id: UserId, key: str) -> RememberedRequest | None:
        """Return the request stored under this key, or None."""
        return self._one(RememberedRequest, _REMEMBERED, user_id=user_id, key=key)

    def remember(self, request: RememberedRequest) -> None:
        """Store the request. Raises IdempotencyConflictError when the key is taken."""
        if not self._add_new(idempotency_requests, request):
            raise IdempotencyConflictError


@dataclass(frozen=True, slots=True)
class SealedPage:
    """A page that answers a form, for the visitor who sent the form."""

    token_sha256: str
    session_sha256: str | None
    """None for a visitor who is not signed in."""
    sealed: bytes = field(repr=False)
    kept_at: datetime


class KeptPages(TransactionPart):
    """Pages that answer a form, kept for some minutes."""

    def keep(self, page: SealedPage, *, most: int) -> None:
        """Store a page; only the newest `most` of a session, or of all without one, are kept."""
        self._add(kept_pages, page)
        ours = kept_pages.c.session_sha256.is_not_distinct_from(page.session_sha256)
        newest = (
            select(kept_pages.c.token_sha256).where(ours).order_by(kept_pages.c.kept_at.desc())
        )
        older = self._column(newest.offset(most).limit(most))
        self._connection.execute(delete(kept_pages).where(kept_pages.c.token_sha256.in_(older)))

    def get(self, token_sha256: str) -> SealedPage | None:
        """Return the page of a token."""
        return self._one(SealedPage, _KEPT_PAGE, token_sha256=token_sha256)

    def drop(self, token_sha256: str) -> None:
        """Delete a page."""
        self._remove(kept_pages, token_sha256=token_sha256)

    def drop_older(self, than: datetime) -> None:
        """Delete pages that were kept before this instant."""
        self._connection.execute(delete(kept_pages).where(kept_pages.c.kept_at < than))
