"""Attempts with nearly the same probe: counted, limited, and shown to the auditor as a series.

An attacker who learns from each answer needs many searches with small changes to a probe. A search
repeated with its idempotency key is not counted as an attempt.
"""

from dataclasses import dataclass

from domain.abuse import Finding, FindingKind
from domain.access.access import Caller
from domain.errors import TooManyAttemptsError
from domain.events.misuse import AbuseSuspected
from domain.ids import FindingId, ForceCode, SearchId
from domain.searches.searches import Probe, Search
from service.live.rate_limits import AttemptPolicy
from service.storage.misuse.sketches import PACK, SketchedSearch
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import Concern, record
from service.usecases.services import Services

_EXAMINATION_S = 3_600
"""The end of an examination cannot be predicted; the caller is told to try again after an hour."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that was allowed: its sketch, and the searches it resembles."""

    sketch: bytes
    near: tuple[SearchId, ...]
    """Attempts with nearly the same probe, oldest first."""


def admit(services: Services, force: ForceCode, probe: Probe) -> Attempt | None:
    """Count the force's attempts with this probe; return None if attempts are not counted.

    Simultaneous requests may fail to count each other. Raises TooManyAttemptsError.
    """
    guard = services.guard
    if guard is None:
        return None
    policy, sketch = guard.policy, guard.sketcher.sketch(probe.impressions)
    since = services.now() - policy.window
    with services.units.read() as unit:
        known = unit.sketches.known(force, since=since, limit=policy.looked_at)
        near = known.counted(guard.sketcher.near_among(sketch, known.joined, known.lengths))
        ids = tuple(one.search_id for one in near)
        is_open = (
            bool(ids)
            and len(ids) >= policy.attempts_under_examination
            and (unit.abuse.under_examination(ids) >= policy.attempts_under_examination)
        )
    if known.alone >= PACK:
        guard.unpacked.add(force)
    if is_open:
        still = TooManyAttemptsError(
            "Examiners are still working on earlier searches with "
            "this probe: wait for their answer."
        )
        raise still.after(_EXAMINATION_S)
    if len(ids) >= policy.attempts:
        raise _until_forgotten(services, near[len(near) - policy.attempts], policy)
    return Attempt(sketch, ids)


def _until_forgotten(
    services: Services, counted: SketchedSearch, policy: AttemptPolicy
) -> TooManyAttemptsError:
    """Return the refusal that lasts until this search is outside the counting window."""
    wait = counted.at + policy.window - services.now()
    refusal = TooManyAttemptsError(
        "There were too many searches with this probe today: try again tomorrow."
    )
    return refusal.after(wait.total_seconds())


def pack_sketches(services: Services) -> int:
    """Pack the single sketches that this process's searches met; return how many were packed.

    This is done after searches: of the hundreds of sketches that each search compares with, most
    are then in a few rows.
    """
    count, waiting = 0, services.guard.unpacked if services.guard else set()
    while (force := _taken(waiting)) is not None:
        with services.units.begin() as unit:
            count += unit.sketches.pack(force)
    return count


def _taken(waiting: set[ForceCode]) -> ForceCode | None:
    """Take one of those waiting; None once another thread has taken the last."""
    try:
        return waiting.pop()
    except KeyError:
        return None


def note_series(
    services: Services, unit: UnitOfWork, caller: Caller, search: Search, attempt: Attempt | None
) -> None:
    """Store a finding if an attempt is part of a series, in the transaction of its search."""
    if attempt is None or services.guard is None:
        return
    count = len(attempt.near) + 1
    if count < services.guard.policy.suspicious:
        return
    finding = Finding(
        finding_id=FindingId(services.new_id()),
        kind=FindingKind.PROBE_SERIES,
        series=attempt.near[0],
        actor=search.submitted_by,
        force=search.force,
        subject_ref=search.search_id,
        count=count,
        found_at=search.submitted_at,
    )
    note_finding(services, unit, caller, finding)


def note_finding(services: Services, unit: UnitOfWork, caller: Caller, finding: Finding) -> None:
    """Store a finding and its event, unless it has been found before."""
    if unit.abuse.add_finding(finding):
        event = AbuseSuspected(
            finding.finding_id, finding.subject_ref, finding.kind, finding.count
        )
        record(services, unit, caller, event, Concern(finding.force))
