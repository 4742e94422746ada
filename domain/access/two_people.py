"""The decisions that take two people, and the scopes that machines therefore never hold.

Whoever issues tokens can invent callers. A decision is therefore truly made by two people only if
no token can take part in it. People decide when they are signed in to their own accounts.
"""

from dataclasses import dataclass

from domain.access.access import ROLE_SCOPES, Actor, Role, Scope


@dataclass(frozen=True, slots=True)
class SharedDecision:
    """A decision in which no person may take two parts."""

    name: str
    parts: tuple[Scope, ...]
    """The scope of each part, in order."""


SHARED_DECISIONS = (
    SharedDecision("a link", (Scope.EXAMINE, Scope.EXAMINE)),
    SharedDecision("a case of two opinions", (Scope.EXAMINE, Scope.EXAMINE, Scope.RESOLVE)),
    SharedDecision("an erasure", (Scope.ERASE, Scope.ERASE)),
    SharedDecision("a purge", (Scope.ERASE, Scope.ERASE)),
    SharedDecision("a merge", (Scope.MERGE, Scope.MERGE)),
    SharedDecision("an answer to a request", (Scope.WORK_REQUESTS, Scope.WORK_REQUESTS)),
    SharedDecision("a review of what is kept", (Scope.WORK_REQUESTS, Scope.WORK_REQUESTS)),
    SharedDecision("a fact about a capture", (Scope.WORK_REQUESTS, Scope.WORK_REQUESTS)),
    SharedDecision("a matter of the inbox", (Scope.WORK_REQUESTS, Scope.WORK_REQUESTS)),
    SharedDecision("a dispute over a matter", (Scope.WORK_REQUESTS, Scope.WORK_REQUESTS)),
    SharedDecision("a review of a published answer", (Scope.WORK_REQUESTS, Scope.WORK_REQUESTS)),
    SharedDecision("a result under an ASN", (Scope.WORK_REQUESTS, Scope.WORK_REQUESTS)),
    SharedDecision("a deletion by a force", (Scope.DECIDE_DELETIONS, Scope.DECIDE_DELETIONS)),
    SharedDecision("a frame", (Scope.KEY_FRAMES, Scope.KEY_FRAMES, Scope.SETTLE_FRAMES)),
    SharedDecision("a frame's record", (Scope.SETTLE_FRAMES, Scope.SETTLE_FRAMES)),
    SharedDecision("a sample of frames", (Scope.KEY_FRAMES, Scope.READ_SAMPLES)),
)

_OF_ONE_PERSON = {Scope.REVOKE_LINKS, Scope.RESTRICT, Scope.KEEP_AGREEMENTS, Scope.KEEP_LOTS}
"""The scopes for decisions, releases and destructions that take one person."""

DECIDING = frozenset({part for one in SHARED_DECISIONS for part in one.parts} | _OF_ONE_PERSON)
"""The scopes that only people hold, never machines."""

PEOPLE_DECIDE = "Only people can decide this, signed in to their own accounts: a token cannot."

TRIAL = "one person can take both parts of a decision (IDENTLINK_TRIAL)."


def decides(role: Role) -> bool:
    """Whether accounts with this role take decisions, or vouch for accounts that do."""
    return role is Role.ADMINISTRATOR or bool(ROLE_SCOPES[role] & DECIDING)


def as_machine(actor: Actor) -> Actor:
    """Return the actor without the scopes for decisions."""
    return Actor(actor.user_id, actor.role, actor.force, actor.scopes - DECIDING)
