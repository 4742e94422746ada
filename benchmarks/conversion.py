"""Conversion of old records by simulated people: `python -m benchmarks conversion`.

Frames go from the scanner to the records through the use cases that the pages call, on a real
store. Two processes do this and are killed during the work. At the end every frame is compared
with the truth. A bad lot is tested against its acceptance plan ten thousand times.
"""

import time
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from benchmarks.converting.checking import checked, predicted
from benchmarks.converting.office import Truth, make_store, opened, prepare
from benchmarks.converting.working import STEPS_A_FRAME, work
from benchmarks.machine import FORKED, Watch, folder_of, has_been_killed, in_a_fork
from benchmarks.runner import Benchmark, Options, Result
from domain.conversion.acceptance import PLANS, draw
from domain.conversion.form import ErrorClass

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
    json: Annotated[Path | None, "file for the result", {"flags": ("--described",)}] = None


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
    """Return how often a lot with 1 % errors passed the critical plan, how often it should, and
    the upper limit.

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
    make_store(root)
    with opened(root) as services:
        prepare(services, truth)


@dataclass(frozen=True, slots=True)
class _Working:
    """A process at work, and its progress."""

    process: BaseProcess
    steps: Any
    """The number of steps it has taken, in memory that both processes share."""


def _started(root: Path, truth: Truth, number: int) -> _Working:
    # Without a lock, because a process killed while holding one would block the others.
    steps = FORKED.RawValue("q", 0)
    process = FORKED.Process(target=work, args=(root, truth, number, steps))
    process.start()
    return _Working(process, steps)


def _work_and_kill(root: Path, truth: Truth, kills: int) -> int:
    """Let processes work until everything is done, and kill one after another during the work.

    A process is killed after a number of steps counted over all processes. The kills are therefore
    spread over the work and hit processes that are working, however slow the machine is.
    """
    rng = np.random.default_rng([truth.seed, 8])
    workers = [_started(root, truth, number) for number in range(PROCESSES)]
    killed, before = 0, 0
    allowed = _steps_to_kill(rng, truth, kills)
    while any(worker.process.exitcode is None for worker in workers):
        time.sleep(float(rng.uniform(*_LOOKING)))
        chosen = workers[int(rng.integers(PROCESSES))]
        taken = before + sum(worker.steps.value for worker in workers)
        is_due = killed < kills and taken >= allowed and chosen.steps.value
        if is_due and has_been_killed(chosen.process):
            killed += 1
            allowed += _steps_to_kill(rng, truth, kills)
        for at, worker in enumerate(workers):
            if worker.process.exitcode not in {None, 0}:
                before += worker.steps.value
                workers[at] = _started(root, truth, at)
    return killed


def _steps_to_kill(rng: np.random.Generator, truth: Truth, kills: int) -> int:
    """Return the number of steps between two kills, which are spread over 4/5 of the work."""
    mean = 0.8 * truth.frames * STEPS_A_FRAME / max(1, kills)
    return max(1, round(float(rng.uniform(0.6, 1.4)) * mean))


main = Benchmark(
    name="conversion",
    options=ConversionOptions,
    measure=measured,
    is_met=_reaches,
    digest=lambda _: "generated",
).main
