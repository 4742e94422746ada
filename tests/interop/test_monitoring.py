"""promtool reads our rules and figures, docker-compose our composition."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import httpx2

from tests.integration.http.server import serving
from tests.interop.counterparts import DEPLOY, program


def run(*command: str, given: bytes = b"", **environment: str) -> str:
    done = subprocess.run(  # noqa: S603 - a program that `program` found
        command, input=given, capture_output=True, env=os.environ | environment, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout.decode()


def test_the_alerts_come_when_they_should_and_at_no_other_time() -> None:
    promtool, monitoring = program("promtool"), DEPLOY / "monitoring"

    run(promtool, "check", "config", str(monitoring / "prometheus.yml"))
    told = run(promtool, "test", "rules", str(monitoring / "alerts_test.yml"))

    assert "SUCCESS" in told


def test_the_figures_are_of_the_format_that_prometheus_reads(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        text = httpx2.get(f"http://127.0.0.1:{served.port}/metrics").content

    run(program("promtool"), "check", "metrics", given=text)


def test_the_composition_is_well_formed() -> None:
    run(
        program("docker-compose"),
        "-f",
        str(DEPLOY / "compose.yaml"),
        "config",
        "--quiet",
        POSTGRES_PASSWORD="x",  # noqa: S106 - of nothing that runs
        GRAFANA_PASSWORD="x",  # noqa: S106 - of nothing that runs
    )
