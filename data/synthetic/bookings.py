"""Bookings: the person, the identity given, the time, and the recorded details."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import numpy as np

from data.synthetic import captures
from data.synthetic.counters import Draws, Purpose, Stream, uniforms
from data.synthetic.facts import People, PersonFacts, circumstances, encounter_ids
from data.synthetic.households import BLOCK
from data.synthetic.mistakes import DRAWS_EACH, said_details
from data.synthetic.names.tables import origin_tables
from data.synthetic.parameters import MistakeParameters, Parameters
from data.synthetic.residence import area_of, postcode, street_line
from domain.arrays import Float64s, Int64s
from domain.ids import EncounterId, ForceCode
from domain.people.people import Address, Details

_INVENTED_AGE_DAYS = 2_200
"""Most days between an invented and the true date of birth. Set by hand: about six years."""

_PROBE_DAYS = 365
"""Later captures are made within this many days after the reference date."""


class Claim(StrEnum):
    """Whose identity is given at a booking."""

    HONEST = "honest"
    BORROWED = "borrowed"
    """The identity of another person of the same population."""
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Booking:
    """One capture of one person, without its prints."""

    number: int
    capture: int
    encounter_id: EncounterId
    force: ForceCode
    captured_at: datetime
    said: Details
    claim: Claim
    borrowed_from: int | None
    """The number of the person whose identity was borrowed; None for other claims."""
    booking_effect: float
    """Standard normal. If positive, a careless booking: it affects prints and recorded details."""


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """The inputs shared by all bookings with one capture number."""

    seed: int
    people: People
    capture: int
    parameters: Parameters

    @property
    def is_later(self) -> bool:
        """Whether the capture came after the enrolled file was complete, so that it is a probe."""
        return self.capture >= captures.FIRST_LATER_CAPTURE


def bookings(desk: Desk, numbers: Int64s, claim: Claim | None = None) -> list[Booking]:
    """Return one booking of each of these people (int64 (n,), all within `desk.people`).

    `claim` applies to all; without it, each booking draws one by the share of false identities.
    """
    stream = Stream(desk.seed, Purpose.SAID, DRAWS_EACH, desk.capture)
    said_draws = uniforms(stream.words_at(numbers)).tolist()
    capture_rows = captures.capture_draws(desk.seed, numbers, desk.capture)
    effects = captures.booking_effects(capture_rows).tolist()
    ids = encounter_ids(desk.seed, numbers, desk.capture)
    captured = _captured_at(desk, numbers, capture_rows)
    return [
        _booking(desk, number, _Row(draws, effect, encounter_id, at), claim)
        for number, draws, effect, encounter_id, at in zip(
            numbers.tolist(), said_draws, effects, ids, captured, strict=True
        )
    ]


@dataclass(frozen=True, slots=True)
class _Row:
    draws: list[float]
    effect: float
    encounter_id: EncounterId
    captured_at: datetime


def _booking(desk: Desk, number: int, row: _Row, claim: Claim | None) -> Booking:
    at = number - desk.people.start
    mistakes = desk.parameters.mistakes
    if claim is None:
        claim = _drawn_claim(row.draws, mistakes)
    draws = Draws(row.draws[_CLAIM_DRAWS:])
    facts, borrowed_from = _identity(desk.people, at, claim, row.draws[2])
    if claim is Claim.INVENTED:
        facts = _invented(facts, draws)
    how = circumstances(row.effect, is_later=desk.capture > 0, mistakes=mistakes)
    return Booking(
        number=number,
        capture=desk.capture,
        encounter_id=row.encounter_id,
        force=desk.people.residence.forces[at],
        captured_at=row.captured_at,
        said=said_details(facts, draws, how),
        claim=claim,
        borrowed_from=borrowed_from,
        booking_effect=row.effect,
    )


_CLAIM_DRAWS = 3
"""Draws before the statement: whether the identity is false, whether borrowed, its owner."""


def _drawn_claim(draws: list[float], mistakes: MistakeParameters) -> Claim:
    if draws[0] >= mistakes.false_identity_share:
        return Claim.HONEST
    return Claim.BORROWED if draws[1] < mistakes.borrowed_share else Claim.INVENTED


def _identity(
    people: People, at: int, claim: Claim, draw: float
) -> tuple[PersonFacts, int | None]:
    """Return the facts given and, for a borrowed identity, the number of the person who owns it.

    The owner is of the same sex and block, so the choice does not depend on the number of people.
    Members of the household are chosen first, because people know the details of relatives by
    heart.
    """
    own = people.facts[at]
    if claim is not Claim.BORROWED:
        return own, None
    first = at // BLOCK * BLOCK
    others = [
        row
        for row in range(first, first + BLOCK)
        if row != at and people.facts[row].is_male == own.is_male
    ]
    head = people.households.heads[at]
    kin = [row for row in others if people.households.heads[row] == head]
    # A block with only one sex is practically impossible. In that case the sex is ignored.
    choices = kin or others or [first + (at - first + 1) % BLOCK]
    owner = choices[int(draw * len(choices))]
    return people.facts[owner], people.start + owner


def _invented(facts: PersonFacts, draws: Draws) -> PersonFacts:
    """Return the facts of an invented person: another name and birth date, no identifiers."""
    tables = origin_tables()[facts.origin]
    forenames = tables.male if facts.is_male else tables.female
    shift = 1 + draws.index(_INVENTED_AGE_DAYS)
    area = area_of(facts.address.postcode) or "ZZ"
    line = street_line(draws.uniform(), draws.uniform())
    return replace(
        facts,
        forename=forenames.draw_one(draws.uniform()),
        middle_names="",
        surname=tables.surnames.draw_one(draws.uniform()),
        maiden_surname="",
        known_as="",
        birth_day=facts.birth_day + draws.choice((-shift, shift)),
        address=Address(line, facts.address.town, postcode(area, draws.uniform())),
        former_address=None,
        pnc_id="",
        cro_number="",
    )


def _captured_at(desk: Desk, numbers: Int64s, draws: Float64s) -> list[datetime]:
    """Return the capture times in UTC, to the minute."""
    first = desk.people.vitals.booking_days[numbers - desk.people.start]
    reference = desk.parameters.population.reference_date.toordinal()
    shares = captures.booked_after_share(draws, desk.capture)
    delays = draws[:, 3] * _PROBE_DAYS if desk.is_later else np.zeros(len(draws))
    days = first + np.floor((reference - first) * shares + delays).astype(np.int64)
    minutes = (draws[:, 44] * 1440).astype(np.int64)
    epoch = datetime(1, 1, 1, tzinfo=UTC)
    return [
        epoch + timedelta(days=day - 1, minutes=minute)
        for day, minute in zip(days.tolist(), minutes.tolist(), strict=True)
    ]
