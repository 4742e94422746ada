"""Every refusal that a start can make is made here, and `identlink doctor` says it beforehand."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from service.cli.serving.http_server import QuietServer
from service.settings import Settings, load_settings
from tests.integration.outages.served import served
from tests.integration.outages.spoilt import ONLY_SQLITE, PROVIDER, ROLES, SPOILT
from tests.integration.outages.starts import Site, Starts
from tests.kept import Kept, new_store
from tests.unit.service.cli.console import Console

pytestmark = pytest.mark.dear("starts a server for everything that can be wrong with one")

GOOD: dict[str, dict[str, str]] = {
    "as it is": {},
    "with a provider": {**PROVIDER, "OIDC_ROLES": ROLES},
    "with exchange": {"EXCHANGE_STATE": "GBR"},
    "with traces": {"TRACING_COLLECTOR": "http://127.0.0.1:9/v1/traces"},
}
"""Settings with which a server starts: their functions can refuse as well."""

_RACE = "another process takes the slot between the look and the lock"
_REPLACED = "a file is replaced while it is in use: tests of outages"
_STORAGE = "the storage fails while it is in use: tests of outages"
IN_USE: dict[str, str] = {
    "indexing.manifests.__init__ GalleryError": _RACE,
    "indexing.slots.open_free_slot GalleryError": "all slots are held by servers that run",
    "indexing.files.generations.demand_made_with UnknownTemplateFormatError": (
        "the format of the store is compared first"
    ),
    "service.adapters.model_shelf.keep ModelError": _REPLACED,
    "service.bootstrap.keys.open_module_custody ConfigurationError": (
        "asked by commands of custody without a module"
    ),
    "service.live.outages.demand StateBehindError": "found while serving",
    "service.provenance.vault.key_file_place.used KeysMissingError": _REPLACED,
    "service.provenance.vault.key_file_place.used fault_of_keys": _STORAGE,
    "service.provenance.vault.key_files._empty_write_ahead_log StoreLockedError": _STORAGE,
    "service.storage.engine.settings.demand DatabaseMissingError": _REPLACED,
    "service.storage.unit_of_work.__enter__ _translated": _STORAGE,
    "service.storage.unit_of_work.__exit__ _translated": _STORAGE,
    "service.storage.unit_of_work.__exit__ translated": _STORAGE,
}
"""Refusals of the functions of a start that only a store in use can make, and why."""


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Return a closed store with payloads."""
    return _filled(new_store(request, request.param, tmp_path_factory.mktemp("kept")))


