"""Everything that can be wrong with a store or its settings before a start, made on purpose."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from indexing.manifests import MANIFEST_NAME, from_json, to_json
from service.adapters.store_keys import VAULT_NAME
from service.provenance.log.note_keys import SigningKey
from service.settings import Settings
from tests.integration.outages.served import served
from tests.integration.outages.spoilt_models import MODELS_SPOILT, Spoil


def _set(**values: str) -> Spoil:
    """Return what sets variables of the environment."""

    def spoil(monkeypatch: pytest.MonkeyPatch, _: Settings) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"IDENTLINK_{name}", value)

    return spoil


def _without_keys(_: pytest.MonkeyPatch, settings: Settings) -> None:
    for file in settings.keys_directory.iterdir():
        file.unlink()


def _with_foreign_keys(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    other = settings.keys_directory.parent / "other"
    with served(store=other, keys=other / "keys", database_url=f"sqlite:///{other}.db"):
        pass
    for file in settings.keys_directory.glob(f"{VAULT_NAME}*"):
        file.unlink()
    shutil.copy2(other / "keys" / VAULT_NAME, settings.keys_directory / VAULT_NAME)


def _with_a_short_key(_: pytest.MonkeyPatch, settings: Settings) -> None:
    (settings.keys_directory / "digest.key").write_bytes(b"short")


def _with_an_open_key(_: pytest.MonkeyPatch, settings: Settings) -> None:
    (settings.keys_directory / "references.key").chmod(0o644)


def without_locks(monkeypatch: pytest.MonkeyPatch, _: Settings) -> None:
    monkeypatch.setattr("service.adapters.isolation.confinement._MACHINES", {})


def _without_a_database(monkeypatch: pytest.MonkeyPatch, _: Settings) -> None:
    nobody = "postgresql://identlink@127.0.0.1:1/identlink?connect_timeout=1"
    monkeypatch.setenv("IDENTLINK_DATABASE_URL", nobody)


def _with_a_file_at(name: str) -> Spoil:
    """Return what puts a file in the place of a directory."""

    def spoil(_: pytest.MonkeyPatch, settings: Settings) -> None:
        place: Path = getattr(settings, name)
        shutil.rmtree(place)
        place.touch()

    return spoil


def _with_rows(statement: str, **values: str) -> Spoil:
    """Return what changes the database behind the service's back."""

    def spoil(_: pytest.MonkeyPatch, settings: Settings) -> None:
        engine = create_engine(settings.database_address)
        with closing(engine.connect()) as connection:
            connection.execute(text(statement), values)
            connection.commit()
        engine.dispose()

    return spoil


def _with_schema(number: str) -> Spoil:
    """Return what marks the database as made by another release."""
    return _with_rows("UPDATE alembic_version SET version_num = :number", number=number)


def _with_file(content: bytes) -> Spoil:
    """Return what writes over the file of the database."""

    def spoil(_: pytest.MonkeyPatch, settings: Settings) -> None:
        _database(settings).write_bytes(content)

    return spoil


def _without_a_file(_: pytest.MonkeyPatch, settings: Settings) -> None:
    _database(settings).unlink()


def _database(settings: Settings) -> Path:
    return Path(settings.database_address.removeprefix("sqlite:///"))


def _with_a_damaged_home_law(_: pytest.MonkeyPatch, settings: Settings) -> None:
    for file in settings.model_shelf.glob("*/home.json"):
        file.write_text("{}")


def _with_a_model_of_elsewhere(monkeypatch: pytest.MonkeyPatch, _: Settings) -> None:
    monkeypatch.setattr("service.bootstrap.runtime.chosen_model", lambda _: "0" * 64)


def _without_an_extra(monkeypatch: pytest.MonkeyPatch, _: Settings) -> None:
    monkeypatch.setenv("IDENTLINK_TRACING_COLLECTOR", "http://127.0.0.1:4318/v1/traces")
    monkeypatch.setitem(sys.modules, "service.adapters.open_telemetry", None)


PROVIDER = {
    "OIDC_ISSUER": "https://id.example",
    "OIDC_CLIENT_ID": "identlink",
    "OIDC_CLIENT_SECRET": "secret",
    "PUBLIC_URL": "https://office.example",
}


def _with_key(name: str, content: bytes, mode: int = 0o600) -> Spoil:
    """Return what writes a file beside the keys."""

    def spoil(_: pytest.MonkeyPatch, settings: Settings) -> None:
        file = settings.keys_directory / name
        file.write_bytes(content)
        file.chmod(mode)

    return spoil


def _without_a_key(_: pytest.MonkeyPatch, settings: Settings) -> None:
    (settings.keys_directory / "digest.key").unlink()


def _with_an_open_signing_key(_: pytest.MonkeyPatch, settings: Settings) -> None:
    (settings.keys_directory / "checkpoint.key").chmod(0o644)


def _with_few_keys(_: pytest.MonkeyPatch, settings: Settings) -> None:
    with closing(sqlite3.connect(settings.keys_directory / VAULT_NAME)) as raw:
        raw.execute("DELETE FROM item_keys")
        raw.commit()


