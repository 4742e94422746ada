"""Roles, scopes, the purposes that callers state, and the decisions that take two people."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import NotPermittedError
from domain.ids import ClientKeyId, ForceCode, TokenId, UserId


class Role(StrEnum):
    """The role of a caller."""

    FORCE = "force"
    EXAMINER = "examiner"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    COURT_FEED = "court-feed"
    """The system that brings what courts tell; it has no account, and reads nothing."""
    CASE_OFFICER = "case-officer"
    """Answers requests about people, in the name of the office."""
    AGENCY = "agency"
    """Makes requests on behalf of an agency, within its agreement."""
    PUBLIC_PAGES = "public-pages"
    """The system that shows forms to the public. It has no account, and reads no record."""
    KEYER = "keyer"
    """Keys frames of old records."""
    RECONCILER = "reconciler"
    """Settles keyings, and matches frames to records in the name of the office."""
    SAMPLER = "sampler"
    """Compares samples of converted records with their frames."""
    REFERRAL_BODY = "referral-body"
    """Answers referrals of applications for work with children, and has access to nothing else."""


class Scope(StrEnum):
    """A permission that a token carries."""

    ENROL = "encounters:write"
    SEARCH = "searches:write"
    READ_SEARCHES = "searches:read"
    NAMES_ENQUIRY = "names:search"
    EXAMINE = "cases:work"
    RESOLVE = "cases:resolve"
    READ_EVIDENCE = "evidence:read"
    READ_LINKS = "links:read"
    REVOKE_LINKS = "links:revoke"
    READ_LOG = "log:read"
    READ_CONSULTATIONS = "consultations:read"
    READ_RECORDS = "records:read"
    AMEND_RECORDS = "records:amend"
    BEGIN_RECORDS = "records:begin"
    TELL_MATTERS = "matters:tell"
    READ_FIGURES = "figures:read"
    ERASE = "people:erase"
    RESTRICT = "people:restrict"
    READ_RESTRICTIONS = "restrictions:read"
    READ_RESTRICTED = "restrictions:evidence"
    DECIDE_DELETIONS = "deletions:decide"
    MERGE = "people:merge"
    OPERATE = "service:operate"
    WEBHOOKS = "webhooks:keep"
    WORK_REQUESTS = "requests:work"
    READ_REQUESTS = "requests:read"
    CARRY_APPLICATIONS = "applications:carry"
    ASK_AS_AGENCY = "agencies:ask"
    KEEP_AGREEMENTS = "agreements:keep"
    READ_AGREEMENTS = "agreements:read"
    KEEP_LOTS = "conversion:keep"
    SCAN_FRAMES = "conversion:scan"
    KEY_FRAMES = "conversion:key"
    SETTLE_FRAMES = "conversion:settle"
    READ_SAMPLES = "conversion:sample"
    SEE_FRAMES = "conversion:see"
    READ_CONVERSION = "conversion:read"
    ANSWER_REFERRALS = "referrals:answer"


ROLE_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.FORCE: frozenset(
        {Scope.ENROL, Scope.SEARCH, Scope.READ_SEARCHES, Scope.NAMES_ENQUIRY, Scope.READ_LINKS}
        | {Scope.READ_RECORDS, Scope.AMEND_RECORDS, Scope.BEGIN_RECORDS, Scope.WEBHOOKS}
        | {Scope.READ_RESTRICTIONS, Scope.READ_RESTRICTED, Scope.DECIDE_DELETIONS}
    ),
    Role.EXAMINER: frozenset({Scope.EXAMINE}),
    Role.SUPERVISOR: frozenset(
        {Scope.RESOLVE, Scope.READ_LINKS, Scope.REVOKE_LINKS, Scope.ERASE, Scope.MERGE}
        | {Scope.RESTRICT, Scope.READ_RESTRICTIONS}
        | {Scope.READ_FIGURES, Scope.READ_CONSULTATIONS}
        | {Scope.KEEP_LOTS, Scope.SCAN_FRAMES, Scope.SEE_FRAMES, Scope.READ_CONVERSION}
    ),
    Role.AUDITOR: frozenset(
        {Scope.READ_EVIDENCE, Scope.READ_LINKS, Scope.READ_LOG}
        | {Scope.READ_FIGURES, Scope.READ_RECORDS, Scope.READ_CONSULTATIONS}
        | {Scope.READ_REQUESTS, Scope.READ_AGREEMENTS, Scope.SEE_FRAMES, Scope.READ_CONVERSION}
    ),
    Role.ADMINISTRATOR: frozenset({Scope.OPERATE, Scope.READ_FIGURES}),
    Role.CASE_OFFICER: frozenset(
        {Scope.WORK_REQUESTS, Scope.READ_REQUESTS, Scope.SEARCH, Scope.NAMES_ENQUIRY}
        | {Scope.READ_SEARCHES, Scope.KEEP_AGREEMENTS, Scope.READ_AGREEMENTS}
        | {Scope.BEGIN_RECORDS, Scope.TELL_MATTERS}
    ),
    Role.AGENCY: frozenset({Scope.ASK_AS_AGENCY}),
    Role.PUBLIC_PAGES: frozenset({Scope.CARRY_APPLICATIONS}),
    Role.KEYER: frozenset({Scope.KEY_FRAMES, Scope.SEE_FRAMES}),
    Role.RECONCILER: frozenset(
        {Scope.SETTLE_FRAMES, Scope.SEARCH, Scope.NAMES_ENQUIRY, Scope.READ_SEARCHES}
        | {Scope.SEE_FRAMES, Scope.READ_CONVERSION}
    ),
    Role.SAMPLER: frozenset({Scope.READ_SAMPLES, Scope.SEE_FRAMES}),
    Role.REFERRAL_BODY: frozenset({Scope.ANSWER_REFERRALS}),
    Role.COURT_FEED: frozenset({Scope.TELL_MATTERS}),
}
"""The scopes that each role may hold. A token may carry fewer."""

ROLES_OF_FORCES = frozenset(
    {Role.FORCE, Role.CASE_OFFICER, Role.RECONCILER, Role.PUBLIC_PAGES, Role.COURT_FEED}
)
"""Roles whose accounts name a force. Case officers and reconcilers search for their office."""

ROLES_OF_SYSTEMS = frozenset({Role.PUBLIC_PAGES, Role.COURT_FEED})
"""Roles that only systems hold, by means of tokens."""

CLIENT_ROLES = (Role.FORCE, Role.PUBLIC_PAGES, Role.AGENCY, Role.COURT_FEED)
"""The roles of clients. All scopes of a client belong to one of these roles."""


class Purpose(StrEnum):
    """The reason stated with every call: the code in the header `X-Purpose`."""

    ARREST = "arrest"
    CRIME_SCENE = "crime-scene"
    IDENTITY_CHECK = "identity-check"
    EXAMINATION = "examination"
    SUPERVISION = "supervision"
    AUDIT = "audit"
    RECORD_MANAGEMENT = "record-management"
    SUBJECT_ACCESS = "subject-access"
    DELETION = "deletion"
    INTERNATIONAL_EXCHANGE = "international-exchange"
    APPLICATION = "application"
    """A person's request to the office about themselves."""
    AGENCY_SERVICE = "agency-service"
    OPERATIONS = "operations"


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller, as established by authentication only."""

    user_id: UserId
    role: Role
    force: ForceCode | None
    scopes: frozenset[Scope]

    @property
    def tenant(self) -> ForceCode | None:
        """The only force whose rows the actor can reach, or None for staff of the office.

        None also for a reconciler, who searches for one force and writes to the records of all.
        """
        return None if self.role is Role.RECONCILER else self.force

    def require(self, scope: Scope) -> None:
        """Raise NotPermittedError unless the actor holds this scope."""
        if scope not in self.scopes:
            raise NotPermittedError("Your role or token does not permit this call.")


@dataclass(frozen=True, slots=True)
class Caller:
    """An actor, the stated purpose, and the person on whose behalf the actor calls."""

    actor: Actor
    purpose: Purpose
    on_behalf_of: str = ""
    request_id: str = ""

    def require_force(self) -> ForceCode:
        """Return the force of the actor. Raises NotPermittedError if there is none."""
        if self.actor.force is None:
            raise NotPermittedError("Only a force can make this call.")
        return self.actor.force


def service_itself(name: str, purpose: Purpose) -> Caller:
    """Return the service itself under a name, for its own steps. It has no scopes and no token."""
    return Caller(Actor(UserId(name), Role.ADMINISTRATOR, None, frozenset()), purpose)


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token as stored: the SHA-256 of its secret, not the secret itself."""

    token_id: TokenId
    secret_sha256: str
    actor: Actor
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    """When access ended, because the token, its client's key or the client was revoked."""
    client_key_id: ClientKeyId | None = None
    """The key with which the client obtained this token; None for a token issued by hand."""


# Whoever issues tokens can invent callers. A decision is therefore truly made by two people only
# if no token can take part in it. People decide when they are signed in to their own accounts.


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
