"""promtool reads rules and figures; others read what is deployed: compose, hadolint, schemas."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import httpx2
import pytest

from tests.integration.http.server import serving
from tests.interop.counterparts import DEPLOY, counterpart, program


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
        text = httpx2.get(f"http://127.0.0.1:{served.port}/metrics", timeout=60).content

    run(program("promtool"), "check", "metrics", given=text)


@pytest.mark.parametrize("name", ["compose.yaml", "two-hosts.yaml"])
def test_the_compositions_are_well_formed(name: str) -> None:
    run(
        program("docker-compose"),
        "-f",
        str(DEPLOY / name),
        "config",
        "--quiet",
        POSTGRES_PASSWORD="x",  # noqa: S106 - of nothing that runs
        GRAFANA_PASSWORD="x",  # noqa: S106 - of nothing that runs
        REPLICATION_PASSWORD="x",  # noqa: S106 - of nothing that runs
    )


def test_the_files_for_kubernetes_follow_its_schemas(tmp_path: Path) -> None:
    validate = counterpart("bin/kubernetes-validate")
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    files.remove(DEPLOY / "kubernetes/kustomization.yaml")  # of kustomize, not of the cluster

    told = run(validate, "--strict", *map(str, files))
    spoiled = tmp_path / "service.yaml"
    spoiled.write_text((DEPLOY / "kubernetes/service.yaml").read_text() + "  clusterIp: None\n")
    refused = subprocess.run(  # noqa: S603 - of others
        [validate, "--strict", str(spoiled)], capture_output=True, check=False
    )

    assert told.count("passed") == len(files) == 5
    assert refused.returncode != 0


def test_a_linter_finds_nothing_in_the_container_file_and_would_find_a_fault(
    tmp_path: Path,
) -> None:
    hadolint, spoiled = counterpart("bin/hadolint"), tmp_path / "Containerfile"
    text = (DEPLOY / "Containerfile").read_text()
    spoiled.write_text(
        text.replace("FROM docker.io/library/python:3.13-slim AS", "FROM python AS")
    )

    run(hadolint, str(DEPLOY / "Containerfile"))
    found = subprocess.run(  # noqa: S603 - of others
        [hadolint, str(spoiled)], capture_output=True, check=False
    )

    assert found.returncode != 0
    assert b"DL3006" in found.stdout
