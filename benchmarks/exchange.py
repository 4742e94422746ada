"""A year of exchange between two installations: `python -m benchmarks exchange`.

There are two stores, two keys and one clock that is advanced day by day. Each side notifies the
other of convictions, and one side sends requests; amendments, dual nationals and people without
prints are included. During the year a counterpart is down for days, transmissions are lost before
or after they are received, doubled and reordered, and processes die before their commit. At the
end the figures are read from both stores.

`--reconcile N` measures only the reconciliation, over N convictions that are written to one store
in bulk. For one person in a thousand nothing was sent.

`--repair N` measures a repair: N convictions of which none was notified are queued by processes
that are killed `--kills` times.

Signatures, sealing, log and commits are real; the network is a call in this process. No case
officer takes part: a request is answered on the day after it arrived.
"""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from benchmarks.exchanging.many import fill
from benchmarks.exchanging.offices import (
    DATABASE,
    FIRST_DAY,
    OURS,
    ROOT,
    THEIRS,
    Clock,
    Office,
    Wire,
    morning,
    opened_office,
)
from benchmarks.machine import Watch, clocked, folder_of, killed_at_work, private_bytes
from benchmarks.runner import Benchmark, Options
from domain.exchange.codes import Transport
from domain.people.people import Details, Nationality, PersonName
from domain.restrictions import UsePurpose
from service.usecases.exchange.asking import AskStates, ask_states
from service.usecases.exchange.desk import RegisterPartner, register_partner
from service.usecases.exchange.duties import survey_records
from service.usecases.exchange.reconciling import reconcile, repair_duties

_LATER = timedelta(days=90)
_LEFT = 1_000
"""Messages that the last kill leaves at least, so that the repair is at work."""


@contextmanager
def _office(root: Path, seed: int) -> Iterator[Office]:
    clock, wire = Clock(morning(FIRST_DAY + _LATER)), Wire(np.random.default_rng([seed, 0]))
    with opened_office(root, (OURS, THEIRS), wire, clock, seed) as office:
        yield office


def repaired(root: Path, convictions: int, kills: int, seed: int) -> dict[str, Any]:
    """Return what is left after a repair that was killed this many times and then run twice.

    Every conviction was surveyed before the exchange began, so nothing was notified.
    """
    with _office(root, seed) as office:
        fill(office, convictions, is_told=False)
        late = replace(office.desk, since=FIRST_DAY + _LATER)
        while survey_records(office.services, late):
            pass
        before = reconcile(office.services, office.desk, ROOT).figures.total
    rng = np.random.default_rng([seed, 1])
    # Chosen by the work done, so that every kill meets a repair at work.
    stops = sorted(int(one) for one in rng.integers(0, max(1, before.due - _LEFT), kills))
    deaths = [killed_at_work(stop, partial(_count, root), _repair, root, seed) for stop in stops]
    with _office(root, seed) as office:
        repair = clocked(lambda: repair_duties(office.services, office.desk, ROOT))
        again = repair_duties(office.services, office.desk, ROOT)
        figures = reconcile(office.services, office.desk, ROOT).figures
        queued = sum(office.sent().values())
    return {
        "convictions": convictions,
        "unmet_before": before.unsent_past_due,
        "killed": sum(one is not None for one in deaths),
        "queued_when_killed": deaths,
        "left_by_kills": repair.value.unmet,
        "repair_seconds": round(repair.wall_s, 1),
        "queued": queued,
        "doubled": figures.doubled + max(0, queued - before.due),
        "unmet": again.unmet + again.left,
    }


