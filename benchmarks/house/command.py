"""The command `python -m benchmarks house` and its options."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.house import walk
from benchmarks.house.layout import write_or_check
from benchmarks.house.measures import WALK_FUNCTIONS, WALK_MOVES, lines, measure
from benchmarks.house.messages import committed_messages
from benchmarks.house.notice import committed_notice
from benchmarks.house.picture import committed_picture
from benchmarks.house.rooms import committed_tables


def main(arguments: Sequence[str]) -> int:
    """Measure, draw, list or walk; returns 1 when a limit or a committed file is not met."""
    options = _parser().parse_args(arguments)
    match options.task:
        case "picture":
            return _picture(check=options.check)
        case "messages" | "notice":
            return _list(options.task, check=options.check)
        case "check":
            # In one process, so that the code is parsed once.
            return _picture(check=True) | _list("messages", check=True)
        case "walk":
            return _walk(options)
        case _:
            return _measure(options.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks house", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the measurements there")
    tasks = parser.add_subparsers(dest="task", metavar="TASK")
    for name, content in (
        ("picture", "draw docs/images/rooms.svg and the tables of docs/architecture.md"),
        ("messages", "list every literal error message in tests/golden/messages.txt"),
        ("notice", "list in NOTICE the licences of the packages that are installed here"),
    ):
        task = tasks.add_parser(name, help=content)
        task.add_argument("--check", action="store_true", help="write nothing; 1 if stale")
    tasks.add_parser("check", help="compare all of these with the code; 1 if one is stale")
    follow = tasks.add_parser("walk", help="follow one served search through the rooms")
    follow.add_argument("--path", action="store_true", help="print functions, doors and path")
    return parser


def _picture(*, check: bool) -> int:
    files = (committed_picture(), committed_tables())
    return write_or_check(files, check=check, mend="python -m benchmarks house picture")


def _list(task: str, *, check: bool) -> int:
    if task == "notice":
        return write_or_check(
            [committed_notice()], check=check, mend="python -m benchmarks house notice"
        )
    return write_or_check([committed_messages()], check=check, mend="make golden-messages")


def _measure(file: Path | None) -> int:
    house = measure()
    print("\n".join(lines(house)))
    if file is not None:
        file.write_text(json.dumps(house.as_json(), indent=1, sort_keys=True) + "\n")
    return 0


def _walk(options: argparse.Namespace) -> int:
    trail = walk.followed()
    print(f"POST /v1/searches: {walk.summary(trail)}")
    print(f"limits: {WALK_FUNCTIONS} functions, {WALK_MOVES} moves")
    if options.path:
        print("\n".join(walk.details(trail)))
    return int(len(trail.functions) > WALK_FUNCTIONS or trail.moves > WALK_MOVES)
