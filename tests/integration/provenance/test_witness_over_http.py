"""`identlink log witness --url`: the second party's program against a service over real HTTP."""

from __future__ import annotations

import shutil
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
        assert "answer is not that of a log" in finished.err
    assert not (witness.directory / "seen").exists()


def _forked(log: ServedLog, store: Path) -> Settings:
    """Return an empty store whose log bears the name and signs with the key of another."""
    settings = load_settings(store=store)
    settings.keys_directory.mkdir(parents=True, mode=0o700)
    shutil.copy(log.settings.keys_directory / "checkpoint.key", settings.keys_directory)
    return settings
