"""A year of exchange through two installations: `python -m benchmarks exchange`.

Two stores, two keys, one clock that is turned day by day. Both tell each other of convictions, one
asks the other; amendments, dual nationals and people without prints are among them. On the way a
counterpart is down for days, transmissions are lost before and after they were taken, doubled and
reversed, and processes die before their commit. The figures are read from both stores at the end.

`--reconcile N` measures only the reconciliation, over N convictions that are put into one store
in bulk; of one in a thousand nothing was sent.

Signatures, sealing, log and commits are real, the network is a call in this process. No case
officer takes part: a request is answered the day after it came.
"""

from __future__ import annotations

import resource
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from benchmarks.exchanging.many import fill
from benchmarks.exchanging.offices import (
    FIRST_DAY,
    OURS,
    ROOT,
    THEIRS,
    Clock,
    Office,
    Wire,
    morning,
    opened_office,
    work_a_year,
)
from benchmarks.machine import private_bytes
from benchmarks.runner import Benchmark, Options
from domain.exchange.codes import Transport
from service.usecases.exchange.partners import RegisterPartner, register_partner
from service.usecases.exchange.reconciling import reconcile

_MOST_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class ExchangeOptions(Options):
    """The options of `python -m benchmarks exchange`."""

    scale: Annotated[float, "share of a year's volume"] = 0.01
    reconcile: Annotated[int, "instead of a year: reconcile so many convictions"] = 0
    seed: Annotated[int, "seed of what is drawn"] = 1
    store: Annotated[Path | None, "directory of the stores; default: temporary"] = None
    json: Annotated[Path | None, "file for the result", {"flags": ("--described",)}] = None


def reconciled(convictions: int, seed: int = 1, store: Path | None = None) -> dict[str, Any]:
    """Return how long the reconciliation of so many convictions takes, and whether it is right."""
    with ExitStack() as open_things:
        root = store or Path(open_things.enter_context(tempfile.TemporaryDirectory()))
        clock, wire = Clock(morning(FIRST_DAY)), Wire(np.random.default_rng([seed, 0]))
        office = open_things.enter_context(opened_office(root, (OURS, THEIRS), wire, clock, seed))
        began = time.perf_counter()
        planted = fill(office, convictions)
        filled = time.perf_counter() - began
        clock.now = morning(FIRST_DAY + timedelta(days=90))
        before = private_bytes()
        began, worked = time.perf_counter(), time.process_time()
        figures = reconcile(office.services, office.desk, ROOT).figures
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
    total = figures.total
    found = (total.due, total.unsent_past_due, total.acknowledged)
    return {
        "convictions": convictions,
        "due": total.due,
        "acknowledged": total.acknowledged,
        "unsent_past_due": total.unsent_past_due,
        "is_right": found == (planted.due, planted.untold, planted.due - planted.untold),
        "fill_seconds": round(filled, 1),
        "reconcile_seconds": round(seconds, 2),
        "reconcile_cpu_seconds": round(cpu_seconds, 2),
        "memory_before_mib": before >> 20,
        "memory_most_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }


def measured(scale: float, seed: int = 1, store: Path | None = None) -> dict[str, Any]:
    """Return the figures of a year at a scale."""
    with ExitStack() as open_things:
        root = store or Path(open_things.enter_context(tempfile.TemporaryDirectory()))
        clock = Clock(morning(FIRST_DAY))
        wire = Wire(np.random.default_rng([seed, 0]))
        ours, theirs = (
            open_things.enter_context(opened_office(root / states[0], states, wire, clock, seed))
            for states in ((OURS, THEIRS), (THEIRS, OURS))
        )
        for one, other in ((ours, theirs), (theirs, ours)):
            address = f"http://{other.desk.own.lower()}.example/"
            key = other.desk.signatures.public_key
            command = RegisterPartner(other.desk.own, Transport.SIGNED_HTTP, address, key)
            register_partner(one.services, one.desk, ROOT, command)
        started, worked = time.perf_counter(), time.process_time()
        work_a_year(ours, theirs, wire, clock, scale)
        seconds = time.perf_counter() - started
        cpu_seconds = time.process_time() - worked
        return _figures(ours, theirs, wire, (seconds, cpu_seconds))


def _figures(
    ours: Office, theirs: Office, wire: Wire, spent: tuple[float, float]
) -> dict[str, Any]:
    before = time.perf_counter()
    figures = reconcile(ours.services, ours.desk, ROOT).figures
    back = reconcile(theirs.services, theirs.desk, ROOT).figures
    reconciled = time.perf_counter() - before
    total = figures.total
    return {
        "due": total.due + back.total.due,
        "sent": total.sent + total.acknowledged + back.total.sent + back.total.acknowledged,
        "acknowledged": total.acknowledged + back.total.acknowledged,
        "late": total.late + back.total.late,
        "unsent_past_due": total.unsent_past_due + back.total.unsent_past_due,
        "doubled": figures.doubled + back.doubled + _doubled(ours, theirs),
        "errors": len(ours.errors) + len(theirs.errors),
        "strata": [
            {"name": f"{own}: {one.name}", "due": one.due, "complete": one.complete}
            for own, found in ((OURS, figures), (THEIRS, back))
            for one in found.strata
        ],
        "seconds": round(spent[0], 1),
        "cpu_seconds": round(spent[1], 1),
        "reconcile_seconds": round(reconciled, 2),
        "reached": _reached(ours, theirs),
        "accidents": dict(sorted(wire.accidents.items())),
    }


def _reached(ours: Office, theirs: Office) -> dict[str, int]:
    """Return how many messages of each kind each side took."""
    return {
        f"{office.desk.own} {kind.name.lower()}": count
        for office in (ours, theirs)
        for kind, count in office.taken().items()
    }


def _doubled(ours: Office, theirs: Office) -> int:
    """Return messages that a side took and the other never sent, or took more than once."""
    return sum(
        max(0, count - sender.sent()[kind])
        for receiver, sender in ((ours, theirs), (theirs, ours))
        for kind, count in receiver.taken().items()
    )


_RECONCILIATION = Benchmark(
    name="exchange",
    kind="exchange-reconciliation",
    options=ExchangeOptions,
    measure=lambda options: reconciled(options.reconcile, options.seed, options.store),
    is_met=lambda result: result["is_right"] and result["reconcile_seconds"] < _MOST_SECONDS,
    digest=lambda _: "generated",
)
main = Benchmark(
    name="exchange",
    options=ExchangeOptions,
    measure=lambda options: {
        "scale": options.scale,
        **measured(options.scale, options.seed, options.store),
    },
    is_met=lambda result: not (result["unsent_past_due"] or result["doubled"] or result["errors"]),
    digest=lambda _: "generated",
    modes={"reconcile": _RECONCILIATION},
).main
