"""Certificates issued, checked and revoked; referrals to a body outside the office; watches."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from domain.errors import ConflictError, VaultDamagedError
from domain.ids import CertificateId, PersonId, ReferralId, RequestId, UserId
from domain.requests.certificates import (
    Certificate,
    CheckAnswer,
    Referral,
    ReferralReply,
    RevocationGround,
    StandingCertificate,
    StoodOn,
)
from domain.requests.disclosures import Watch, WatchAct, WatchCheck, WatchStep
from service.storage.engine.rows import Among, AnyRow, from_bytes, rows_where, to_bytes, value_of
from service.storage.people.people import person_of_request
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.certificates import (
    certificate_people,
    certificate_records,
    certificate_revocations,
    certificates,
    of_gone_people,
    referral_replies,
    referrals,
    superseded,
    watch_checks,
    watch_steps,
    watches,
)
from service.storage.tables.disclosure import gone_persons
from service.storage.tables.people import persons, record_changes
from service.storage.tables.requests import disclosures
from service.storage.transaction import ANY_KEY, TransactionPart


class Certificates(TransactionPart):
    """Certificates. Each is written once, with the rows on which it relies."""

    def add(
        self,
        certificate: Certificate,
        document: bytes,
        ground: StoodOn,
        *,
        person_id: PersonId | None,
    ) -> None:
        """Store a certificate with its document.

        Raises ConflictError when the release already has a certificate or a drawn number is taken,
        and StaleRequestError when the person is erased.
        """
        person_row = person_of_request(self._transaction, person_id)
        if not self._add_new(
            certificates,
            certificate,
            unless_taken=ANY_KEY,
            person_row=person_row,
            payload_id=self._put(PayloadKind.CERTIFICATE, document),
        ):
            raise ConflictError(
                "A certificate has already been issued for this application: use that certificate."
            )
        named = certificate.certificate_id
        people = [{"certificate_id": named, "person_row": one} for one in ground.people]
        told = [
            {"certificate_id": named, "record_id": record_id, "version": version}
            for record_id, version in ground.versions
        ]
        for table, rows in ((certificate_people, people), (certificate_records, told)):
            self._add_all(table, rows)

    def of_request(self, request_id: RequestId) -> tuple[StandingCertificate, ...]:
        """Return the certificates of a request, oldest first."""
        query = (
            select(certificates)
            .join(disclosures, disclosures.c.disclosure_id == certificates.c.disclosure_id)
            .where(disclosures.c.request_id == request_id)
        )
        rows = self._rows(query.order_by(certificates.c.certificate_row))
        return tuple(self._standing_one(row) for row in rows)

    def get(self, certificate_id: CertificateId) -> StandingCertificate | None:
        """Return a certificate, or None when unknown."""
        return self._found(certificates.c.certificate_id == certificate_id)

    def checked(self, code_digest: str) -> StandingCertificate | None:
        """Return the certificate with this digest of its number and code, or None."""
        return self._found(certificates.c.code_digest == code_digest)

    def places(self, status_list: int, answer: CheckAnswer) -> tuple[int, ...]:
        """Return the positions of revoked, or of superseded, certificates in a status list."""
        revoked = select(certificate_revocations.c.certificate_id)
        wanted = revoked if answer is CheckAnswer.REVOKED else superseded()
        query = select(certificates.c.status_index).where(
            certificates.c.status_list == status_list,
            certificates.c.certificate_id.in_(wanted),
        )
        return tuple(self._column(query))

    def issued_count(self) -> int:
        """Return the number of certificates issued."""
        return int(self._cell(select(func.count()).select_from(certificates)))

    def is_place_taken(self, status_list: int, status_index: int) -> bool:
        """Whether a certificate already has this position in a status list."""
        query = rows_where(
            certificates.c.certificate_row, status_list=status_list, status_index=status_index
        )
        return self._has(query)

    def document(self, certificate_id: CertificateId) -> bytes | None:
        """Return the document of a certificate, or None if it is unknown or erased."""
        query = rows_where(certificates.c.payload_id, certificate_id=certificate_id)
        return self._content(PayloadKind.CERTIFICATE, query)

    def revoke(
        self,
        certificate_id: CertificateId,
        ground: RevocationGround,
        words: str,
        *,
        by: UserId,
        at: datetime,
    ) -> bool:
        """Revoke a certificate. Returns False if it is already revoked."""
        about = rows_where(certificates.c.person_row, certificate_id=certificate_id)
        return self._add_new(
            certificate_revocations,
            certificate_id=certificate_id,
            person_row=self._cell(about),
            ground=ground.value,
            revoked_by=by,
            revoked_at=at,
            payload_id=self._put_words(words),
        )

    def _found(self, which: ColumnElement[bool]) -> StandingCertificate | None:
        """Return one certificate or None in the same time, so timing does not tell which exist."""
        row = self._row(select(certificates).where(which))
        answer = self._answer("" if row is None else row.certificate_id)
        return None if row is None else StandingCertificate(value_of(Certificate, row), answer)

    def _answer(self, certificate_id: str) -> CheckAnswer:
        revoked = select(certificate_revocations.c.certificate_id).where(
            certificate_revocations.c.certificate_id == certificate_id
        )
        is_revoked = self._has(revoked)
        changed = self._row(superseded(certificate_id))
        if is_revoked:
            return CheckAnswer.REVOKED
        return CheckAnswer.VALID if changed is None else CheckAnswer.SUPERSEDED

    def _standing_one(self, row: AnyRow) -> StandingCertificate:
        return StandingCertificate(value_of(Certificate, row), self._answer(row.certificate_id))


class Referrals(TransactionPart):
    """Referrals and their replies. Each is written once."""

    def make(self, referral: Referral) -> None:
        """Store a referral."""
        self._add(referrals, referral)

    def answer(self, referral: Referral, reply: ReferralReply) -> None:
        """Store the reply to a referral. Raises ConflictError when it already has one."""
        body = to_bytes({"markers": list(reply.markers), "words": reply.words})
        if not self._add_new(
            referral_replies,
            reply,
            referral_id=referral.referral_id,
            request_id=referral.request_id,
            payload_id=self._put(PayloadKind.REFERRAL, body),
        ):
            raise ConflictError("This referral has already been answered: reload the referral.")

    def get(self, referral_id: ReferralId) -> Referral | None:
        """Return a referral, or None when unknown."""
        found = self._read(_REFERRALS.where(referrals.c.referral_id == referral_id))
        return found[0] if found else None

    def of_request(self, request_id: RequestId) -> tuple[Referral, ...]:
        """Return the referrals of a request, oldest first."""
        return self._read(_REFERRALS.where(referrals.c.request_id == request_id))

    def unanswered(self, *, after: str | None = None) -> tuple[Referral, ...]:
        """Return the referrals without a reply made after this one, oldest first."""
        query = _REFERRALS.where(referral_replies.c.referral_id.is_(None))
        if after is not None:
            place = select(referrals.c.referral_row).where(referrals.c.referral_id == after)
            query = query.where(referrals.c.referral_row > place.scalar_subquery())
        return self._read(query)

    def _read(self, query: Select[Any]) -> tuple[Referral, ...]:
        rows = self._rows(query.order_by(referrals.c.referral_row))
        return tuple(map(self._referral, rows))

    def _referral(self, row: AnyRow) -> Referral:
        return value_of(Referral, row, reply=None if row.verdict is None else self._reply(row))

    def _reply(self, row: AnyRow) -> ReferralReply:
        body = self._body(PayloadKind.REFERRAL, row)
        markers, words = ((), "") if body is None else _told(body)
        return value_of(ReferralReply, row, markers=markers, words=words)


def _told(body: bytes) -> tuple[tuple[str, ...], str]:
    values = from_bytes(body)
    try:
        return tuple(map(str, values["markers"])), str(values["words"])
    except (KeyError, TypeError) as error:
        raise VaultDamagedError(
            "The answer to a referral is damaged: restore a backup."
        ) from error


_REFERRALS = select(
    referrals,
    referral_replies.c.verdict,
    referral_replies.c.answered_by,
    referral_replies.c.answered_at,
    referral_replies.c.payload_id,
).outerjoin(referral_replies, referral_replies.c.referral_id == referrals.c.referral_id)


_OVER = select(watch_steps.c.watch_id).where(
    watch_steps.c.act.in_((WatchAct.ENDED.value, WatchAct.NOTICED.value))
)


class Watches(TransactionPart):
    """Watches. Rows are written once; the last step and the day give the state of a watch."""

    def add(self, watch: Watch) -> None:
        """Store a watch without its steps."""
        self._add(watches, watch)

    def step(self, step: WatchStep) -> None:
        """Store the next step. Raises ConflictError when somebody else stored one meanwhile."""
        if not self._add_new(watch_steps, step):
            raise ConflictError("Somebody else has changed this watch: reload it.")

    def of_request(self, request_id: RequestId) -> tuple[Watch, ...]:
        """Return the watches of a request, oldest first."""
        return self._read(rows_where(watches, request_id=request_id))

    def of_agency(self, agency: str) -> tuple[Watch, ...]:
        """Return the watches of an agency, oldest first."""
        return self._read(rows_where(watches, agency=agency))

    def unfinished(self, today: date) -> tuple[Watch, ...]:
        """Return the watches whose agencies may still have to be told, oldest first."""
        query = select(watches).where(
            watches.c.agency.is_not(None),
            watches.c.last_day >= today,
            watches.c.watch_id.not_in(_OVER),
        )
        return self._read(query)

    def by_code(self, code_digest: str, today: date) -> Watch | None:
        """Return the holder's watch with this digest of a number and a code.

        None if there is no such watch, if it has ended, or if the person is erased or hidden; each
        case needs one query.
        """
        query = rows_where(watches, code_digest=code_digest).where(
            watches.c.last_day >= today,
            watches.c.watch_id.not_in(_OVER),
            watches.c.certificate_id.not_in(of_gone_people()),
        )
        row = self._row(query)
        return None if row is None else value_of(Watch, row, steps=())

    def newest_change(self) -> int:
        """Return the number of the newest change of any record; 0 before the first."""
        return int(self._cell(select(func.max(record_changes.c.change_seq))) or 0)

    def has_changed(self, people: Sequence[PersonId], after_change: int) -> bool:
        """Whether the record of one of these people has changed since then.

        False for an erased or hidden person, because whoever watches must not learn of that.
        """
        query = (
            select(record_changes.c.change_seq)
            .join(persons, persons.c.person_row == record_changes.c.person_row)
            .where(
                Among(persons.c.person_id, "people"),
                record_changes.c.change_seq > after_change,
                persons.c.person_row.not_in(select(gone_persons.c.person_row)),
            )
        )
        return self._has(query.limit(1), people=list(people))

    def add_check(self, check: WatchCheck) -> None:
        """Record that somebody asked whether the record has changed."""
        self._add(watch_checks, check, payload_id=self._put_words(check.organisation))

    def checks(self, watch_id: str) -> tuple[WatchCheck, ...]:
        """Return the questions asked about a watch, oldest first."""
        query = rows_where(watch_checks, watch_id=watch_id).order_by(watch_checks.c.check_row)
        return self._all_with_words(WatchCheck, self._rows(query), "organisation")

    def _read(self, query: Select[Any]) -> tuple[Watch, ...]:
        rows = self._rows(query.order_by(watches.c.watch_row))
        named = [row.watch_id for row in rows]
        of_these = select(watch_steps).where(Among(watch_steps.c.watch_id, "named"))
        ordered = of_these.order_by(watch_steps.c.watch_id, watch_steps.c.number)
        found = self._all(WatchStep, ordered, named=named)
        steps = {key: tuple(group) for key, group in groupby(found, lambda one: one.watch_id)}
        return tuple(value_of(Watch, row, steps=steps[row.watch_id]) for row in rows)
