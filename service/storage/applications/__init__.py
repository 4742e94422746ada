"""Applications of the public: drafts that may go, and sent applications, which stay."""

from __future__ import annotations

from service.storage.applications.applications import Applications
from service.storage.applications.documents import ApplicationDocuments
from service.storage.applications.drafts import ApplicationDrafts
from service.storage.applications.handovers import Handovers
from service.storage.repository import InTransaction, Repository


class ApplicationsRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    applications = Repository(Applications)
    application_drafts = Repository(ApplicationDrafts)
    application_documents = Repository(ApplicationDocuments)
    handovers = Repository(Handovers)
