from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from matching.scorer import Scorer
from service.adapters.secret_files import read_secret
from service.adapters.surroundings import code_version, surroundings
from service.bootstrap.runtime import assemble, open_runtime
from service.bootstrap.stores import open_database, open_store
from service.settings import Settings, load_settings
from service.storage.engine.migrate import latest


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        store=tmp_path / "store", mark_exemplars=7, verifiers_required=2, scored_candidates=50
    )


def test_a_fresh_store_gets_its_schema_and_its_keys(settings: Settings) -> None:
    with open_runtime(settings) as runtime:
        assert runtime.database.is_current()
        with runtime.services.units.read() as unit:
            assert unit.people.count() == 0

    keys = {path.name: path for path in settings.keys_directory.glob("*.key")}
    assert {"index.key", "digest.key"} <= set(keys)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in keys.values())
    assert len(keys["digest.key"].read_bytes()) == 32
    assert stat.S_IMODE(settings.keys_directory.stat().st_mode) == 0o700
    assert latest()


def test_keys_are_made_once(settings: Settings, scorer: Scorer) -> None:
    first = assemble(settings, scorer)
    first.close()
    second = assemble(settings, scorer)
    second.close()

    assert first.request_mac(b"x") == second.request_mac(b"x")


def test_the_policy_follows_the_settings(settings: Settings, scorer: Scorer) -> None:
    runtime = assemble(settings, scorer)
    runtime.close()

    policy = runtime.services.policy
    assert (policy.mark_exemplars, policy.verifiers_required) == (7, 2)
    assert (policy.scored_candidates, policy.stored_candidates) == (50, 20)


def test_closing_twice_is_harmless(settings: Settings, scorer: Scorer) -> None:
    runtime = assemble(settings, scorer)

    runtime.close()
    runtime.close()


@pytest.mark.parametrize(("content", "mode"), [(b"short", 0o600), (b"x" * 32, 0o644)])
def test_a_key_that_is_damaged_or_open_to_others_stops_the_start(
    settings: Settings, scorer: Scorer, content: bytes, mode: int
) -> None:
    settings.keys_directory.mkdir(parents=True)
    key = settings.keys_directory / "digest.key"
    key.write_bytes(content)
    key.chmod(mode)

    with pytest.raises(ConfigurationError, match=r"digest\.key"):
        assemble(settings, scorer)


def test_of_processes_that_make_a_key_at_once_one_wins_for_all(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: read_secret(tmp_path / "keys" / "digest.key"), range(16)))

    assert len(keys) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["digest.key"]


def test_the_database_alone_is_opened_without_index_and_model(settings: Settings) -> None:
    with open_store(settings) as services, services.units.read() as unit:
        assert unit.people.count() == 0

    assert not settings.index_directory.exists()


def test_an_older_schema_is_moved_on_by_command_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database(settings).upgrade()
    monkeypatch.setattr("service.storage.engine.migrate.latest", lambda: "9999")

    with pytest.raises(ConfigurationError, match="db upgrade"), open_store(settings):
        pass


def test_ids_and_secrets_are_fresh_and_the_clock_knows_its_zone() -> None:
    outside = surroundings()

    ids = {outside.new_id() for _ in range(100)}
    secrets = {outside.new_secret() for _ in range(100)}

    assert len(ids) == len(secrets) == 100
    assert all(len(one) == 32 and int(one, 16) >= 0 for one in ids)
    assert all(len(one) >= 43 for one in secrets)
    assert outside.clock().tzinfo is not None


def test_the_version_is_that_of_the_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = code_version()

    def _missing(_name: str) -> str:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "version", _missing)

    assert installed[0].isdigit()
    assert code_version() == "unknown"
