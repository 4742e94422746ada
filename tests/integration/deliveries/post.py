"""A store with endpoints of several forces and messages that wait for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.ids import EndpointId, ForceCode, JobId, Topic, UserId
from domain.jobs import Job, JobKind, JobState
from domain.webhooks import Endpoint
from service.storage.database import UnitsOfWork

TOPIC = Topic("search.concluded")


@dataclass(frozen=True, slots=True)
class Address:
    """An endpoint to add."""

    name: str
    force: str
    url: str


def post(units: UnitsOfWork, addresses: Sequence[Address], *, messages: int) -> None:
    """Add endpoints and queue so many messages for each."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    with units.write() as unit:
        for each in addresses:
            unit.webhooks.add(
                Endpoint(
                    EndpointId(each.name),
                    ForceCode(each.force),
                    each.url,
                    frozenset({TOPIC}),
                    UserId("custody"),
                    now,
                )
            )
        unit.jobs.queue([_message(each, number, now) for each in addresses
                         for number in range(1, messages + 1)])  # fmt: skip
        unit.commit()


def _message(to: Address, number: int, now: datetime) -> Job:
    return Job(
        job_id=JobId(f"{to.name}-{number}"),
        kind=JobKind.DELIVERY,
        group_id=to.name,
        number=number,
        force=ForceCode(to.force),
        turn_at=now + timedelta(milliseconds=number),
        not_before=now,
        topic=TOPIC,
        subject_ref=f"search-{number}",
    )


def states(units: UnitsOfWork, addresses: Sequence[Address]) -> dict[JobState, int]:
    """Return how many messages of these endpoints are in each state."""
    total: dict[JobState, int] = {}
    with units.read() as unit:
        for each in addresses:
            for state, count in unit.jobs.counts(JobKind.DELIVERY, each.name).items():
                total[state] = total.get(state, 0) + count
    return total
