"""Publication: countable facts, frozen releases, and the disclosure log."""

from __future__ import annotations

from service.storage.publication.answers import InformationAnswers
from service.storage.publication.audit import AuditRows
from service.storage.publication.facts import Facts
from service.storage.publication.releases import Releases
from service.storage.repository import InTransaction, Repository


class PublicationRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    audit_rows = Repository(AuditRows)
    facts = Repository(Facts)
    releases = Repository(Releases)
    information_answers = Repository(InformationAnswers)
