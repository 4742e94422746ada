"""A gallery in parts on three hosts, with time between them: `python -m tests.hosts.parts`.

Each host is a network namespace with its own Ray process, over TLS; a fourth one has the control
store, and searches. All hosts start several times on the same directories: each time the parts are
filled or catch up, lists are compared, and then faults happen. Exit code 0: every list equals that
of one index in every byte, or was refused. 1: not so. 2: the hosts cannot be made here.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from service.adapters.parts.parts_hosting import check_token
from tests.hosts.network import NoNamespacesError, Switch, at_home, end_all, namespaces
from tests.hosts.parts_faults import LATER, RESTARTED

_NAMES = ("r0", "r1", "r2", "r3")
"""The host that searches, and those with parts."""
_NET = "10.78.0"
_UNUSABLE = 2
_STARTS_WITHIN_S = 180
_FAULTS_OF_EACH_START: tuple[tuple[str, ...], ...] = (
    ("control_store_killed", "one_host_lost_too"),
    (RESTARTED, LATER),
    ("network_split", "network_whole_again"),
    (),
)


def addresses() -> dict[str, str]:
    """Return the address of each host."""
    return {name: f"{_NET}.{number}" for number, name in enumerate(_NAMES, 1)}


def ran(round_trip_ms: float, seconds: float) -> list[dict[str, Any]]:
    """Return what the host that searches found after each start of all hosts."""
    place = Path(tempfile.mkdtemp(prefix="identlink-parts-", dir="/var/tmp"))
    told = []
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        program, environment = _built(place), _environment(place)
        for faults in _FAULTS_OF_EACH_START:
            with _hosts(program, round_trip_ms) as spaces:
                for name, space in zip(_NAMES, spaces[1:], strict=True):
                    _start_ray(name, space, place, environment)
                words = ["--spaces", *spaces, "--seconds", str(seconds), "--faults", *faults]
                told.append(_searched(spaces[1], place, environment, words))
            sys.stderr.write(f"Start {len(told)}: {json.dumps(told[-1])}\n")
    return told


@contextmanager
def _hosts(program: Path, round_trip_ms: float) -> Iterator[list[str]]:
    """Yield the namespaces of the switch and of all hosts; end what runs in them."""
    with ExitStack() as stack:
        switch, *spaces = stack.enter_context(namespaces("rs", *_NAMES))
        for space in (switch, *spaces):
            stack.callback(end_all, space)
        ends = zip(spaces, addresses().values(), strict=True)
        found = {space: f"{address}/24" for space, address in ends}
        Switch(switch).lay_slow(found, program, round_trip_ms)
        yield [switch, *spaces]


def _built(place: Path) -> Path:
    compiler = shutil.which("cc")
    if compiler is None:
        raise NoNamespacesError("cc is not installed: apt-get install gcc libc6-dev.")
    source, program = Path(__file__).with_name("delay.c"), place / "delay"
    subprocess.run([compiler, "-O1", "-o", str(program), str(source)], check=True)  # noqa: S603
    return program


def _environment(place: Path) -> dict[str, str]:
    """Make the token and a certificate for all hosts."""
    token, key, certificate = (place / name for name in ("token", "tls.key", "tls.crt"))
    check_token(token)
    names = ",".join(f"IP:{each}" for each in (*addresses().values(), "127.0.0.1"))
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    words += ["-subj", "/CN=gallery", "-addext", f"subjectAltName={names}"]
    words += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - our own words
    return {
        **os.environ,
        # That of the namespace: Ray keeps its sessions there.
        "TMPDIR": "/tmp",  # noqa: S108
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_USE_TLS": "1",
        # As in `deploy`: a host outlives the control store for ten minutes.
        "RAY_gcs_rpc_server_reconnect_timeout_s": "600",
        "RAY_TLS_SERVER_CERT": str(certificate),
        "RAY_TLS_SERVER_KEY": str(key),
        "RAY_TLS_CA_CERT": str(certificate),
        "OMP_NUM_THREADS": "1",
    }


def _start_ray(name: str, space: str, place: Path, environment: dict[str, str]) -> None:
    home, is_first = place / name, name == _NAMES[0]
    shutil.rmtree(home, ignore_errors=True)
    (home / "tmp").mkdir(parents=True)
    words = [sys.executable, "-m", "ray.scripts.scripts", "start"]
    words += [f"--node-ip-address={addresses()[name]}", "--num-cpus=1", "--disable-usage-stats"]
    words += ["--object-store-memory=104857600"]
    words += (
        ["--head", "--port=6379", "--include-dashboard=false"]
        if is_first
        else [f"--address={addresses()[_NAMES[0]]}:6379", '--resources={"gallery": 1}']
    )
    with (home / "ray.log").open("wb") as log:
        done = subprocess.run(  # noqa: S603 - our own words
            [*at_home(space, home), *words],
            env=environment,
            stdout=log,
            stderr=log,
            timeout=_STARTS_WITHIN_S,
            check=False,
        )
    if done.returncode:
        raise RuntimeError((home / "ray.log").read_text())


def _searched(
    space: str, place: Path, environment: dict[str, str], asked: list[str]
) -> dict[str, Any]:
    first = _NAMES[0]
    words = [sys.executable, "-m", "tests.hosts.parts_caller"]
    words += [f"ray://{addresses()[first]}:6379", "--token", str(place / "token")]
    words += ["--homes", str(place / "parts"), "--far", addresses()[_NAMES[-1]], *asked]
    done = subprocess.run(  # noqa: S603 - our own words
        [*at_home(space, place / first), *words],
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    told: dict[str, Any] = {}
    for line in done.stdout.splitlines():
        told |= json.loads(line)
    return told


def main() -> int:
    """Run and print the counts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--round-trip-ms", type=float, nargs="+", default=[1.0, 20.0])
    parser.add_argument(
        "--seconds", type=float, default=30, help="How long it searches, each time."
    )
    given = parser.parse_args()
    is_whole = True
    for round_trip_ms in given.round_trip_ms:
        begun = time.monotonic()
        try:
            starts = ran(round_trip_ms, given.seconds)
        except NoNamespacesError as error:
            sys.stderr.write(f"The hosts cannot be made here: {error}\n")
            return _UNUSABLE
        took_s = round(time.monotonic() - begun)
        told = {"wanted_ms": round_trip_ms, "took_s": took_s, "starts_of_ray": starts}
        sys.stdout.write(f"{json.dumps(told, indent=1)}\n")
        is_whole &= all(map(_is_whole, starts))
    return int(not is_whole)


def _is_whole(found: dict[str, Any]) -> bool:
    """Return whether every list was that of one index or refused, and none was at first."""
    compared = [each for each in found.values() if isinstance(each, dict)]
    has_part = any(each["equal"] + each["refused"] != each["searches"] for each in compared)
    return not has_part and found["all_there"]["refused"] == 0 < found["all_there"]["searches"]


if __name__ == "__main__":
    sys.exit(main())
