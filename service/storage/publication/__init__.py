"""Publication: countable facts, frozen releases, and the disclosure log."""

from __future__ import annotations

from service.storage.publication.audit import AuditRows
from service.storage.publication.releases import Facts, InformationAnswers, Releases
from service.storage.transaction import InTransaction, Repository


class PublicationRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    audit_rows = Repository(AuditRows)
    facts = Repository(Facts)
    releases = Repository(Releases)
    information_answers = Repository(InformationAnswers)
