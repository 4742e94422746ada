"""The compliance audit pack: facts for an inspectorate, made by one command.

Samples are drawn with a seed from everything that ended in the period, so the inspectorate can
choose the seed and draw them again. Nothing names a person, a requester or an examiner.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from domain.access.access import Caller, Scope
from domain.conversion.acceptance import interval
from domain.conversion.form import ErrorClass
from domain.conversion.frames import LotVerdict
from domain.errors import InvalidInputError
from domain.events.catalogue import looks
from domain.events.looking import CallRefused, Listed
from domain.events.publication import AuditPackMade
from domain.office_days import beginning_of, days_after
from domain.publication import Timeliness
from service.storage.publication.releases import Ended, OpenNotice, Use
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

_MOST_CASES = 1_000_000


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """The period, the seed and the sample size for each service."""

    first: date
    last: date
    seed: int
    sample: int = 10


@dataclass(frozen=True, slots=True)
class ServiceTimes:
    """How often a service met its legal deadline."""

    service: str
    in_time: int
    late: int
    no_clock: int


@dataclass(frozen=True, slots=True)
class ClassAccuracy:
    """The errors that samplers found in fields of old records, by the verdict on the lots."""

    verdict: LotVerdict
    error_class: ErrorClass
    read: int
    errors: int
    low: float
    """The lower end of the exact 95 % interval of the proportion of errors, treating the fields as
    one sample; `high` is the upper end."""
    high: float


@dataclass(frozen=True, slots=True)
class ConversionAccuracy:
    """The accuracy of conversion: lots decided, errors found, and how many planted errors samplers
    noticed.
    """

    lots: tuple[tuple[str, int], ...]
    classes: tuple[ClassAccuracy, ...]
    seeded: int
    found: int
    """The number of seeded errors that the samplers found."""


@dataclass(frozen=True, slots=True)
class AuditPack:
    """The content of the pack, before it is written to files."""

    question: AuditQuestion
    log_size: int
    """The size of the log in the snapshot from which the pack was counted."""
    samples: tuple[Ended, ...]
    times: tuple[ServiceTimes, ...]
    use: tuple[Use, ...]
    opinions: tuple[tuple[str, int], ...]
    """Cases examined twice, by whether the two examiners agreed."""
    notices: tuple[OpenNotice, ...]
    controls: tuple[tuple[str, int], ...]
    """Control items, by the outcome that examiners gave."""
    conversion: ConversionAccuracy


def gather(services: StoreServices, caller: Caller, question: AuditQuestion) -> AuditPack:
    """Read the whole content of a pack in one snapshot.

    Raises NotPermittedError, InvalidInputError for a period that ends before it begins.
    """
    caller.actor.require(Scope.READ_LOG)
    if question.last < question.first:
        raise InvalidInputError(
            "The period ends before it begins: correct the first or the last day.", pointer="/last"
        )
    since = beginning_of(question.first)
    until = beginning_of(days_after(question.last))
    with services.units.read() as unit:
        ended = unit.audit_rows.ended(question.first, question.last)
        types = looks() | {Listed.event_type, CallRefused.event_type}
        return AuditPack(
            question,
            unit.events.size(),
            _drawn(ended, question),
            _times(ended),
            unit.audit_rows.use(types, since, until),
            _opinions(unit, since, until),
            unit.audit_rows.open_notices(),
            _controls(unit, since, until),
            _conversion(unit, since, until),
        )


def _drawn(ended: Sequence[Ended], question: AuditQuestion) -> tuple[Ended, ...]:
    """Draw a sample for each service. The same seed draws the same sample from the same cases."""
    rng = np.random.Generator(np.random.Philox(question.seed))
    drawn: list[Ended] = []
    for service in sorted({one.service for one in ended}):
        frame = [one for one in ended if one.service == service]
        size = min(question.sample, len(frame))
        places = sorted(rng.choice(len(frame), size=size, replace=False).tolist())
        drawn += [frame[place] for place in places]
    return tuple(drawn)


def _times(ended: Sequence[Ended]) -> tuple[ServiceTimes, ...]:
    counts = Counter((one.service, one.timeliness) for one in ended)
    return tuple(
        ServiceTimes(service, *(counts[service, kind.value] for kind in Timeliness))
        for service in sorted({one.service for one in ended})
    )


def _opinions(unit: UnitOfWork, since: datetime, until: datetime) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for pair in unit.figures.opinions(since=since, until=until, limit=_MOST_CASES):
        agrees = pair.first is pair.second and pair.is_same_person
        counts["agreed" if agrees else "differed"] += pair.count
    return tuple(sorted(counts.items()))


def _controls(unit: UnitOfWork, since: datetime, until: datetime) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for one in unit.competence.controls(since=since, until=until, limit=_MOST_CASES):
        counts[one.outcome.value] += 1
    return tuple(sorted(counts.items()))


def _conversion(unit: UnitOfWork, since: datetime, until: datetime) -> ConversionAccuracy:
    lots = unit.audit_rows.lots(since, until)
    read = unit.audit_rows.read_units(since, until)
    seeded = [one for one in read if one.is_seeded]
    return ConversionAccuracy(
        tuple((verdict.value, lots[verdict]) for verdict in LotVerdict if verdict in lots),
        tuple(
            ClassAccuracy(
                one.verdict, one.error_class, one.read, one.wrong, *interval(one.wrong, one.read)
            )
            for one in read
            if not one.is_seeded
        ),
        sum(one.read for one in seeded),
        sum(one.wrong for one in seeded),
    )


def put_on_record(
    services: StoreServices, caller: Caller, pack: AuditPack, sums_sha256: str
) -> None:
    """Log that a pack was made, with the digest of its checksum file. Raises NotPermittedError."""
    caller.actor.require(Scope.READ_LOG)
    event = AuditPackMade(
        sums_sha256,
        pack.question.first.isoformat(),
        pack.question.last.isoformat(),
        seed=pack.question.seed,
        samples=len(pack.samples),
        on_log_size=pack.log_size,
    )
    with services.units.begin() as unit:
        record(services, unit, caller, event)


def is_on_record(services: StoreServices, sums_sha256: str) -> bool:
    """Whether the log has the event of a pack with this checksum digest."""
    with services.units.read() as unit:
        return unit.audit_rows.has_pack(sums_sha256)
