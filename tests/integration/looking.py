"""What an examiner was shown, put on record as the service does when it serves a print."""

from __future__ import annotations

from domain.access.access import Caller
from domain.examination.finding_policy import ShownAs
from domain.ids import CaseId
from domain.prints.prints import FingerPosition, finger_pairs
from service.usecases.examination.claiming import PROBE_LABEL
from service.usecases.examination.prints import Showing, differing_labels, put_on_record
from service.usecases.examination.views import Exemplar
from service.usecases.services import Services


def look(
    services: Services, caller: Caller, case_id: CaseId, exemplar: Exemplar
) -> tuple[FingerPosition, ...]:
    """Show an examiner one finger of probe and exemplar, and return its position."""
    with services.units.read() as unit:
        case = unit.cases.get(case_id)
        assert case is not None
        probe = unit.searches.probe(case.search_id)
        assert probe is not None
        pair = finger_pairs(
            [one.position for one in probe.impressions],
            [one.position for one in exemplar.impressions],
        )[0]
    for label, position in ((PROBE_LABEL, pair.probe), (exemplar.label, pair.exemplar)):
        put_on_record(services, caller, case, Showing(label, position, ShownAs.IMAGE))
    return (pair.position,)


def look_at_difference(services: Services, supervisor: Caller, case_id: CaseId) -> None:
    """Show a supervisor the fingers of a difference that somebody identified."""
    with services.units.read() as unit:
        case = unit.cases.get(case_id)
        assert case is not None
        probe = unit.searches.probe(case.search_id)
        assert probe is not None
        named = {p for d in case.decisions if d.fingers for p in d.fingers.identified}
        ours = {one.position for one in probe.impressions}
        shown = [(PROBE_LABEL, position) for position in sorted(ours)]
        shown += [(label, p) for label in differing_labels(case) for p in sorted(named)]
    for label, position in shown:
        put_on_record(services, supervisor, case, Showing(label, position, ShownAs.IMAGE))