def _count(root: Path) -> int:
    """Return how many messages the store holds, read beside the process that writes them."""
    place = f"file:{root / DATABASE}?mode=ro"
    with closing(sqlite3.connect(place, uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM exchange_messages").fetchone()[0])


def _repair(root: Path, seed: int) -> None:
    with _office(root, seed) as office:
        repair_duties(office.services, office.desk, ROOT)


_MOST_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class ExchangeOptions(Options):
    """The options of `python -m benchmarks exchange`."""

    scale: Annotated[float, "share of a year's volume"] = 0.01
    reconcile: Annotated[int, "instead of a year: reconcile so many convictions"] = 0
    repair: Annotated[int, "instead: repair so many convictions of which nothing was told"] = 0
    kills: Annotated[int, "with --repair: how often the repair is killed"] = 20
    seed: Annotated[int, "seed of what is drawn"] = 1
    store: Annotated[Path | None, "directory of the stores; default: temporary"] = None


def reconciled(convictions: int, seed: int = 1, store: Path | None = None) -> dict[str, Any]:
    """Return how long reconciling so many convictions takes, and whether the result is right."""
    with folder_of(store) as root, _office(root, seed) as office:
        filled = clocked(lambda: fill(office, convictions))
        before = private_bytes()
        found = clocked(lambda: reconcile(office.services, office.desk, ROOT))
    total, planted = found.value.figures.total, filled.value
    counted = (total.due, total.unsent_past_due, total.acknowledged)
    return {
        "convictions": convictions,
        "due": total.due,
        "acknowledged": total.acknowledged,
        "unsent_past_due": total.unsent_past_due,
        "is_right": counted == (planted.due, planted.untold, planted.due - planted.untold),
        "fill_seconds": round(filled.wall_s, 1),
        "reconcile_seconds": round(found.wall_s, 2),
        "reconcile_cpu_seconds": round(found.cpu_s, 2),
        "memory_before_mib": before >> 20,
        "memory_most_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }


def measured(options: ExchangeOptions) -> dict[str, Any]:
    """Return the figures for a year at this scale."""
    seed = options.seed
    clock, wire = Clock(morning(FIRST_DAY)), Wire(np.random.default_rng([seed, 0]))
    with (
        folder_of(options.store) as root,
        opened_office(root / OURS, (OURS, THEIRS), wire, clock, seed) as ours,
        opened_office(root / THEIRS, (THEIRS, OURS), wire, clock, seed) as theirs,
    ):
        for one, other in ((ours, theirs), (theirs, ours)):
            address = f"http://{other.desk.own.lower()}.example/"
            key = other.desk.signatures.public_key
            command = RegisterPartner(other.desk.own, Transport.SIGNED_HTTP, address, key)
            register_partner(one.services, one.desk, ROOT, command)
        with Watch() as year:
            work_a_year(ours, theirs, wire, clock, options.scale)
        return {"scale": options.scale, **_figures(ours, theirs, wire, year)}


DAYS = 365
OUT, IN, REQUESTS = 30_000, 16_000, 20_000
DOWN = (range(60, 66), range(200, 203))
"""Days on which the counterpart is down."""


def work_a_year(ours: Office, theirs: Office, wire: Wire, clock: Clock, scale: float) -> None:
    """Let both sides work for a year, and for two more days for messages in transit."""
    for day in range(DAYS + 2):
        today = FIRST_DAY + timedelta(days=day)
        clock.now = morning(today)
        wire.down = {THEIRS} if any(day in days for days in DOWN) else set()
        if day < DAYS:
            _record_a_day(ours, theirs, day, scale)
        for office in (ours, theirs):
            office.answer()
            if day % 7 == 6 or day >= DAYS:
                office.amend()
        for hour in (1, 5, 9):
            clock.now = morning(today) + timedelta(hours=hour)
            ours.work()
            theirs.work()


def _record_a_day(ours: Office, theirs: Office, day: int, scale: float) -> None:
    """Record the convictions of a day, and send its requests."""
    today = FIRST_DAY + timedelta(days=day)
    ours.convict(_share(OUT * scale, day), today)
    theirs.convict(_share(IN * scale, day), today)
    for number in range(_share(REQUESTS * scale, day)):
        _ask(theirs, day, number)


def _share(total: float, day: int) -> int:
    """Return how many of a year's total fall on this day."""
    return int(total * (day + 1) / DAYS) - int(total * day / DAYS)


def _ask(office: Office, day: int, number: int) -> None:
    details = Details(
        names=(PersonName("Ada", f"Asked{day}x{number}"),), nationalities=(Nationality(OURS),)
    )
    asked = AskStates(details, UsePurpose.CRIMINAL_PROCEEDINGS, "TCA", f"{day}-{number}")
    ask_states(office.services, office.desk, ROOT, asked)


def _figures(ours: Office, theirs: Office, wire: Wire, year: Watch) -> dict[str, Any]:
    with Watch() as reconciling:
        figures, back = (reconcile(o.services, o.desk, ROOT).figures for o in (ours, theirs))
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
        "seconds": round(year.wall_s, 1),
        "cpu_seconds": round(year.cpu_s, 1),
        "reconcile_seconds": round(reconciling.wall_s, 2),
        "reached": _reached(ours, theirs),
        "accidents": dict(sorted(wire.accidents.items())),
    }


def _reached(ours: Office, theirs: Office) -> dict[str, int]:
    """Return how many messages of each kind each side received."""
    return {
        f"{office.desk.own} {kind.name.lower()}": count
        for office in (ours, theirs)
        for kind, count in office.taken().items()
    }


def _doubled(ours: Office, theirs: Office) -> int:
    """Return how many messages a side received more than once, or the other never sent."""
    return sum(
        max(0, count - sender.sent()[kind])
        for receiver, sender in ((ours, theirs), (theirs, ours))
        for kind, count in receiver.taken().items()
    )


def _repaired(options: ExchangeOptions) -> dict[str, Any]:
    with folder_of(options.store) as root:
        return repaired(root, options.repair, options.kills, options.seed)


_YEAR = Benchmark(
    measure=measured,
    is_met=lambda result: not (result["unsent_past_due"] or result["doubled"] or result["errors"]),
    digest=lambda _: "generated",
)
_RECONCILIATION = replace(
    _YEAR,
    kind="exchange-reconciliation",
    measure=lambda options: reconciled(options.reconcile, options.seed, options.store),
    is_met=lambda result: result["is_right"] and result["reconcile_seconds"] < _MOST_SECONDS,
)
_REPAIR = replace(
    _YEAR,
    kind="exchange-repair",
    measure=_repaired,
    is_met=lambda result: not (result["doubled"] or result["unmet"]),
)
main = replace(_YEAR, modes={"reconcile": _RECONCILIATION, "repair": _REPAIR}).main
