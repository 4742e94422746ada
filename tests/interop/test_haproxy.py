"""HAProxy finds the service up, by each way of asking."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import httpx2
import pytest

from tests.integration.http.server import serving
from tests.interop.counterparts import DEPLOY, adapted, free_port, program, running

STATISTICS = """
frontend statistics
    bind 127.0.0.1:{port}
    stats enable
    stats uri /
"""


def state_of(port: int) -> dict[str, str]:
    """Return the row of the server once HAProxy finds it up."""
    for _ in range(100):
        text = httpx2.get(f"http://127.0.0.1:{port}/;csv", timeout=60).text.removeprefix("# ")
        rows = csv.DictReader(io.StringIO(text))
        found = next(row for row in rows if (row["pxname"], row["svname"]) == ("identlink", "one"))
        # The first looks may come while the server warms up.
        if found["check_status"] == "L7OK":
            return found
        time.sleep(0.2)
    raise AssertionError(found)


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "GET"])
def test_the_service_is_up_and_is_called_through_it(tmp_path: Path, method: str) -> None:
    front, figures = free_port(), free_port()
    with serving(tmp_path) as served:
        text = adapted(
            DEPLOY / "proxies/haproxy.cfg",
            {
                "127.0.0.1:8400": f"127.0.0.1:{served.port}",
                "127.0.0.1:8080": f"127.0.0.1:{front}",
                "httpchk OPTIONS": f"httpchk {method}",
                "inter 2s fall 2 rise 2": "inter 500ms fall 1 rise 1",
            },
        )
        (tmp_path / "haproxy.cfg").write_text(text + STATISTICS.format(port=figures))
        command = [program("haproxy"), "-db", "-f", str(tmp_path / "haproxy.cfg")]
        with running(command, port=front, log=tmp_path / "haproxy.log"):
            found = state_of(figures)
            through = httpx2.get(f"http://127.0.0.1:{front}/healthz", timeout=60)
            hidden = httpx2.get(f"http://127.0.0.1:{front}/metrics", timeout=60)

    code = "204" if method == "OPTIONS" else "200"
    assert (found["status"].split()[0], found["check_code"]) == ("UP", code)
    assert (through.status_code, hidden.status_code) == (200, 403)
