"""The reader of print files and the finder of minutiae, as the service calls them."""

from dataclasses import asdict, replace
from functools import cached_property
from queue import Empty, LifoQueue

from domain.errors import InvalidMinutiaeError, PrintsBusyError, UnreadablePrintError
from domain.prints.prints import PrintTool
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.minutiae.received import read_minutiae_record
from service.adapters.isolation.frames import STANDARD, Frame, FrameError, Limits
from service.adapters.isolation.worker import Worker
from service.adapters.prints.wire import file_of
from service.ports.print_reading import UNSTATED, PrintFile, ReadPrint, Stated

_TASKS = "service.adapters.prints.tasks"


class PrintProcesses:
    """Child processes that read prints. Each is started when it is first needed. Thread-safe."""

    def __init__(
        self,
        processes: int = 1,
        limits: Limits = STANDARD,
        *,
        extractor: str = "",
        may_be_unlocked: bool = False,
    ) -> None:
        """Prepare the processes, each for one call at a time; other calls wait.

        Minutiae are found by `extractor`; without it, files are only read.
        """
        self._workers = tuple(
            Worker(_TASKS, limits, prepared=extractor, may_be_unlocked=may_be_unlocked)
            for _ in range(processes)
        )
        self._patience_s = limits.patience_s
        # The worker used last is taken first, so a single caller starts only one process.
        self._free: LifoQueue[Worker] = LifoQueue()
        for worker in reversed(self._workers):
            self._free.put(worker)

    @property
    def restarts(self) -> int:
        """How often a process was killed because of a file."""
        return sum(worker.restarts for worker in self._workers)

    def ask(self, call: Frame) -> Frame:
        """Return the answer of a process. Raises the errors of `Worker.ask`.

        Also raises PrintsBusyError if no process is free in time.
        """
        try:
            worker = self._free.get(timeout=self._patience_s)
        except Empty:
            raise PrintsBusyError from None
        try:
            return worker.ask(call)
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End the processes. Calling this twice is harmless."""
        for worker in self._workers:
            worker.close()


class IsolatedReader:
    """Reads print files in a separate process. Thread-safe."""

    def __init__(self, processes: PrintProcesses) -> None:
        self._processes = processes

    def read(self, data: bytes, stated: Stated = UNSTATED) -> PrintFile:
        """Return the prints in a file. Raises UnreadablePrintError."""
        answer = self._processes.ask(Frame({"task": "read", "stated": asdict(stated)}, (data,)))
        try:
            return file_of(answer)
        except FrameError:
            raise _unusable() from None

    def close(self) -> None:
        """End the processes. The next file starts one again."""
        self._processes.close()


class IsolatedFinder:
    """Finds the minutiae of prints in a separate process. Thread-safe."""

    def __init__(self, processes: PrintProcesses, extractor: str) -> None:
        self._processes = processes
        self._extractor = extractor

    @cached_property
    def tools(self) -> tuple[PrintTool, ...]:
        """The extractors of prints and of marks, and the quality meter; asked for only once."""
        answer = self._processes.ask(Frame({"task": "tools", "extractor": self._extractor}))
        return tuple(PrintTool(*map(str, one)) for one in answer.header["tools"])

    def find(self, taken: ReadPrint) -> MinutiaeView:
        """Return the minutiae of a print as they are stored, with the quality if it is known.

        Raises UnreadablePrintError.
        """
        header = {
            "task": "find",
            "extractor": self._extractor,
            "pixels": taken.pixels.shape,
            "ppi": taken.ppi,
            "impression_type": taken.impression_type,
        }
        answer = self._processes.ask(Frame(header, (taken.pixels.tobytes(),)))
        return _found(answer, taken)


def _found(answer: Frame, taken: ReadPrint) -> MinutiaeView:
    try:
        (record,) = answer.blobs
        (view,) = read_minutiae_record(record)
    except (InvalidMinutiaeError, ValueError):
        raise _unusable() from None
    if (view.height_px, view.width_px) != taken.pixels.shape:
        raise _unusable()
    return replace(view, position=taken.position)


def _unusable() -> UnreadablePrintError:
    return UnreadablePrintError("The file cannot be read: it is damaged, or not a file of prints.")
