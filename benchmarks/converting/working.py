"""One process that scans, keys, settles and matches until it is killed or everything is done.

Every step is a use case that the pages also call. A simulated keyer reads the truth with errors. A
simulated reconciler sees what the page shows: two keyings beside the picture, and candidates with
their details. Reconcilers know nothing of the truth about people.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.converting.office import (
    KEEPER,
    KEYERS,
    RECONCILERS,
    Truth,
    frames_in,
    lot_ids,
    opened,
)
from domain.conversion.content import Codes, FoundSinceError, details_of_form
from domain.conversion.form import Form
from domain.conversion.frames import ENDED, Frame, FrameState, MatchOutcome
from domain.errors import ConflictError, LinkingError
from domain.ids import CandidateId, LotId
from domain.people.people import Details
from service.usecases.conversion import matching, settling
from service.usecases.conversion.lots import ReceiveFrame, receive_frame, show_lot
from service.usecases.conversion.matching import KeyFrame, frames_to_key, key_frame
from service.usecases.conversion.proposing import (
    ProposeMatch,
    ReadMatch,
    propose_match,
    read_match,
)
from service.usecases.requests.doubts import NamedPerson
from service.usecases.services import Services

_MATCHING = 14
"""Searching, comparing, reading and writing take this many times as long as a keying."""

STEPS_A_FRAME = 3 + _MATCHING
"""A frame is received, keyed twice and matched; few frames need a further step. Steps are counted
by the time they take, so that kills fall into every kind of step in proportion to its time."""

_MATCHED = frozenset({FrameState.MATCHING, FrameState.PROPOSED})
_TOGETHER = 40
_SENT_AGAIN = 20
"""Frames that a station sends again after a stop: it cannot know which responses it missed."""

_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Worker:
    """One process that works on some of the lots. Several processes may share a lot."""

    services: Services
    truth: Truth
    lots: Sequence[LotId]
    first_lot: int
    """The lot with which the process begins."""
    steps: Any
    """Counts the steps taken, in memory that the starting process can read."""

    def work(self) -> None:
        """Work until every frame of every lot has ended."""
        order = [*range(self.first_lot, len(self.lots)), *range(self.first_lot)]
        while not self.is_done():
            for lot in order:
                self._scan(lot)
                self._key(lot)
                self._reconcile(lot)

    def is_done(self) -> bool:
        """Whether every frame of the truth has ended."""
        counted = 0
        for lot_id in self.lots:
            counts = show_lot(self.services, KEEPER, lot_id).counts
            counted += sum(count for state, count in counts.items() if state in ENDED)
        return counted >= self.truth.frames

    def _scan(self, lot: int) -> None:
        frames = frames_in(self.truth, lot)
        counts = show_lot(self.services, KEEPER, self.lots[lot]).counts
        held = sum(counts.values())
        if held >= len(frames):
            return
        for frame in frames[max(0, held - _SENT_AGAIN) :]:
            number = frame - frames.start + 1
            picture = _PNG + number.to_bytes(4, "big") + self.lots[lot].encode()
            receive_frame(self.services, ReceiveFrame(KEEPER, self.lots[lot], number, picture))
            self.steps.value += 1

    def _frame_of(self, lot: int, frame: Frame) -> int:
        return frames_in(self.truth, lot).start + frame.number - 1

    def _key(self, lot: int) -> None:
        for keyer, caller in enumerate(KEYERS):
            while frames := frames_to_key(self.services, caller, self.lots[lot], limit=_TOGETHER):
                for frame in frames:
                    form = self.truth.keyed(self._frame_of(lot, frame), keyer)
                    # Another process may have keyed the frame in this person's name.
                    with suppress(ConflictError):
                        key_frame(self.services, KeyFrame(caller, frame.frame_id, form))
                        self.steps.value += 1

    def _reconcile(self, lot: int) -> None:
        first = RECONCILERS[0]
        while frames := settling.frames_to_settle(
            self.services, first, self.lots[lot], limit=_TOGETHER
        ):
            for frame in frames:
                with suppress(ConflictError):
                    self._step(self._frame_of(lot, frame), frame)
                    self.steps.value += _MATCHING if frame.state in _MATCHED else 1

    def _step(self, number: int, frame: Frame) -> None:
        first = RECONCILERS[0]
        match frame.state:
            case FrameState.DIFFERS:
                settled = settling.SettleFrame(first, frame.frame_id, self._settled(number, frame))
                settling.settle_frame(self.services, settled)
            case FrameState.UNCODED:
                settling.code_frame(
                    self.services, settling.CodeFrame(first, frame.frame_id, Codes())
                )
            case FrameState.MATCHING:
                self._match(frame)
            case FrameState.PROPOSED:
                self._read(frame)
            case _:
                pass

    def _settled(self, number: int, frame: Frame) -> Form:
        """Return the form, with the fields that differ corrected from the picture."""
        view = settling.show_frame(self.services, RECONCILERS[0], frame.frame_id)
        keying = view.keyings[0].keying
        form = Form() if keying is None else keying.form
        truth = self.truth.form(number)
        for field in view.differing:
            form = form.with_value(field, truth[field])
        return form

    def _match(self, frame: Frame) -> None:
        first, _ = RECONCILERS
        matching.search_frame(self.services, matching.SearchFrame(first, frame.frame_id))
        said = self._said(frame)
        candidates = matching.frame_candidates(self.services, first, frame.frame_id)
        outcome, chosen = judged(said, candidates)
        words = "Compared names, birth and number with the picture."
        propose_match(
            self.services, ProposeMatch(first, frame.frame_id, outcome, chosen, words=words)
        )
        self._read(frame)

    def _said(self, frame: Frame) -> Details:
        settled = settling.show_frame(self.services, RECONCILERS[0], frame.frame_id).settled
        return Details() if settled is None else details_of_form(settled.form)

    def _read(self, frame: Frame) -> None:
        second = RECONCILERS[1]
        try:
            read_match(self.services, ReadMatch(second, frame.frame_id, agrees=True))
        except FoundSinceError:
            # Another frame of the person was written meanwhile, so this frame is searched again.
            read_match(self.services, ReadMatch(second, frame.frame_id, agrees=False))
        except ConflictError:
            raise
        except LinkingError:
            # The record contradicts the days, so the second reader sends the frame back.
            read_match(self.services, ReadMatch(second, frame.frame_id, agrees=False))
            refused = ProposeMatch(
                RECONCILERS[0],
                frame.frame_id,
                MatchOutcome.CANNOT_TELL,
                words="The record contradicts the days of the frame.",
            )
            propose_match(self.services, refused)
            read_match(self.services, ReadMatch(second, frame.frame_id, agrees=True))


def judged(
    said: Details, candidates: Sequence[NamedPerson]
) -> tuple[MatchOutcome, CandidateId | None]:
    """Return the choice of a careful person among candidates, only by the words of both sides.

    The same number together with the same name or date of birth means one person. The same name
    and date of birth without a number on both sides may be a twin. Close matches are treated as no
    match.
    """
    sure = [one for one in candidates if _agrees_on_number(said, one.details)]
    if len(sure) == 1:
        return MatchOutcome.EXISTING, sure[0].candidate_id
    likely = [one for one in candidates if _is_near(said, one.details)]
    return (MatchOutcome.CANNOT_TELL if likely or sure else MatchOutcome.NEW), None


def _agrees_on_number(said: Details, held: Details) -> bool:
    has_number = bool(set(said.cro_numbers) & set(held.cro_numbers))
    return has_number and (_same_birth(said, held) or _same_name(said, held))


def _is_near(said: Details, held: Details) -> bool:
    if said.cro_numbers and held.cro_numbers and not set(said.cro_numbers) & set(held.cro_numbers):
        # Two numbers mean two people, unless one was misread; then birth and name both agree.
        return _same_birth(said, held) and _same_name(said, held)
    return _same_birth(said, held) or bool(set(said.cro_numbers) & set(held.cro_numbers))


def _same_birth(said: Details, held: Details) -> bool:
    return bool(set(said.dates_of_birth) & set(held.dates_of_birth))


def _same_name(said: Details, held: Details) -> bool:
    theirs = {name.surname.casefold() for name in held.names}
    return any(name.surname.casefold() in theirs for name in said.names)


def work(store: Path, truth: Truth, process: int, steps: Any) -> None:
    """Work in this process until everything is done, and count the steps taken in `steps`."""
    with opened(store) as services:
        lots = lot_ids(services)
        Worker(services, truth, lots, process % len(lots), steps).work()
