"""Control items: cases whose exemplars are known not to come from the probe's donor.

The probe of a search that led to a link is searched again, and its donor is left out of the
exemplars. The strongest other candidates look similar and are known non-mates. Such a probe looks
like any other probe. A capture that was enrolled in another way may be rolled where probes are
plain, which would give it away. A control item is examined like any other case. Its results are
kept separate, and it never makes a link: the use case closes it without a link, and the database
refuses one.
"""

from dataclasses import replace

from domain.access.access import Caller, Scope
from domain.events.examination import ControlInserted
from domain.examination.cases import Activity, Case, CaseState
from domain.forces import NO_FORCE
from domain.ids import CaseId, EncounterId, SearchId
from domain.people.people import Details
from domain.prints.prints import Encounter
from domain.searches.searches import Candidate, Probe, Search, SearchState, SearchType
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.searches.weighing import Weighed, weigh
from service.usecases.workbench import Workbench

MOST_AT_ONCE = 20
"""The largest number of control items that one request inserts."""

_LOOKED_AT = 20
"""The number of captures tried for one control item before giving up."""


def due_control_items(bench: Workbench) -> int:
    """Return how many more control items are needed to reach the office's share."""
    with bench.services.units.read() as unit:
        return due_by_share(unit, bench.desk.control_share)


def due_by_share(unit: UnitOfWork, share: float) -> int:
    """Return how many more control items are needed to reach this share of all cases."""
    controls, others = unit.figures.control_count()
    if share <= 0:
        return 0
    return max(0, int(others * share / (1 - share)) - controls)


def insert_control_items(
    bench: Workbench, caller: Caller, *, limit: int = MOST_AT_ONCE
) -> tuple[CaseId, ...]:
    """Insert the control items that are due, at most `limit`. Raises NotPermittedError.

    Inserts nothing while no tenprint search has led to a link.
    """
    caller.actor.require(Scope.RESOLVE)
    count = min(limit, due_control_items(bench))
    made = (_insert_one(bench, caller) for _ in range(count))
    return tuple(case_id for case_id in made if case_id is not None)


def _insert_one(bench: Workbench, caller: Caller) -> CaseId | None:
    source = _random_capture(bench)
    if source is None:
        return None
    probe = Probe(source.impressions, Details())
    weighed = weigh(bench.services, SearchType.TP_TP, probe)
    non_mates = [c for c in weighed.candidates if c.person_id != source.person_id]
    # A person may be enrolled twice, so a candidate counts as a non-mate only if the prints are
    # evidence against it.
    safe = [c for c in non_mates if c.evidence.biometric_bits < 0]
    if not safe:
        return None
    return _store(bench, caller, source, weighed, safe)


def _random_capture(bench: Workbench) -> Encounter | None:
    """Return a random capture: the next one after a new random id, since all ids are random."""
    start = EncounterId(bench.services.surroundings.new_id())
    with bench.services.units.read() as unit:
        for after in (start, EncounterId("")):
            for encounter_id in unit.figures.linked_captures(after=after, limit=_LOOKED_AT):
                encounter = unit.encounters.get(encounter_id)
                if encounter is not None:
                    return encounter
    return None


def _store(
    bench: Workbench, caller: Caller, source: Encounter, weighed: Weighed, chosen: list[Candidate]
) -> CaseId:
    services = bench.services
    new_id, now = services.surroundings.new_id, services.surroundings.clock()
    search = Search(
        search_id=SearchId(new_id()),
        search_type=SearchType.TP_TP,
        force=NO_FORCE,
        submitted_by=caller.actor.user_id,
        on_behalf_of="",
        purpose=caller.purpose,
        submitted_at=now,
        basis=weighed.basis,
        state=SearchState.EXAMINING,
        # The search uses the probe's pictures, and is erased together with its donor.
        encounter_id=source.encounter_id,
    )
    case = Case(
        case_id=CaseId(new_id()),
        search_id=search.search_id,
        force=NO_FORCE,
        activity=Activity.TENPRINT_CHECK,
        state=CaseState.WAITING,
        opened_at=now,
        revision=new_id(),
        ready_at=now,
    )
    ranked = [replace(candidate, rank=rank) for rank, candidate in enumerate(chosen, 1)]
    with services.units.write() as unit:
        unit.searches.add(search, weighed.probe, ranked)
        unit.cases.add(case)
        event = ControlInserted(search.search_id, case.case_id, len(ranked))
        record(unit, services.surroundings, caller, event, case)
        unit.commit()
    return case.case_id
