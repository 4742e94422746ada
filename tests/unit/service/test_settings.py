from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from domain.errors import ConfigurationError
from service.settings import ENVIRONMENT_PREFIX, LogLevel, Settings, load_settings
from service.storage.engine.engines import sqlite_file
from tests.unit.service.configuration import (
    DOCUMENT,
    log_rows,
    log_rows_of,
    rows,
    rows_of,
)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{ENVIRONMENT_PREFIX}{name.upper()}", raising=False)


def test_what_is_given_wins_over_the_environment_and_that_over_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IDENTLINK_PORT", "9000")
    monkeypatch.setenv("IDENTLINK_LOG_LEVEL", "error")

    settings = load_settings(port=9001)

    assert (settings.port, settings.log_level, settings.host) == (
        9001,
        LogLevel.ERROR,
        "127.0.0.1",
    )


def test_nothing_given_leaves_a_setting_to_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IDENTLINK_STORE", "elsewhere")

    assert load_settings(store=None).store == Path("elsewhere")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "many"),
        ("LOG_LEVEL", "chatty"),
        ("MAX_BODY_BYTES", "1"),
        ("VERIFIERS_REQUIRED", "0"),
        ("TOKEN_DAYS", "-1"),
        ("INDEX_THREADS", "1.5"),
        ("TRUSTED_PROXIES", '["*"]'),
    ],
)
def test_a_faulty_value_is_refused_by_name_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"IDENTLINK_{name}", value)

    with pytest.raises(ConfigurationError) as refused:
        load_settings()

    assert f"IDENTLINK_{name}" in refused.value.detail
    assert value not in refused.value.detail.split(": ", 1)[1].replace("1024", "")


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_settings(port=-1, host="")

    assert "IDENTLINK_PORT" in refused.value.detail
    assert "IDENTLINK_HOST" in refused.value.detail


@pytest.mark.parametrize(
    "given",
    [
        {"token_days": 30, "token_days_maximum": 10},
        {"stored_candidates": 50, "scored_candidates": 20},
    ],
)
def test_settings_that_contradict_each_other_are_refused(given: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError):
        load_settings(**given)


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        load_settings(prot=1)


def test_settings_do_not_change() -> None:
    settings = load_settings()

    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_without_an_address_the_database_is_a_file_of_the_store(tmp_path: Path) -> None:
    settings = load_settings(store=tmp_path)

    assert settings.database_address == f"sqlite:///{tmp_path}/identlink.sqlite3"
    assert settings.index_directory == tmp_path / "index"
    assert settings.keys_directory == tmp_path / "keys"


def test_the_password_in_the_address_of_a_database_is_never_shown() -> None:
    settings = load_settings(database_url="postgresql://identlink:hunter2@db/identlink")

    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert settings.database_address.endswith("hunter2@db/identlink")


def test_every_setting_has_a_description() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_every_setting_is_documented_with_its_default_and_description() -> None:
    documented = rows_of(DOCUMENT.read_text("utf-8"))

    assert documented == rows()


def test_every_field_of_the_log_is_documented_with_its_name_elsewhere() -> None:
    assert log_rows_of(DOCUMENT.read_text("utf-8")) == log_rows()


@pytest.mark.parametrize("name", ["a store", "what?", "50%41", "store#2", "file:x", "ä&b=c"])
def test_a_store_is_where_its_directory_is_whatever_its_name(tmp_path: Path, name: str) -> None:
    settings = load_settings(store=tmp_path / name)

    assert sqlite_file(settings.database_address) == settings.database_file