def _with_tables_of_another(_: pytest.MonkeyPatch, settings: Settings) -> None:
    for file in settings.keys_directory.iterdir():
        file.unlink()
    _database(settings).unlink()
    with closing(sqlite3.connect(_database(settings))) as raw:
        raw.execute("CREATE TABLE invoices (number INTEGER)")
        raw.commit()


def _with_index(content: bytes) -> Spoil:
    """Return what replaces the list of the files of the index."""

    def spoil(_: pytest.MonkeyPatch, settings: Settings) -> None:
        (settings.index_directory / "manifest.json").write_bytes(content)

    return spoil


def _with_an_index_of_other_codes(_: pytest.MonkeyPatch, settings: Settings) -> None:
    file = settings.index_directory / MANIFEST_NAME
    held = from_json(file.read_bytes())
    file.write_bytes(to_json(replace(held, template_format=f"{held.template_format} codes 0")))


def _with_an_index_that_is_ahead(_: pytest.MonkeyPatch, settings: Settings) -> None:
    file = settings.index_directory / MANIFEST_NAME
    file.write_bytes(to_json(replace(from_json(file.read_bytes()), cursor=10**6)))


def _with_a_directory_for_an_index(_: pytest.MonkeyPatch, settings: Settings) -> None:
    (settings.index_directory / "manifest.json").unlink()
    (settings.index_directory / "manifest.json").mkdir()


def _without_the_key_of_the_index(_: pytest.MonkeyPatch, settings: Settings) -> None:
    (settings.keys_directory / "index.key").unlink()


