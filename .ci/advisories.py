"""Say what `pip-audit --format json` found: standard input in, sentences out.

Exit code 0: every dependency was looked up and none has an advisory. 1: at least one has. 3: some
could not be looked up, as without a network, so that nothing can be said of them.
"""

import json
import sys
from typing import Any

FOUND, NOT_LOOKED_UP = 1, 3


def report(dependencies: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """Return the exit code and the lines to print."""
    skipped = [one["name"] for one in dependencies if "skip_reason" in one]
    lines = [
        f"{one['name']} {one['version']}: {advisory['id']}, mended in"
        f" {', '.join(advisory['fix_versions']) or 'no release yet'}"
        for one in dependencies
        for advisory in one.get("vulns", ())
    ]
    looked_up = len(dependencies) - len(skipped)
    if skipped or not dependencies:
        told = f"{len(skipped)} of {len(dependencies)} dependencies could not be looked up"
        lines.append(f"{told} (no network, or an index without advisories): {skipped[:5]} ...")
    lines.append(f"{looked_up} dependencies looked up.")
    if looked_up and len(lines) > 1 + bool(skipped):
        return FOUND, lines
    return (NOT_LOOKED_UP if skipped or not dependencies else 0), lines


def run(text: str) -> int:
    """Print the report of a JSON document and return the exit code."""
    try:
        dependencies = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        sys.stdout.write("The advisories could not be looked up: pip-audit gave no report.\n")
        return NOT_LOOKED_UP
    code, lines = report(dependencies)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return code


if __name__ == "__main__":
    sys.exit(run(sys.stdin.read()))
