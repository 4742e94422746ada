"""Certificates that a person asks for: for another country, or for work with children abroad."""

from collections.abc import Sequence
from datetime import date

from domain.errors import InvalidInputError
from domain.requests.certificates import check_printable
from domain.requests.releasing import Destination, HeldConviction, HoldBack
from domain.requests.requests import PartyKind, ReplyOutcome, Request
from domain.restrictions import UsePurpose
from rules.step_down import Stated, StepDownRules, step_down, step_down_rules
from service.usecases.requests.kind import Assessed, Finding, Ground, Kind, Objection
from service.usecases.requests.matters import matters_of

COUNTRIES = "countries"
"""A fact in the application: the countries that the certificate is for, separated by commas."""
DECEASED = "deceased"
"""A fact in the application: `yes` if the person is dead."""

DOUBT_FROM = 5e-5
"""The posterior from which a candidate leaves doubt. It is far below the lowest posterior shown
in enquiries, because the costly error here is to miss a person. Set by hand: with 1e-4, the
trial of 10,000 applications (`python -m benchmarks services --trial 10000`) missed one person,
at 8.5e-5."""

_SETTLED = frozenset(
    {ReplyOutcome.INFORMATION, ReplyOutcome.NOTHING_TO_GIVE, ReplyOutcome.NO_RECORD}
)
"""The outcomes of a search that left no doubt about the person."""


def _may_ask_for_certificate(request: Request) -> None:
    ask = request.ask
    if ask is None or not ask.subject.names:
        raise InvalidInputError("Enter the applicant's name.", pointer="/subject/names")
    for name in ask.subject.names:
        check_printable(name.display)
    if not ask.subject.dates_of_birth:
        raise InvalidInputError(
            "Enter the applicant's date of birth.", pointer="/subject/dates_of_birth"
        )
    born = ask.subject.dates_of_birth[0].earliest
    if born is not None and born > request.received_on:
        raise InvalidInputError(
            "The date of birth is after the application: correct it.",
            pointer="/subject/dates_of_birth/0",
        )
    check_printable(ask.subject.place_of_birth)
    if dict(ask.facts).get(DECEASED) == "yes":
        raise InvalidInputError(
            "The record says that the person has died, so no certificate can be issued: ask "
            "the force that owns the record."
        )


def _stepped_down(
    held: Sequence[HeldConviction], on: date, rules: StepDownRules | None = None
) -> tuple[Assessed, ...]:
    found = ((one, step_down(one.conviction, on, rules)) for one in held)
    return tuple(Assessed(one, down.stated.value, down.rule) for one, down in found)


def _gives(item: Assessed, destination: Destination) -> Objection | None:  # noqa: ARG001 - the form of a kind
    """Return why a certificate does not state a conviction."""
    if item.standing == Stated.LIVE.value:
        return None
    if item.standing == Stated.STEPPED_DOWN.value:
        return Objection(HoldBack.STEPPED_DOWN, item.rule)
    return Objection(HoldBack.STANDING_UNKNOWN, item.rule)


def says(found: Finding, rules: StepDownRules | None = None) -> ReplyOutcome:
    """Return the outcome, by `rules` or the newest rules.

    Matters in arrest reports count, and matters that no rule can read prevent a certificate.
    """
    if found.outcome not in _SETTLED:
        return found.outcome
    matters = matters_of(found.records, found.asked, found.on, rules)
    is_unknown = matters.is_unread or HoldBack.STANDING_UNKNOWN in found.held_back
    # If a matter is restricted, neither "nothing is held" nor "this is all" would be true.
    if is_unknown or found.is_restricted:
        return ReplyOutcome.NOT_CERTIFIABLE
    is_stated = found.outcome is ReplyOutcome.INFORMATION or bool(found.markers)
    if is_stated or matters.stated or matters.pending:
        return ReplyOutcome.INFORMATION
    is_held = any(reason is not HoldBack.DELETED for reason in found.held_back)
    if is_held or matters.is_more_held:
        return ReplyOutcome.NOTHING_TO_GIVE
    return ReplyOutcome.NO_RECORD


POLICE_CERTIFICATE = Kind(
    name="police-certificate",
    title="Police certificate",
    may_ask=_may_ask_for_certificate,
    compute=_stepped_down,
    gives=_gives,
    askers=frozenset({PartyKind.PERSON}),
    purposes=frozenset({UsePurpose.OWN_REQUEST}),
    deciders=2,
    clock="certificate",
    grounds=(
        Ground("identity-not-shown", "The identity of the applicant was not shown"),
        Ground("not-the-person", "The applicant is not the person, and does not act for them"),
        Ground("no-purpose", "The certificate is asked for by somebody else, or for no country"),
    ),
    says=says,
    doubt_from=DOUBT_FROM,
    is_certified=True,
)
"""A person asks for a certificate of their record for another country; two people decide.

By policy, not by law, old and minor matters step down: they are no longer stated, counted or
dated. The rule set for this is synthetic here. Matters that no rule can read are never stepped
down: until a person has decided on them, nothing is certified. *No Trace* requires a complete
search that left no doubt, because only then may an answer say "no record".
"""


RULES = "child-protection-synthetic/1"

ORGANISATION = "organisation"
"""A fact in the application: the organisation abroad that the person is to work for."""


def _may_ask(request: Request) -> None:
    _may_ask_for_certificate(request)
    facts = dict(request.ask.facts) if request.ask else {}
    if not facts.get(ORGANISATION, "").strip():
        raise InvalidInputError(
            "State the organisation that the applicant is to work for.",
            pointer=f"/facts/{ORGANISATION}",
        )


CHILD_PROTECTION_CERTIFICATE = Kind(
    name="child-protection-certificate",
    title="Child protection certificate",
    may_ask=_may_ask,
    compute=lambda held, on: _stepped_down(held, on, step_down_rules(RULES)),
    gives=_gives,
    askers=frozenset({PartyKind.PERSON}),
    purposes=frozenset({UsePurpose.WORK_WITH_CHILDREN}),
    deciders=2,
    clock="certificate",
    grounds=(
        Ground("identity-not-shown", "The identity of the applicant was not shown"),
        Ground("not-the-person", "The applicant is not the person, and does not act for them"),
        Ground("no-such-work", "The certificate is for no work with children abroad"),
        Ground("not-issued", "No certificate is issued"),
    ),
    says=lambda found: says(found, step_down_rules(RULES)),
    doubt_from=DOUBT_FROM,
    is_certified=True,
    rule_set=RULES,
    is_referred=True,
)
"""A person asks for a certificate for work with children abroad; two people decide.

Spent convictions and old cautions are stated: the rule set, which is synthetic here, leaves out
nothing that it can read. The office holds no intelligence. So a body outside the office is asked
first; it objects or names markers. Without its answer nothing is released. People always make the
decision.
"""
