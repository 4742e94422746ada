"""Conversion of old records by simulated people: `python -m benchmarks conversion`.

Frames go from the scanner to the records through the use cases that the pages call, on a real
store. Two processes do this and are killed during the work. At the end every frame is compared
with the truth. A bad lot is tested against its acceptance plan ten thousand times.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from benchmarks.converting.office import (
    EQUAL_SLIPS,
    FIELD_ERROR,
    Truth,
    frames_in,
    lot_ids,
    opened,
    prepare,
)
from benchmarks.converting.working import STEPS_A_FRAME, work
from benchmarks.machine import FORKED, Watch, folder_of, has_been_killed, in_a_fork
from benchmarks.runner import Benchmark, Options, Result
from domain.conversion.acceptance import PLANS, counts_within, draw, undetected_share
from domain.conversion.form import ErrorClass, FormField, differing
from domain.conversion.frames import ENDED, Frame, FrameState, Match, MatchOutcome
from domain.ids import PersonId
from domain.people.convictions import Conviction, InformationSource
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import Services


@dataclass(slots=True)
class Tally:
    """Counts over all frames."""

    lost: int = 0
    doubled: int = 0
    fields: int = 0
    undetected: int = 0
    settled_wrong: int = 0
    """Fields that differ from the truth after settling, including undetected errors."""
    decided: int = 0
    right: int = 0
    on_details_alone: int = 0
    states: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)


def checked(services: Services, truth: Truth) -> Tally:
    """Return the counts of a finished conversion."""
    tally = Tally()
    with services.units.read() as unit:
        true_of = _known(unit, truth)
        frames = _frames(unit, truth, lot_ids(services), tally)
        for number, frame in frames:
            _check_fields(unit, truth, number, frame, tally)
        for number, frame in sorted(frames, key=lambda one: _decided_at(unit, one[1])):
            _check_match(unit, true_of, truth.person_of(number).number, frame, tally)
        tally.doubled += _doubled(unit, frames)
    return tally


def predicted(fields: int) -> tuple[int, int]:
    """Return the 99 % interval of the number of undetected errors in this many fields."""
    return counts_within(fields, undetected_share(FIELD_ERROR, EQUAL_SLIPS))


def _frames(
    unit: UnitOfWork, truth: Truth, lots: tuple[str, ...], tally: Tally
) -> list[tuple[int, Frame]]:
    """Return every frame with its number in the truth. Missing frames are counted as lost."""
    found = []
    for lot, lot_id in enumerate(lots):
        held = unit.conversion_frames.listed(lot_id, list(FrameState), limit=1_000_000)  # type: ignore[arg-type]  # an id of the store
        places = Counter(frame.number for frame in held)
        wanted = frames_in(truth, lot)
        tally.lost += sum(not places[number + 1] for number in range(len(wanted)))
        tally.doubled += sum(count - 1 for count in places.values())
        tally.lost += sum(frame.state not in ENDED for frame in held)
        tally.states.update(frame.state.value for frame in held)
        found += [(wanted.start + frame.number - 1, frame) for frame in held]
    return found


def _check_fields(unit: UnitOfWork, truth: Truth, number: int, frame: Frame, tally: Tally) -> None:
    keyings = [one.keying for one in unit.conversion_keyings.of(frame.frame_id, frame.round)]
    settled = unit.conversion_keyings.settled(frame.frame_id, frame.round)
    if len(keyings) != 2 or None in keyings or settled is None:
        tally.lost += frame.state is not FrameState.DESTROYED
        return
    true = truth.form(number)
    first, second = (one.form for one in keyings if one is not None)
    wrong = set(differing(first, true)) - set(differing(first, second))
    tally.fields += len(FormField)
    tally.undetected += len(wrong)
    tally.settled_wrong += len(differing(settled.form, true))


def _decided_at(unit: UnitOfWork, frame: Frame) -> tuple[int, int]:
    writing = unit.conversion_writings.of(frame.frame_id, frame.round)
    return (0, 0) if writing is None else (1, int(writing.written_at.timestamp() * 1e6))


def _known(unit: UnitOfWork, truth: Truth) -> dict[PersonId, int]:
    """Return which people were enrolled before, by their order."""
    found = unit.people.details_after(0, truth.known)  # type: ignore[arg-type]  # before all
    ids = unit.people.person_ids(list(found))
    return {ids[row]: number for number, row in enumerate(sorted(found))}


def _check_match(
    unit: UnitOfWork, true_of: dict[PersonId, int], true: int, frame: Frame, tally: Tally
) -> None:
    """Count a match. `true_of`: which persons in the store are which people in the truth."""
    match = unit.conversion_matches.last(frame.frame_id, frame.round)
    if match is None:
        return
    tally.outcomes[match.outcome.value] += 1
    tally.on_details_alone += _is_alone(frame, match)
    writing = unit.conversion_writings.of(frame.frame_id, frame.round)
    if writing is None:
        return
    tally.decided += 1
    if match.outcome is MatchOutcome.NEW:
        tally.right += true not in true_of.values()
        true_of[writing.person_id] = true
    else:
        tally.right += true_of.get(writing.person_id) == true


def _is_alone(frame: Frame, match: Match) -> bool:
    """Whether a frame was attached by fewer than two people."""
    has_second = match.read_by is not None and match.read_by != match.proposed_by
    return frame.state is FrameState.WRITTEN and not (match.link_id or has_second)


def _doubled(unit: UnitOfWork, frames: list[tuple[int, Frame]]) -> int:
    """Return how many convictions of the conversion no frame has written, or are missing."""
    written: Counter[tuple[str, str]] = Counter()
    records: set[str] = set()
    for _, frame in frames:
        writing = unit.conversion_writings.of(frame.frame_id, frame.round)
        if writing is None:
            continue
        records.add(writing.record_id)
        for item in writing.items:
            if item.item_id.startswith("conviction-") and not item.is_second_source:
                written[writing.record_id, item.item_id] += 1
    held: Counter[tuple[str, str]] = Counter()
    for record_id in records:
        head = unit.records.versions(record_id)[-1]  # type: ignore[arg-type]  # an id of the store
        version = unit.records.version(head.record_id, head.version)
        for one in version.items.held if version else ():
            if isinstance(one.value, Conviction):
                is_ours = one.value.source.kind is InformationSource.BACK_RECORD
                held[record_id, one.item_id] += is_ours
    return sum(abs(held[key] - written[key]) for key in held | written)


PROCESSES = 2
_SIMULATED_LOTS = 10_000
_LOT_FIELDS = 5_000
_BAD_SHARE = 0.01
_LOOKING = (0.02, 0.2)
"""Shortest and longest seconds between two checks of the processes: a kill can fall anywhere."""


@dataclass(frozen=True, kw_only=True)
class ConversionOptions(Options):
    """The options of `python -m benchmarks conversion`."""

    frames: Annotated[int, "frames converted"] = 10_000
    kills: Annotated[int, "processes killed on the way"] = 50
    seed: Annotated[int, "seed of frames and people"] = 1
    store: Annotated[Path | None, "keep the store in this directory"] = None


def _reaches(result: dict[str, Any]) -> bool:
    low, high = result["predicted_interval"]
    return bool(
        result["lost"] == result["doubled"] == result["attached_on_details_alone"] == 0
        and low <= result["undetected_field_errors"] <= high
        and result["attached_right"] >= 0.99
        and result["bad_lot_passes"] <= result["bad_lot_passes_by_plan_high"]
    )


def measured(options: ConversionOptions) -> Result:
    """Return the figures of a conversion."""
    frames, seed = options.frames, options.seed
    truth = Truth(frames, seed)
    with folder_of(options.store) as root:
        # Only child processes open the store, so that nothing forked here has it open.
        in_a_fork(_prepare, root, truth)
        with Watch() as spent:
            killed = _work_and_kill(root, truth, options.kills)
        with opened(root) as services:
            tally = checked(services, truth)
    low, high = predicted(tally.fields)
    passes, by_plan, by_plan_high = bad_lots(seed)
    return {
        "frames": frames,
        "lost": tally.lost,
        "doubled": tally.doubled,
        "undetected_field_errors": tally.undetected,
        "predicted_interval": [low, high],
        "attached_right": round(tally.right / max(1, tally.decided), 5),
        "attached_on_details_alone": tally.on_details_alone,
        "decided": tally.decided,
        "fields": tally.fields,
        "fields_wrong_when_settled": tally.settled_wrong,
        "states": dict(sorted(tally.states.items())),
        "outcomes": dict(sorted(tally.outcomes.items())),
        "kills": killed,
        "processes": PROCESSES,
        "seconds": round(spent.wall_s, 1),
        "frames_an_hour": round(3_600 * frames / spent.wall_s),
        "bad_lot_passes": passes,
        "bad_lot_passes_by_plan": by_plan,
        "bad_lot_passes_by_plan_high": by_plan_high,
    }


def bad_lots(seed: int, lots: int = _SIMULATED_LOTS) -> tuple[float, float, float]:
    """Return how often a lot with 1 % errors passed the critical plan, should pass, and may pass.

    The limit is three standard errors of this many lots above the plan's rate.
    """
    plan = PLANS[ErrorClass.CRITICAL]
    rng = np.random.default_rng([seed, 7])
    passed = 0
    for lot in range(lots):
        is_wrong = rng.random(_LOT_FIELDS) < _BAD_SHARE
        sample: tuple[bool, ...] = draw(is_wrong.tolist(), plan.sample, seed * lots + lot)
        passed += sum(sample) <= plan.accept
    share = plan.passes(_BAD_SHARE)
    margin = 3 * (share * (1 - share) / lots) ** 0.5
    return passed / lots, round(share, 5), round(share + margin, 5)


def _prepare(root: Path, truth: Truth) -> None:
    with opened(root) as services:
        prepare(services, truth)


def _started(root: Path, truth: Truth, number: int) -> tuple[BaseProcess, Any]:
    """Start a process; return it with the number of steps it takes, in memory that both share."""
    # Without a lock, because a process killed while holding one would block the others.
    steps = FORKED.RawValue("q", 0)
    process = FORKED.Process(target=work, args=(root, truth, number, steps))
    process.start()
    return process, steps


def _work_and_kill(root: Path, truth: Truth, kills: int) -> int:
    """Let processes work until everything is done, and kill one after another during the work.

    A process is killed after a number of steps counted over all processes. The kills are therefore
    spread over the work and hit processes that are working, however slow the machine is.
    """
    rng = np.random.default_rng([truth.seed, 8])
    workers = [_started(root, truth, number) for number in range(PROCESSES)]
    killed, before = 0, 0
    allowed = _steps_to_kill(rng, truth, kills)
    while any(process.exitcode is None for process, _ in workers):
        time.sleep(float(rng.uniform(*_LOOKING)))
        chosen, own = workers[int(rng.integers(PROCESSES))]
        taken = before + sum(steps.value for _, steps in workers)
        is_due = killed < kills and taken >= allowed and own.value
        if is_due and has_been_killed(chosen):
            killed += 1
            allowed += _steps_to_kill(rng, truth, kills)
        for at, (process, steps) in enumerate(workers):
            if process.exitcode not in {None, 0}:
                before += steps.value
                workers[at] = _started(root, truth, at)
    return killed


def _steps_to_kill(rng: np.random.Generator, truth: Truth, kills: int) -> int:
    """Return the number of steps between two kills, which are spread over 4/5 of the work."""
    mean = 0.8 * truth.frames * STEPS_A_FRAME / max(1, kills)
    return max(1, round(float(rng.uniform(0.6, 1.4)) * mean))


main = Benchmark(
    measure=measured,
    is_met=_reaches,
    digest=lambda _: "generated",
).main
