"""`python -m benchmarks NAME [options]`. Each name is a module of this package."""

import importlib
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

NAMES = {
    "candidates": "recall, speed and size of candidate search beside exact search",
    "conversion": "old records converted by simulated keyers, through kills, against the truth",
    "court": "results of courts laid on records, beside what is stated; a night, killed",
    "evidence": "accuracy and calibration of the evidence on people unknown to the models",
    "exchange": "a year of convictions told, requests and replies between two installations",
    "integrity": "recall of planted duplicates and exchanged fingers",
    "load": "people from files into database and index, killed and resumed",
    "log": "the log's cost per use case; proofs and verification at a million events",
    "names": "names enquiries: blocking recall, ranking, speed, memory",
    "points": "point pairs on real prints against the rule of an identification",
    "prints": "accuracy of extractors, minutiae matcher and vectors, on real or drawn prints",
    "publication": "a quarter of many closed requests: its release, its pages and the public site",
    "rehearsals": "how often unseen people are proposed in a rehearsed gallery, by law and size",
    "report": "plots and tables of docs/benchmarks.md from the results",
    "service": "searches over real HTTP beside the same in process, on both databases",
    "services": "a year of services for the public with simulated staff; wrong No Traces",
    "tenprints": "drawn people through the whole service: ranks, and the cost of a search",
    "vectors": "fits the model of vectors on simulated extractions of drawn fingers",
    "workbench": "every page of the workbench over a store with many cases",
    "served": "processor time of served calls by stage, beside the same in another revision",
    "scale": "candidate search as the number of people grows",
    "scale-out": "a gallery in parts beside one index: equal lists, cost, threads, erasures",
    "many-parts": "a gallery of a hundred parts, simulated by one: times, messages, memory",
}

_USAGE = """usage: python -m benchmarks NAME [options]

Begin with `python -m benchmarks names --persons 2000 --enquiries 50`, which takes seconds. Without
options, most measure a large gallery, for minutes to hours: NAME --help says of what size.
docs/benchmarks.md shows what each measured last.

"""


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark that the first argument names, and return its exit code."""
    if not arguments or arguments[0] not in NAMES:
        if arguments and not arguments[0].startswith("-"):
            sys.stderr.write(f"No benchmark is named {arguments[0]!r}.\n")
        sys.stderr.write(_USAGE)
        sys.stderr.writelines(
            f"  {name:<12}{summary}\n" for name, summary in sorted(NAMES.items())
        )
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    # A benchmark that is told to stop also ends the processes it started.
    signal.signal(signal.SIGTERM, _stop)
    module = importlib.import_module(f"benchmarks.{arguments[0].replace('-', '_')}")
    return int(module.main(arguments[1:]))


def _stop(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
