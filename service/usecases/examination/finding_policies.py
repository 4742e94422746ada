"""The office's policy on findings: read, and set as a new version with an event."""

from __future__ import annotations

from domain.access import Caller, Scope
from domain.events.examination import FindingPolicySet
from domain.finding_policy import FindingPolicy, PolicyVersion
from domain.ids import PolicyId
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def finding_policy(services: StoreServices) -> PolicyVersion:
    """Return the policy on findings in force."""
    with services.units.read() as unit:
        return unit.findings.policy()


def set_finding_policy(
    services: StoreServices, caller: Caller, policy: FindingPolicy
) -> PolicyVersion:
    """Set the policy on findings sealed from now on; the one in force again changes nothing.

    Raises NotPermittedError, ConflictError (another was set meanwhile).
    """
    caller.actor.require(Scope.OPERATE)
    with services.units.write() as unit:
        held = unit.findings.policy()
        if held.policy == policy:
            return held
        policy_id = PolicyId(services.surroundings.new_id())
        made = PolicyVersion(
            policy=policy,
            version=held.version + 1,
            policy_id=policy_id,
            set_by=caller.actor.user_id,
            set_at=services.surroundings.clock(),
        )
        unit.findings.set_policy(made)
        event = FindingPolicySet(
            policy_id,
            made.version,
            mark_point_pairs=policy.mark_point_pairs,
            needs_prints=policy.needs_prints,
            tenprint_point_pairs=policy.tenprint_point_pairs,
            analysed_minutiae=policy.analysed_minutiae,
        )
        record(unit, services.surroundings, caller, event)
        unit.commit()
    return made
