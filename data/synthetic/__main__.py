"""`python -m data.synthetic`: write a population to files, or check the calibration."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from math import isfinite
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from data.synthetic.checks.report import CheckSizes, Measure, run_check
from data.synthetic.files import Manifest
from data.synthetic.population import Population
from data.synthetic.writing import write_population
from domain.errors import InvalidInputError

EXIT_OK, EXIT_NOT_MET, EXIT_BAD_INPUT = 0, 1, 2


def main(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code: 0 done, 1 a target is not met, 2 bad input."""
    options = _parser().parse_args(arguments)
    try:
        return _generate(options) if options.command == "generate" else _check(options)
    except (InvalidInputError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        Console(stderr=True).print(f"error: {reason}", markup=False)
        return EXIT_BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data.synthetic",
        description="Synthetic people, bookings and fingerprint templates. Nobody in them exists.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    generate = commands.add_parser("generate", help="write a population to a directory")
    generate.add_argument("--persons", type=int, required=True, help="people to write, from 1")
    generate.add_argument("--seed", type=int, default=0, help="seed of the population (0)")
    generate.add_argument("--out", type=Path, required=True, help="directory, made if need be")
    generate.add_argument("--chunk", type=int, default=10_000, help="people in a file (10000)")
    generate.add_argument("--json", action="store_true", help="print the manifest as JSON")
    check = commands.add_parser("check", help="measure the data against published figures")
    check.add_argument("--seed", type=int, default=0, help="seed of the population (0)")
    sizes = CheckSizes()
    for name, value in asdict(sizes).items():
        option = "--" + name.replace("_", "-")
        check.add_argument(option, type=int, default=value, help=f"people looked at ({value})")
    check.add_argument("--json", action="store_true", help="print the measures as JSON")
    return parser


def _generate(options: argparse.Namespace) -> int:
    population = Population(options.seed)
    with _progress() as progress:
        task = progress.add_task("people", total=max(options.persons, 0))
        manifest = write_population(
            population,
            options.out,
            persons=options.persons,
            chunk_persons=options.chunk,
            on_progress=lambda written: progress.advance(task, written),
        )
    _say(_manifest_text(manifest, options.json))
    return EXIT_OK


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def _manifest_text(manifest: Manifest, as_json: bool) -> str:
    if as_json:
        return json.dumps(asdict(manifest), indent=1, sort_keys=True)
    size_mb = sum(entry.size_bytes for entry in manifest.files) / 1e6
    return f"{manifest.persons} people in {len(manifest.files)} files, {size_mb:.1f} MB"


def _check(options: argparse.Namespace) -> int:
    sizes = CheckSizes(**{one.name: getattr(options, one.name) for one in fields(CheckSizes)})
    measures = run_check(Population(options.seed), sizes)
    listed = [_measure_json(measure) for measure in measures]
    _say(json.dumps(listed, indent=1) if options.json else _table(measures))
    return EXIT_OK if all(measure.is_met for measure in measures) else EXIT_NOT_MET


def _measure_json(measure: Measure) -> dict[str, object]:
    # JSON has no infinity: a missing limit is null.
    limits = {"low": measure.low, "high": measure.high}
    stated = {name: limit if isfinite(limit) else None for name, limit in limits.items()}
    return asdict(measure) | stated | {"is_met": measure.is_met}


def _table(measures: list[Measure]) -> str:
    """Return the measures as lines of text, without a frame, to be read in any log."""
    rows = [("measure", "value", "95 % interval", "target", "met", "source")]
    for measure in measures:
        interval = measure.interval
        rows.append(
            (
                measure.name,
                f"{measure.value:.5g}",
                f"{interval[0]:.2g} to {interval[1]:.2g}" if interval else "",
                _target(measure),
                _verdict(measure),
                measure.source,
            )
        )
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _verdict(measure: Measure) -> str:
    if not _target(measure):
        return ""
    return "yes" if measure.is_met else "NO"


def _target(measure: Measure) -> str:
    if not isfinite(measure.low):
        return ""
    if not isfinite(measure.high):
        return f"at least {measure.low:.5g}"
    return f"{measure.low:.5g} to {measure.high:.5g}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
