"""Cases, sealed work, the desk, and the images and minutiae of captures."""

from __future__ import annotations

from service.storage.examination.cases import Cases
from service.storage.examination.competence import Competence
from service.storage.examination.figures import Figures
from service.storage.examination.findings import Drafts, Findings, Revisions
from service.storage.examination.images import Images, Minutiae
from service.storage.examination.open_work import OpenWork
from service.storage.examination.queue import Queue
from service.storage.transaction import InTransaction, Repository


class ExaminationRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    cases = Repository(Cases)
    queue = Repository(Queue)
    open_work = Repository(OpenWork)
    drafts = Repository(Drafts)
    competence = Repository(Competence)
    figures = Repository(Figures)
    findings = Repository(Findings)
    revisions = Repository(Revisions)
    images = Repository(Images)
    minutiae = Repository(Minutiae)
