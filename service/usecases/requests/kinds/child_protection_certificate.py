"""A person asks for a certificate for work with children abroad; two people decide.

Spent convictions and old cautions are stated: the rule set, which is synthetic here, leaves out
nothing that it can read. The office holds no intelligence. So a body outside the office is asked
first; it objects or names markers. Without its answer nothing is released. People always make the
decision.
"""

from collections.abc import Sequence
from datetime import date

from domain.errors import InvalidInputError
from domain.requests.releasing import HeldConviction
from domain.requests.requests import PartyKind, ReplyOutcome, Request
from domain.restrictions import UsePurpose
from rules.step_down import step_down, step_down_rules
from service.usecases.requests.kind import Assessed, Finding, Ground, Kind
from service.usecases.requests.kinds import police_certificate

NAME = "child-protection-certificate"
RULES = "child-protection-synthetic/1"

ORGANISATION = "organisation"
"""A fact in the application: the organisation abroad that the person is to work for."""


def _may_ask(request: Request) -> None:
    police_certificate.may_ask(request)
    facts = dict(request.ask.facts) if request.ask else {}
    if not facts.get(ORGANISATION, "").strip():
        raise InvalidInputError(
            "State the organisation that the applicant is to work for.",
            pointer=f"/facts/{ORGANISATION}",
        )


def _compute(held: Sequence[HeldConviction], on: date) -> tuple[Assessed, ...]:
    rules = step_down_rules(RULES)
    found = ((one, step_down(one.conviction, on, rules)) for one in held)
    return tuple(Assessed(one, down.stated.value, down.rule) for one, down in found)


def _says(found: Finding) -> ReplyOutcome:
    return police_certificate.says_by(found, step_down_rules(RULES))


KIND = Kind(
    name=NAME,
    title="Child protection certificate",
    may_ask=_may_ask,
    compute=_compute,
    gives=police_certificate.gives,
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
    says=_says,
    doubt_from=police_certificate.DOUBT_FROM,
    is_certified=True,
    rule_set=RULES,
    is_referred=True,
)
