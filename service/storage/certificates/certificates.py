"""Certificates issued, checked and revoked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select

from domain.certificates.issued import Certificate, StandingCertificate, StoodOn
from domain.certificates.standing import CheckAnswer, RevocationGround
from domain.errors import ConflictError
from domain.ids import CertificateId, PersonId, RequestId, UserId
from service.storage.engine.rows import AnyRow, row_of, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.people.people import locked_person
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.certificates import (
    certificate_people,
    certificate_records,
    certificate_revocations,
    certificates,
    superseded,
)
from service.storage.tables.requests import disclosures
from service.storage.transaction import TransactionPart
from service.storage.words import put_words


class Certificates(TransactionPart):
    """A certificate is written once, with the rows that it stood on."""

    def add(
        self,
        certificate: Certificate,
        document: bytes,
        ground: StoodOn,
        *,
        person_id: PersonId | None,
    ) -> None:
        """Store a certificate with its document.

        Raises ConflictError when the release has one or a number drawn is taken, NotFoundError
        when the person is erased.
        """
        person_row = None if person_id is None else locked_person(self._transaction, person_id)
        row = row_of(
            certificates,
            certificate,
            certificate_row=self._transaction.numbers.one(certificates.c.certificate_row),
            person_row=person_row,
            payload_id=self._transaction.payloads.put(PayloadKind.CERTIFICATE, document),
        )
        if not insert_unless_taken(self._connection, certificates, row):
            raise ConflictError("This release already has a certificate: use that certificate.")
        named = certificate.certificate_id
        people = [{"certificate_id": named, "person_row": one} for one in ground.people]
        told = [
            {"certificate_id": named, "record_id": record_id, "version": version}
            for record_id, version in ground.versions
        ]
        for table, rows in ((certificate_people, people), (certificate_records, told)):
            if rows:
                self._connection.execute(insert(table), rows)

    def of_request(self, request_id: RequestId) -> tuple[StandingCertificate, ...]:
        """Return the certificates of a request, oldest first."""
        query = (
            select(certificates)
            .join(disclosures, disclosures.c.disclosure_id == certificates.c.disclosure_id)
            .where(disclosures.c.request_id == request_id)
        )
        rows = self._connection.execute(query.order_by(certificates.c.certificate_row)).all()
        return tuple(self._standing_one(row) for row in rows)

    def get(self, certificate_id: CertificateId) -> StandingCertificate | None:
        """Return a certificate, or None when unknown."""
        return self._one(certificates.c.certificate_id == certificate_id)

    def checked(self, code_digest: str) -> StandingCertificate | None:
        """Return the certificate of a number with a code, by their digest; None without one."""
        return self._one(certificates.c.code_digest == code_digest)

    def places(self, status_list: int, answer: CheckAnswer) -> tuple[int, ...]:
        """Return the places of a published list whose certificates are revoked, or superseded."""
        revoked = select(certificate_revocations.c.certificate_id)
        wanted = revoked if answer is CheckAnswer.REVOKED else superseded()
        query = select(certificates.c.status_index).where(
            certificates.c.status_list == status_list,
            certificates.c.certificate_id.in_(wanted),
        )
        return tuple(self._connection.execute(query).scalars())

    def issued_count(self) -> int:
        """Return how many certificates were issued."""
        return self._connection.execute(
            select(func.count()).select_from(certificates)
        ).scalar_one()

    def is_place_taken(self, status_list: int, status_index: int) -> bool:
        """Whether a certificate has this place."""
        query = select(certificates.c.certificate_row).where(
            certificates.c.status_list == status_list,
            certificates.c.status_index == status_index,
        )
        return self._connection.execute(query).first() is not None

    def document(self, certificate_id: CertificateId) -> bytes | None:
        """Return the document of a certificate; None when it is unknown or erased."""
        query = select(certificates.c.payload_id).where(
            certificates.c.certificate_id == certificate_id
        )
        found = self._connection.execute(query).scalar()
        if found is None:
            return None
        return self._transaction.payloads.get(PayloadKind.CERTIFICATE, found)

    def revoke(
        self,
        certificate_id: CertificateId,
        ground: RevocationGround,
        words: str,
        *,
        by: UserId,
        at: datetime,
    ) -> bool:
        """Store that a certificate is revoked; False if it already was."""
        about = select(certificates.c.person_row).where(
            certificates.c.certificate_id == certificate_id
        )
        row = {
            "certificate_id": certificate_id,
            "person_row": self._connection.execute(about).scalar(),
            "ground": ground.value,
            "revoked_by": by,
            "revoked_at": at,
            "payload_id": put_words(self._transaction, words),
        }
        key = ("certificate_id",)
        return insert_unless_taken(self._connection, certificate_revocations, row, key=key)

    def _one(self, which: ColumnElement[bool]) -> StandingCertificate | None:
        """Return one certificate; it costs the same whether there is one or none."""
        row = self._connection.execute(select(certificates).where(which)).first()
        answer = self._answer("" if row is None else row.certificate_id)
        return None if row is None else StandingCertificate(value_of(Certificate, row), answer)

    def _answer(self, certificate_id: str) -> CheckAnswer:
        revoked = select(certificate_revocations.c.certificate_id).where(
            certificate_revocations.c.certificate_id == certificate_id
        )
        is_revoked = self._connection.execute(revoked).first() is not None
        changed = self._connection.execute(superseded(certificate_id)).first()
        if is_revoked:
            return CheckAnswer.REVOKED
        return CheckAnswer.VALID if changed is None else CheckAnswer.SUPERSEDED

    def _standing_one(self, row: AnyRow) -> StandingCertificate:
        return StandingCertificate(value_of(Certificate, row), self._answer(row.certificate_id))
