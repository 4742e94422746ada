"""Workers over the services of a world, in the process of the test."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from httpx2 import Response

from service.api.searches.batches import line_reader
from service.usecases.leasing import WorkerPolicy
from service.usecases.messages.deliveries import Carriers, Courier
from service.usecases.searches.batch_lines import BatchWorker, ReadLine, work_batches
from service.usecases.services import Services
from tests.integration.api.driver import World
from tests.integration.api.prints import tenprint

NDJSON = "application/x-ndjson"


def search_line(person: int, *, capture: int = 3) -> dict[str, Any]:
    """Return a tenprint search with a new capture of a person, as a line of a batch."""
    return {"search_type": "TP/TP", "impressions": tenprint(person, capture=capture)}


def ndjson(*lines: dict[str, Any] | bytes) -> bytes:
    """Return the lines as a body; bytes are sent unchanged."""
    texts = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return b"\n".join(texts) + b"\n"


def submit(world: World, body: bytes, *, force: str = "01", **options: str) -> Response:
    """Submit a batch; `options` are the priority, the reference and the idempotency key."""
    named = {"Content-Type": NDJSON}
    if "key" in options:
        named["Idempotency-Key"] = options["key"]
    if "reference" in options:
        named["X-Reference"] = options["reference"]
    path = f"/v1/search-batches?priority={options.get('priority', 'routine')}"
    user = world.force(force)
    return world.client.post(path, content=body, headers={**user.headers, **named})


def later(services: Services, by: timedelta) -> Services:
    """Return the services with a clock that is ahead."""
    clock = services.surroundings.clock
    return replace(
        services, surroundings=replace(services.surroundings, clock=lambda: clock() + by)
    )


def searcher(
    services: Services,
    *,
    read: ReadLine | None = None,
    policy: WorkerPolicy | None = None,
    note: Callable[[BaseException], None] = lambda _error: None,
) -> BatchWorker:
    """Return a running worker."""
    read = read or line_reader(services.prints)
    return BatchWorker(services, read, policy or WorkerPolicy(), threading.Event(), note)


def work_all(worker: BatchWorker) -> int:
    """Work until nothing is due and return the number of leased jobs."""
    leased = 0
    while now := work_batches(worker):
        leased += now
    return leased


def deliver(courier: Courier) -> int:
    """Send the due messages whose turn it is and return their number."""
    with Carriers(courier) as carriers:
        return carriers.round()


def lines_of(world: World, batch_id: str, *, force: str = "01") -> list[dict[str, Any]]:
    """Return all lines of a batch as its force reads them."""
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        path = f"/v1/search-batches/{batch_id}/lines?limit=200&after={after}"
        page = world.force(force).get(path).json()
        found.extend(page["lines"])
        after = page["next_after"]
    return found
