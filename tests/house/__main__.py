"""Draws, lists and checks the structure of the code: `python -m tests.house TASK`.

`picture` draws docs/images/rooms.svg, docs/images/data-model.svg and the tables of
docs/architecture.md. `messages` lists every literal error message in tests/golden/messages.txt.
`notice` lists in NOTICE the licences of the packages installed here. `check` compares picture,
tables and messages with the code. `walk` traces one served search through the rooms.
"""

import argparse
import sys
from collections.abc import Sequence

from tests.house import walk
from tests.house.data_model import committed_data_model
from tests.house.layout import write_or_check
from tests.house.messages import committed_messages
from tests.house.notice import committed_notice
from tests.house.picture import committed_picture
from tests.house.rooms import committed_tables


def main(arguments: Sequence[str]) -> int:
    """Draw, list, compare or trace; return 1 if a limit is exceeded or a committed
    file is stale.
    """
    parser = argparse.ArgumentParser(
        "python -m tests.house",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    tasks = ("picture", "messages", "notice", "check", "walk")
    parser.add_argument("task", choices=tasks)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if stale")
    parser.add_argument("--path", action="store_true", help="print what `walk` passes")
    options = parser.parse_args(arguments)
    match options.task:
        case "check":
            # In one process, so that the code is parsed once.
            return _written("picture", check=True) | _written("messages", check=True)
        case "walk":
            return _walk(has_path=options.path)
        case task:
            return _written(task, check=options.check)


def _written(task: str, *, check: bool) -> int:
    files, mend = {
        "picture": (
            (committed_picture, committed_data_model, committed_tables),
            "python -m tests.house picture",
        ),
        "messages": ((committed_messages,), "make golden-messages"),
        "notice": ((committed_notice,), "python -m tests.house notice"),
    }[task]
    return write_or_check([one() for one in files], check=check, mend=mend)


def _walk(*, has_path: bool) -> int:
    trail = walk.followed()
    print(f"POST /v1/searches: {walk.summary(trail)}")
    print(f"limits: {walk.WALK_FUNCTIONS} functions, {walk.WALK_MOVES} moves")
    if has_path:
        print("\n".join(walk.details(trail)))
    return int(len(trail.functions) > walk.WALK_FUNCTIONS or trail.moves > walk.WALK_MOVES)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
