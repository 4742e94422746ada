"""Cases, sealed work, the desk, and the images and minutiae of captures."""

from __future__ import annotations

from service.storage.examination.cases import Cases
from service.storage.examination.competence import Competence
from service.storage.examination.drafts import Drafts
from service.storage.examination.figures import Figures
from service.storage.examination.findings import Findings
from service.storage.examination.images import Images
from service.storage.examination.minutiae import Minutiae
from service.storage.examination.open_work import OpenWork
from service.storage.examination.queue import Queue
from service.storage.examination.revisions import Revisions
from service.storage.repository import InTransaction, Repository


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
