"""Cases, sealed work, the desk, and the images and minutiae of captures.

- `cases`: cases, and the examiners' sealed work
- `competence`: what examiners did with control items and with each other's cases, row by row
- `drafts`: drafts on a database
- `figures`: the figures behind statistics and control items
- `findings`: the ground of findings: the policy in force, prints shown, exemplars withdrawn
- `images`: images that came with a capture, on a database
- `minutiae`: minutiae that came with a capture, on a database: one ISO/IEC 19794-2 record a
  finger
- `open_work`: open cases as a supervisor filters, sorts and pages them, on a database
- `queue`: reads across cases for the queue, and lists of links, on a database
- `revisions`: evaluations in place of sealed ones, on a database
"""

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