@pytest.fixture(scope="module")
def sqlite_kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Return the same in SQLite."""
    return _filled(new_store(request, "sqlite", tmp_path_factory.mktemp("kept")))


def _filled(store: Kept) -> Kept:
    with served(store=store.settings.store, database_url=store.settings.database_address):
        pass
    return store


@contextmanager
def _environment(settings: Settings, **given: str) -> Iterator[pytest.MonkeyPatch]:
    """Set the environment to a store, and to these settings, as long as the context lasts."""
    told = {
        "STORE": str(settings.store),
        "DATABASE_URL": settings.database_address,
        "PORT": "0",
        **given,
    }
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in told.items():
            monkeypatch.setenv(f"IDENTLINK_{name}", value)
        yield monkeypatch


def _state(directory: Path) -> dict[Path, Any]:
    """Return the names, modes and contents of all files, except passing ones of SQLite."""
    return {
        path: (path.stat().st_mode, path.read_bytes())
        for path in directory.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def _end_at_once(_: QuietServer, sockets: list[socket.socket]) -> None:
    for one in sockets:
        one.close()


def _told(console: Console, starts: Starts, directory: Path, *, most: int = 1) -> str:
    """Return what is wrong with how doctor and start tell of the present settings, or ""."""
    before = _state(directory)
    told = console("doctor", "--json")
    assert told.out, told.err
    wrong = [one for one in told.json()["checks"] if one["remedy"]]
    # The role of the tests' server owns everything, which a start does not refuse.
    found = [one["found"] for one in wrong if one["name"] != "row-level security"]
    is_untouched = _state(directory) == before
    with starts.followed():
        refused = console("serve")
    is_found = len(found) <= most and any(one in refused.err for one in found)
    if is_untouched and refused.exit_code and is_found:
        return ""
    return f"untouched {is_untouched}; doctor {found}; serve {refused.exit_code} {refused.err}"


def test_every_refusal_of_a_start_is_found_by_the_doctor_in_the_same_words(
    kept: Kept,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    is_sqlite = isinstance(kept.database, Path)
    console, starts, wrong = Console(monkeypatch, capsys), Starts(), {}
    monkeypatch.setattr(QuietServer, "run", _end_at_once)
    for number, (name, spoil) in enumerate(SPOILT.items()):
        if not is_sqlite and name in ONLY_SQLITE:
            continue
        place = tmp_path / str(number)
        place.mkdir()
        with kept.copied(place) as copy, _environment(copy) as changed:
            spoil(changed, load_settings())
            told = _told(console, starts, place)
        if told:
            wrong[name] = told

    assert wrong == {}
    if is_sqlite:
        _follow_good_starts(kept, tmp_path, console, starts)
        unseen = {f"{one.module}.{one.function} {one.error}" for one in _without_case(starts)}
        assert unseen - set(IN_USE) == set(), "a start can refuse in a way that no case shows"
        assert set(IN_USE) - unseen == set(), "these are cases now, or no start can make them"


def _without_case(starts: Starts) -> set[Site]:
    return starts.possible() - starts.seen()


def _follow_good_starts(kept: Kept, tmp_path: Path, console: Console, starts: Starts) -> None:
    for number, given in enumerate(GOOD.values()):
        place = tmp_path / f"good-{number}"
        place.mkdir()
        with kept.copied(place) as copy, _environment(copy, **given):
            assert console("doctor").exit_code == 0
            with starts.followed():
                assert console("serve").exit_code == 0


def test_a_refusal_without_a_case_would_be_missed_by_nobody() -> None:
    starts = Starts()
    with starts.followed(), pytest.raises(Exception, match="PORT"):
        load_settings(port="many")

    assert Site("service.settings", "load_settings", "ConfigurationError", 2) in starts.possible()
    assert starts.seen() == {Site("service.settings", "load_settings", "ConfigurationError", 1)}


def _values(field: FieldInfo, place: Path) -> Iterator[str]:
    """Yield values for a setting that an operator may have set by mistake."""
    yield from ("", " ", "nonsense", "-1", "9" * 40, "[]", "x" * 5_000)
    if any(kind in str(field.annotation) for kind in ("str", "Path", "Secret")):
        (place / "a file").write_bytes(b"\xff\x00")
        (place / "a loop").symlink_to(place / "a loop")
        yield from (str(place / "nowhere"), str(place / "a file"), str(place / "a file" / "below"))
        yield from (str(place / "a loop"), str(place / ("n" * 300)), str(place))


@pytest.mark.slow
@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_with_a_mistake_stops_the_start_and_doctor_alike(
    name: str,
    sqlite_kept: Kept,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    console, wrong = Console(monkeypatch, capsys), {}
    monkeypatch.setattr(QuietServer, "run", _end_at_once)
    # A relative path makes a directory here.
    monkeypatch.chdir(tmp_path)
    with sqlite_kept.copied(tmp_path) as copy, _environment(copy):
        for value in _values(Settings.model_fields[name], tmp_path):
            with _environment(copy, **{name.upper(): value}):
                told = _told(console, Starts(), tmp_path / "store", most=4)
                if told and not told.startswith("untouched True; doctor []; serve 0"):
                    wrong[value[:60]] = told

    assert wrong == {}
