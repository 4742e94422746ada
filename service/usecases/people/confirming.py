"""The second supervisor's part in a merge, or in undoing one."""

from dataclasses import replace

from domain.access.access import Caller, Scope
from domain.events.people import PersonsMerged, PersonsUnmerged
from domain.examination.cases import Withdrawal
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.people.amending import join_nationalities
from service.usecases.people.ended_cases import withdraw_exemplars
from service.usecases.people.merging import same_person
from service.usecases.people.parting import part_matters
from service.usecases.services import Services


def confirm_merge(services: Services, caller: Caller, merge_id: str) -> int:
    """Confirm another person's proposal; return the number of captures moved.

    The next search finds them under the other person. Their records have the nationalities of both
    while they are one, so that States are told. Undoing a merge also parts the matters that were
    put on record meanwhile (`parting`). Raises NotPermittedError, NotFoundError,
    SelfVerificationError (the same person proposed it), ConflictError (already confirmed, or one
    of the two has meanwhile been merged).
    """
    caller.actor.require(Scope.MERGE)
    with services.units.write() as unit:
        # From here on nobody attaches a matter to either record.
        unit.events.lock_last_change()
        merge = replace(
            existing(unit.merges.get(merge_id)),
            confirmed_by=caller.actor.user_id,
            confirmed_at=services.surroundings.clock(),
        )
        moved = unit.merges.confirm(merge)
        gone = unit.findings.open_exemplars_from(unit.merges.origins(moved))
        withdraw_exemplars(services, unit, caller, gone, Withdrawal.MERGED)
        kind = PersonsUnmerged if merge.undoes else PersonsMerged
        event = kind(
            merge_id,
            merge.surviving,
            merge.absorbed,
            moved=tuple(moved),
            captures=len(moved),
            undoes=merge.undoes,
        )
        record(unit, services.surroundings, caller, event)
        for one in (merge.surviving, merge.absorbed):
            join_nationalities(services, unit, caller, same_person(unit, one))
        if merge.undoes is not None:
            part_matters(services, unit, caller, merge, moved)
        unit.commit()
    services.gallery.catch_up()
    return len(moved)