def _with_keys_of_no_log(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    _with_foreign_keys(monkeypatch, settings)
    with closing(sqlite3.connect(settings.keys_directory / VAULT_NAME)) as raw:
        raw.execute("DELETE FROM log")
        raw.commit()


def _with_a_secret_file(content: bytes, mode: int) -> Spoil:
    """Return what names a file with the secret of the provider's client."""

    def spoil(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
        file = settings.store.parent / "secret"
        file.write_bytes(content)
        file.chmod(mode)
        told = {name: value for name, value in PROVIDER.items() if "SECRET" not in name}
        _set(**told, OIDC_ROLES=ROLES, OIDC_CLIENT_SECRET_FILE=str(file))(monkeypatch, settings)

    return spoil


def _with_a_store_open_to_all(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Open a file to everyone, as if another account owned it."""
    (settings.index_directory / "extra").touch()
    (settings.index_directory / "extra").chmod(0o666)
    monkeypatch.setattr("os.geteuid", lambda: 4_321)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.chmod", refuse)


def _with_a_lost_witness(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    (settings.store.parent / "notes").mkdir()
    (settings.keys_directory / "witnesses.seen").write_text("witness.example\n")
    key = SigningKey("witness.example", bytes(32)).verifier
    monkeypatch.setenv("IDENTLINK_WITNESS_NOTES", str(settings.store.parent / "notes"))
    monkeypatch.setenv("IDENTLINK_WITNESS_KEYS", json.dumps([str(key)]))


def _with_roots(content: bytes) -> Spoil:
    """Return what names a file of roots for time stamps."""

    def spoil(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
        (settings.store.parent / "roots.pem").write_bytes(content)
        _set(
            CERTIFICATE_TIMESTAMP_URL="https://stamps.example",
            CERTIFICATE_TIMESTAMP_ROOTS=str(settings.store.parent / "roots.pem"),
        )(monkeypatch, settings)

    return spoil


def _without_module(*names: str, told: Spoil) -> Spoil:
    """Return what sets variables whose extra is not installed."""

    def spoil(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
        told(monkeypatch, settings)
        for name in names:
            monkeypatch.setitem(sys.modules, name, None)

    return spoil


ONLY_SQLITE = frozenset(
    {
        "an empty database beside keys that signed",
        "a database that is gone beside keys that signed",
        "a file that is no database",
        "tables of another program",
    }
)
"""What is wrong with the file of a database."""

ROLES = '{"word": "supervisor"}'

SPOILT: dict[str, Spoil] = {
    "no keys": _without_keys,
    "keys of another store": _with_foreign_keys,
    "a short key": _with_a_short_key,
    "a key open to others": _with_an_open_key,
    "a host without locks": without_locks,
    "no database": _without_a_database,
    "an empty database beside keys that signed": _with_file(b""),
    "a database that is gone beside keys that signed": _without_a_file,
    "a file that is no database": _with_file(b"a letter" * 512),
    "a schema of a later release": _with_schema("9999"),
    "a schema of an earlier release": _with_schema("0050"),
    "a file in the place of the store": _with_a_file_at("store"),
    "a file in the place of the keys": _with_a_file_at("keys_directory"),
    "a file in the place of the index": _with_a_file_at("index_directory"),
    "a damaged home law": _with_a_damaged_home_law,
    "a chosen model of another machine": _with_a_model_of_elsewhere,
    "traces without their extra": _without_an_extra,
    "no models of matches": _set(MATCH_MODELS="/nowhere"),
    "fewer slots than processes": _set(PROCESSES="5", INDEX_SLOTS="3"),
    "another format of templates": _set(TEMPLATE_FORMAT="identlink-minutiae-192/1"),
    "no such format of templates": _set(TEMPLATE_FORMAT="nobodys/1"),
    "no such model": _set(MODEL_DIRECTORY="/nowhere"),
    "witnesses without keys": _set(WITNESSES_NEEDED="1"),
    "a key of a witness that is none": _set(WITNESS_KEYS='["nonsense"]'),
    "a number that is none": _set(PROCESSES="many"),
    "no way to sign in": _set(LOCAL_ACCOUNTS="false"),
    "a provider without https": _set(**PROVIDER | {"OIDC_ISSUER": "http://id.example"}),
    "a provider without roles": _set(**PROVIDER),
    "a role that is none": _set(**PROVIDER, OIDC_ROLES='{"word": "emperor"}'),
    "an address that is none": _set(PUBLIC_URL="office.example"),
    "an address of nobody here": _set(HOST="192.0.2.1", TRUSTED_PROXIES='["192.0.2.2"]'),
    "keys of another store that know no log": _with_keys_of_no_log,
    "a missing key": _without_a_key,
    "another key": _with_key("digest.key", bytes(32)),
    "few keys of payloads": _with_few_keys,
    "a damaged file of keys": _with_key(VAULT_NAME, b"a letter" * 512),
    "a signing key open to others": _with_an_open_signing_key,
    "a signing key that is none": _with_key("checkpoint.key", b"a letter"),
    "a signing key of another name": _set(LOG_NAME="elsewhere"),
    "a damaged last checkpoint": _with_key("checkpoint.last", b"a letter"),
    "no directory of notes": _set(WITNESS_NOTES="/nowhere"),
    "a witness that stopped": _with_a_lost_witness,
    "a witness of an unknown kind": _set(WITNESS_KEYS='["name+00000000+Zm9v"]'),
    "an index that is not JSON": _with_index(b"a letter"),
    "an index of another digest": _with_index(b'{"sha256": "", "layout_version": 0}'),
    "an index of other codes": _with_an_index_of_other_codes,
    "an index that is ahead": _with_an_index_that_is_ahead,
    "an index that cannot be read": _with_a_directory_for_an_index,
    "an index without its key": _without_the_key_of_the_index,
    "an index of another key": _with_key("index.key", bytes(32)),
    "tables of another program": _with_tables_of_another,
    "an address of a database that is none": _set(DATABASE_URL="nonsense"),
    "a database of another kind": _set(DATABASE_URL="mysql://host/name"),
    "a database in memory": _set(DATABASE_URL="sqlite:///:memory:"),
    "PostgreSQL without its driver": _without_module(
        "service.storage.engine.postgresql", told=_set(DATABASE_URL="postgresql://h/n")
    ),
    "PostgreSQL with half its driver": _without_module(
        "psycopg", told=_set(DATABASE_URL="postgresql://h/n")
    ),
    "a security module without its driver": _without_module(
        "service.adapters.custody.token",
        told=_set(CUSTODY="pkcs11:token=x?module-path=/x&pin-source=file:x"),
    ),
    "time stamps without their extra": _without_module(
        "pyhanko_certvalidator", "pyhanko.sign.timestamps", told=_with_roots(b"")
    ),
    "a store open to all": _with_a_store_open_to_all,
    "more days than the maximum": _set(
        TOKEN_DAYS="300",  # noqa: S106 - a number of days
        TOKEN_DAYS_MAXIMUM="30",  # noqa: S106 - the same
    ),
    "more stored than scored": _set(STORED_CANDIDATES="50", SCORED_CANDIDATES="20"),
    "a provider without openid": _set(**PROVIDER, OIDC_ROLES=ROLES, OIDC_SCOPES="profile"),
    "a provider with a blank class": _set(**PROVIDER, OIDC_ROLES=ROLES, PROVIDER_ACR='["a b"]'),
    "a provider whose tokens are for sign-in": _set(
        **PROVIDER, OIDC_ROLES=ROLES, OIDC_API_AUDIENCE="identlink"
    ),
    "a provider without a client": _set(**PROVIDER | {"OIDC_CLIENT_ID": ""}, OIDC_ROLES=ROLES),
    "a provider with two secrets": _set(
        **PROVIDER,
        OIDC_ROLES=ROLES,
        OIDC_CLIENT_SECRET_FILE="/nowhere",  # noqa: S106 - a path
    ),
    "a provider with an empty secret": _with_a_secret_file(b"", 0o600),
    "a secret open to others": _with_a_secret_file(b"secret", 0o644),
    "a secret that is no text": _with_a_secret_file(b"\xff", 0o600),
    "a role of systems": _set(**PROVIDER, OIDC_ROLES='{"word": "force"}'),
    "a path with a blank": _set(PUBLIC_URL="https://office.example/a%20b"),
    "roots of a time stamp that are not there": _set(
        CERTIFICATE_TIMESTAMP_URL="https://stamps.example",
        CERTIFICATE_TIMESTAMP_ROOTS="/nowhere",
    ),
    "roots of a time stamp that are no certificates": _with_roots(b"a letter"),
    **MODELS_SPOILT,
}
