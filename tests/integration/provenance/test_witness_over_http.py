"""`identlink log witness --url`: the second party's program against a service over real HTTP."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from matching.scorer import Scorer
from service.provenance.log.checkpoints import open_checkpoint
from service.provenance.log.note_keys import parse_verifier_key
from service.settings import Settings, load_settings
from tests.integration.provenance.serving import ServedLog, served_log
from tests.unit.service.cli.console import Console, Finished


@dataclass(frozen=True, slots=True)
class WitnessProgram:
    """The program with its memory and its key, apart from every store."""

    console: Console
    directory: Path
    log: ServedLog

    def __call__(self, *options: str, url: str | None = None, log_key: str = "") -> Finished:
        return self.console(
            "log",
            "witness",
            *("--state", self.directory / "seen"),
            *("--key", self.directory / "witness.key"),
            *("--log-key", log_key or str(self.log.log_key)),
            *("--url", url or self.log.url),
            *options,
        )

    @property
    def memory(self) -> bytes:
        return (self.directory / "seen").read_bytes()


@pytest.fixture
def log(settings: Settings, scorer: Scorer) -> Iterator[ServedLog]:
    with served_log(settings, scorer) as served:
        served.grow(1, 3)
        yield served


@pytest.fixture
def witness(
    log: ServedLog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> WitnessProgram:
    monkeypatch.setenv("IDENTLINK_TOKEN", log.token)
    (tmp_path / "witness").mkdir()
    return WitnessProgram(Console(monkeypatch, capsys), tmp_path / "witness", log)


def test_a_witness_cosigns_a_log_that_grows(witness: WitnessProgram, log: ServedLog) -> None:
    unstarted = witness()
    first = witness("--start", "--json").json()
    size = log.grow(11, 4)
    second = witness("--out", str(witness.directory / "cosigned"), "--json").json()
    repeated = witness("--json").json()

    cosigned = open_checkpoint(
        (witness.directory / "cosigned").read_bytes(),
        log.log_key,
        (parse_verifier_key(second["witness_key"]),),
    )
    assert unstarted.exit_code == 1
    assert first["size"] < second["size"] == repeated["size"] == size
    assert (cosigned.checkpoint.size, len(cosigned.cosignatures)) == (size, 1)


def test_a_witness_refuses_a_fork_signed_by_the_same_key(
    witness: WitnessProgram, log: ServedLog, scorer: Scorer, tmp_path: Path
) -> None:
    witness("--start")
    remembered = witness.memory
    with served_log(_forked(log, tmp_path / "forked"), scorer) as fork:
        fork.grow(501, 9)
        witness.console.monkeypatch.setenv("IDENTLINK_TOKEN", fork.token)
        refused = witness(url=fork.url)

    assert fork.log_key == log.log_key
    assert refused.exit_code == 1
    assert "does not continue the checkpoint that the witness saw" in refused.err
    assert witness.memory == remembered


def test_a_witness_refuses_a_log_that_was_taken_back(
    witness: WitnessProgram, log: ServedLog, scorer: Scorer, tmp_path: Path
) -> None:
    log.grow(11, 9)
    witness("--start")
    remembered = witness.memory
    with served_log(_forked(log, tmp_path / "older"), scorer) as older:
        older.grow(1, 1)
        witness.console.monkeypatch.setenv("IDENTLINK_TOKEN", older.token)
        refused = witness(url=older.url)

    assert refused.exit_code == 1
    assert "shorter than at the last checkpoint seen" in refused.err
    assert witness.memory == remembered


def test_a_witness_refuses_another_log(
    witness: WitnessProgram, log: ServedLog, scorer: Scorer, tmp_path: Path
) -> None:
    witness("--start")
    settings = load_settings(store=tmp_path / "other", log_name="other.example/log")
    with served_log(settings, scorer) as other:
        other.grow(1, 9)
        witness.console.monkeypatch.setenv("IDENTLINK_TOKEN", other.token)
        refused = witness(url=other.url)
        renamed = witness(url=other.url, log_key=str(other.log_key))

    assert (refused.exit_code, renamed.exit_code) == (1, 1)


def test_a_witness_says_so_when_nobody_answers_as_a_log_does(
    witness: WitnessProgram, log: ServedLog
) -> None:
    witness.console.monkeypatch.setenv("IDENTLINK_TOKEN", "wrong")
    stranger = witness("--start")
    witness.console.monkeypatch.setenv("IDENTLINK_TOKEN", log.token)
    nobody = witness("--start", url="http://127.0.0.1:9")

    for finished in (stranger, nobody):
        assert finished.exit_code == 1
        assert "answer did not come from a log" in finished.err
    assert not (witness.directory / "seen").exists()


def _forked(log: ServedLog, store: Path) -> Settings:
    """Return an empty store whose log bears the name and signs with the key of another."""
    settings = load_settings(store=store)
    settings.keys_directory.mkdir(parents=True, mode=0o700)
    shutil.copy(log.settings.keys_directory / "checkpoint.key", settings.keys_directory)
    return settings


@pytest.mark.dear("verifies a whole store many times")
def test_as_a_service_it_follows_the_log_and_ends_when_the_log_does_not_continue(
    witness: WitnessProgram, log: ServedLog
) -> None:
    witness("--start")
    published = witness.directory / "w.note"
    running = subprocess.Popen(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "service", "log", "witness"),
            *("--state", str(witness.directory / "seen")),
            *("--key", str(witness.directory / "witness.key")),
            *("--log-key", str(log.log_key), "--url", log.url),
            *("--every", "1", "--out", str(published)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"IDENTLINK_TOKEN": log.token},
    )
    assert running.stdout is not None
    try:
        said = [running.stdout.readline()]
        size = log.grow(21, 2)
        while f" {size} " not in said[-1]:
            said.append(running.stdout.readline())
            assert said[-1], "The witness ended."
        seen = published.read_bytes()
        forged = open_checkpoint(seen, log.log_key).note
        (witness.directory / "seen").write_bytes(forged.encode()[:-20])
        _, error = running.communicate(timeout=60)
    finally:
        running.kill()

    assert open_checkpoint(seen, log.log_key).checkpoint.size == size
    assert stat.S_IMODE(published.stat().st_mode) == 0o644
    assert running.returncode == 1
    assert "Traceback" not in error


@pytest.mark.dear("verifies a whole store many times")
def test_it_outlasts_a_service_that_is_away(witness: WitnessProgram, log: ServedLog) -> None:
    witness("--start")
    running = subprocess.Popen(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "service", "log", "witness"),
            *("--state", str(witness.directory / "seen")),
            *("--key", str(witness.directory / "witness.key")),
            *("--log-key", str(log.log_key), "--url", "http://127.0.0.1:9"),
            *("--every", "1"),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    try:
        said = [running.stderr.readline() for _ in range(2)]
        is_alive = running.poll() is None
        running.terminate()
        ended = running.wait(timeout=30)
    finally:
        running.kill()
        running.stderr.close()

    assert is_alive
    assert ended == 0
    assert all("not come from a log" in line for line in said)


@pytest.mark.parametrize("options", [("--start", "--every", "5"), ("--every", "0.1")])
def test_a_service_is_not_the_first_start(
    witness: WitnessProgram, options: tuple[str, ...]
) -> None:
    assert witness(*options).exit_code == 2
