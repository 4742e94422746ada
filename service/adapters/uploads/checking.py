"""Checks documents and draws their pages in child processes, as the service calls it."""

from domain.applications.declarations import DocumentUse, UploadFault
from domain.errors import UploadRefusedError, UploadsBusyError
from service.adapters.isolation.frames import Frame
from service.adapters.isolation.limits import Limits
from service.adapters.isolation.worker import Refusals, Worker
from service.ports.uploads import MOST_BYTES, CheckedUpload, DrawnPage

_TASKS = "service.adapters.uploads.tasks"
_LIMITS = Limits(processor_s=4.0, address_space_mb=1_024, calls=200)
"""The slowest document of 10 MB that was tried takes three seconds of processor time, and usual
documents a tenth. On a busy machine they may have to wait."""
_REFUSALS = Refusals(
    UploadRefusedError,
    {
        "costly": UploadFault.TOO_COSTLY,
        "died": UploadFault.DAMAGED,
        "fault": UploadFault.DAMAGED,
        "memory": UploadFault.TOO_COSTLY,
    },
    busy=UploadsBusyError,
)


class IsolatedUploads:
    """Checks documents in a separate process, one at a time. Thread-safe."""

    def __init__(self, limits: Limits = _LIMITS, *, may_be_unlocked: bool = False) -> None:
        self._worker = Worker(_TASKS, limits, _REFUSALS, may_be_unlocked=may_be_unlocked)

    def check(self, data: bytes, use: DocumentUse) -> CheckedUpload:
        """Return the document in the form in which it is stored. Raises UploadRefusedError,
        UploadsBusyError.
        """
        if not data:
            raise UploadRefusedError(UploadFault.EMPTY)
        if len(data) > MOST_BYTES:
            raise UploadRefusedError(UploadFault.TOO_LARGE)
        answer = self._worker.ask(Frame({"task": "check", "use": use.value}, (data,)))
        media_type = answer.header.get("media_type")
        if media_type not in {"image/jpeg", "application/pdf"} or len(answer.blobs) != 1:
            raise UploadRefusedError(UploadFault.DAMAGED)
        return CheckedUpload(media_type, answer.blobs[0])

    def close(self) -> None:
        """End the process. The next document starts it again."""
        self._worker.close()


class IsolatedPages:
    """Draws pages in a separate process, one at a time. Thread-safe."""

    def __init__(self, limits: Limits = _LIMITS, *, may_be_unlocked: bool = False) -> None:
        self._worker = Worker(_TASKS, limits, _REFUSALS, may_be_unlocked=may_be_unlocked)

    def draw(self, content: bytes, page: int, width_px: int) -> DrawnPage:
        """Return a page as a picture. Raises UploadRefusedError, UploadsBusyError."""
        call = Frame({"task": "draw", "page": page, "width_px": width_px}, (content,))
        answer = self._worker.ask(call)
        pages = answer.header.get("pages")
        if not isinstance(pages, int) or len(answer.blobs) != 1:
            raise UploadRefusedError(UploadFault.DAMAGED)
        return DrawnPage(answer.blobs[0], pages)

    def close(self) -> None:
        """End the process. The next page starts it again."""
        self._worker.close()
