from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from errno import ENOSPC
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import make_url
from typer.testing import Result

from domain.errors import (
    BackupDamagedError,
    ConflictError,
    IndexDamagedError,
    InvalidInputError,
    LinkingError,
    NotAuthenticatedError,
    StateBehindError,
)
from domain.events.log import StateAccepted
from domain.ids import PersonId
from domain.outages import KeysMissingError
from service.cli import backup as backup_command
from service.provenance.durable_files import beside
from service.storage.backup.increments import BackupList
from service.usecases.access.sessions import recognise
from service.usecases.people.erasure import carry_out_erasures
from service.usecases.retention.releasing import destroy_prints
from tests.disks import small_disk
from tests.integration.api.driver import World
from tests.integration.api.erasing import asked
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.merging import merged
from tests.integration.api.prints import record
from tests.integration.backup.conftest import Place
from tests.integration.disclosure import deleting
from tests.integration.requests.test_disputes import ASN_OF, report
from tests.integration.requests.working import opened
from tests.integration.retention import working as retaining
from tests.integration.web.driver import Office, with_fast_hashes

Elsewhere = Callable[..., Place]
PERSON, ERASED = 1, 2


@pytest.fixture
def backup(place: Place, tmp_path: Path) -> Path:
    """Return a backup of two people, a search and a link, made by the command."""
    with place.served() as world:
        world.enrol(PERSON)
        world.enrol(ERASED)
        case = world.case_of(world.search(PERSON))
        person = world.enrol(3)["person_id"]
        world.examine(case, "examiner-a", person_id=person)
    file = tmp_path / "backups" / "identlink.backup"
    file.parent.mkdir()
    assert place.run("backup", str(file)).exit_code == 0
    return file


def erase(world: World, person_id: str) -> None:
    have_erased(world, person_id)


def refused(result: Result) -> LinkingError:
    assert isinstance(result.exception, LinkingError), result.output
    return result.exception


def test_a_backup_restores_into_another_kind_of_database(
    place: Place, backup: Path, elsewhere: Elsewhere
) -> None:
    other = elsewhere(place.keys)

    done = other.run("restore", str(backup), "--json")

    assert done.exception is None, repr(done.exception)
    facts = json.loads(done.stdout)
    assert done.exit_code == 0
    assert facts["log_is_sound"]
    assert facts["erased_again"] == 0
    with place.served() as before, other.served() as after:
        assert after.counts() == before.counts()
        assert after.standing(after.search(PERSON))
        assert len(after.services.gallery.index) == len(before.services.gallery.index)


@pytest.mark.promise("erasure")
def test_what_was_erased_since_is_erased_again(
    place: Place, backup: Path, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with place.served() as world, world.services.units.read() as unit:
        person_ids = dict(unit.people.person_ids([1, 2, 3]))  # type: ignore[list-item]
    with place.served() as world:
        erase(world, person_ids[2])  # type: ignore[index]
    other = elsewhere(place.keys)

    done = other.run("restore", str(backup), "--accept-lost-events", "--json")

    assert done.exception is None, repr(done.exception)
    facts = json.loads(done.stdout)
    assert facts["erased_again"] == 1
    assert facts["log_is_sound"]
    with other.served() as world, world.services.units.read() as unit:
        assert unit.people.records_of([2]) == {}  # type: ignore[list-item]
        assert len(world.services.gallery.index) == 2
        last = list(unit.events.about(person_ids[2]))[-1]  # type: ignore[index]
        assert last.event_type == "erased"
    assert list(place.keys.glob("checkpoint.last.lost-*"))


def test_signed_events_are_given_up_only_on_demand(
    place: Place, backup: Path, elsewhere: Elsewhere
) -> None:
    with place.served() as world:
        world.enrol(4)
    other = elsewhere(place.keys)

    assert isinstance(refused(other.run("restore", str(backup))), ConflictError)
    assert other.run("restore", str(backup), "--accept-lost-events").exit_code == 0


@pytest.mark.promise("kills")
def test_a_restore_that_dies_once_it_is_stored_leaves_no_index_of_before(
    place: Place, backup: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = _beside_a_later_index(place, elsewhere)
    words = ("restore", str(backup), "--accept-lost-events")
    with monkeypatch.context() as killed:
        killed.setattr(backup_command, "open_unaged_store", _dies)
        assert isinstance(other.run(*words).exception, InterruptedError)

    again = refused(other.run(*words))

    assert "it may be complete" in again.detail
    assert list(other.store.rglob("manifest.json")) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_index_that_is_ahead_of_its_database_is_refused_until_it_is_built_again(
    place: Place, tmp_path: Path
) -> None:
    before = replace(place, store=tmp_path / "before", keys=tmp_path / "keys-before")
    before = replace(before, database_url=f"sqlite:///{tmp_path / 'before.db'}")
    with place.served() as world:
        world.enrol(1)
    shutil.copyfile(make_url(place.database_url).database or "", tmp_path / "before.db")
    shutil.copytree(place.keys, before.keys)
    with place.served() as world:
        world.enrol(2)
    shutil.copytree(place.store, before.store)

    with pytest.raises(IndexDamagedError, match="does not have"), before.served():
        pass
    built = before.run("index", "build")

    assert built.exit_code == 0, built.exception
    with before.served() as world:
        assert len(world.services.gallery.index) == 1


def _beside_a_later_index(place: Place, elsewhere: Elsewhere) -> Place:
    """Return another place, with the index that a store had when it had one person more."""
    with place.served() as world:
        world.enrol(4)
    other = elsewhere(place.keys)
    shutil.copytree(place.store / "index", other.store / "index")
    return other


def _dies(*_: object) -> None:
    raise InterruptedError


def test_keys_that_forgot_what_they_signed_are_told_of_and_accepted_on_demand(
    place: Place, backup: Path, elsewhere: Elsewhere
) -> None:
    (place.keys / "checkpoint.last").unlink()
    plain, accepted = elsewhere(place.keys, "plain"), elsewhere(place.keys, "accepted")

    told = plain.run("restore", str(backup), "--json")
    with pytest.raises(StateBehindError), plain.served():
        pass
    done = accepted.run("restore", str(backup), "--accept-lost-events", "--json")

    assert (told.exit_code, json.loads(told.stdout)["log_is_sound"]) == (1, False)
    assert (done.exit_code, json.loads(done.stdout)["log_is_sound"]) == (0, True)
    with accepted.served() as world, world.services.units.read() as unit:
        assert unit.events.latest(StateAccepted.event_type) is not None


def test_a_store_that_is_not_empty_is_left_alone(place: Place, backup: Path) -> None:
    answer = place.run("restore", str(backup))

    assert isinstance(refused(answer), ConflictError)
    with place.served() as world:
        assert world.counts()[2] == 3


def test_without_the_keys_nothing_is_restored(
    place: Place, backup: Path, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    other = elsewhere(tmp_path / "other-keys")

    assert isinstance(refused(other.run("restore", str(backup))), KeysMissingError)
    with other.served() as world:
        assert world.counts()[2] == 0


def test_the_keys_are_copied_apart_and_open_the_backup(
    place: Place, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with place.served() as world:
        world.enrol(PERSON)
    file, keys = tmp_path / "a.backup", tmp_path / "safe"

    done = place.run("backup", str(file), "--keys-to", str(keys))

    assert done.exit_code == 0, done.output
    assert all(path.stat().st_mode & 0o077 == 0 for path in keys.iterdir())
    assert elsewhere(keys).run("restore", str(file)).exit_code == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_keys_are_copied_whole_or_not_at_all_however_much_room_a_disk_has(
    place: Place, tmp_path: Path
) -> None:
    with place.served() as world:
        world.enrol(PERSON)
    with small_disk(tmp_path / "disk", size="1m") as disk:
        keys, codes = disk.root / "keys", list[int]()
        while 0 not in codes:
            disk.fill(leaving=len(codes) * 32768)
            file = tmp_path / f"{len(codes)}.backup"
            codes.append(place.run("backup", str(file), "--keys-to", str(keys)).exit_code)
            copied = sorted(one.name for one in keys.glob("*"))
            disk.free()
            assert not copied or codes[-1] == 0, codes

    assert len(codes) > 1
    assert "vault.sqlite" in copied


def test_keys_beside_the_backup_are_refused(place: Place, tmp_path: Path) -> None:
    answer = place.run("backup", str(tmp_path / "a.backup"), "--keys-to", str(tmp_path))

    assert isinstance(refused(answer), InvalidInputError)


def test_a_backup_replaces_no_other(place: Place, backup: Path) -> None:
    held = backup.read_bytes()

    assert isinstance(refused(place.run("backup", str(backup))), InvalidInputError)
    assert backup.read_bytes() == held
    assert backup.stat().st_mode & 0o077 == 0


def test_a_backup_holds_no_name_and_no_template_in_the_clear(backup: Path) -> None:
    data = backup.read_bytes()

    assert b"Surname1" not in data
    assert b"Placetown" not in data


def test_a_damaged_backup_is_refused_before_anything_is_touched(
    backup: Path, place: Place, elsewhere: Elsewhere
) -> None:
    data = backup.read_bytes()
    half = len(data) // 2
    damaged = {
        "cut": data[:half],
        "changed": data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :],
        "longer": data + b"{}\n",
        "foreign": b"[]\n",
        "empty": b"",
    }

    for name, content in damaged.items():
        backup.write_bytes(content)
        answer = elsewhere(place.keys).run("restore", str(backup))
        assert isinstance(refused(answer), BackupDamagedError), name


def test_a_backup_travels_through_pipes(place: Place, backup: Path, elsewhere: Elsewhere) -> None:
    sent = place.run("backup", "-")
    assert sent.exit_code == 0, sent.stderr

    done = elsewhere(place.keys).run("restore", "-", "--json", given=sent.stdout_bytes)

    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["log_is_sound"]
    assert json.loads(done.stdout)["rows"]["persons"] == 3
    assert "not read back" in sent.stderr


@pytest.mark.promise("tampering")
def test_a_stream_that_was_cut_or_changed_leaves_no_row(
    place: Place, backup: Path, elsewhere: Elsewhere
) -> None:
    data = backup.read_bytes()
    lines = data.splitlines(keepends=True)
    bad = [
        *(data[: len(data) * share // 7] for share in range(7)),
        data[: -len(lines[-1])],
        data[:-2],
        data + b"{}\n",
        b"".join(lines[:3] + lines[4:]),
        b"".join([lines[0], *reversed(lines[1:-1]), lines[-1]]),
        *(_flipped(data, len(data) * share // 13) for share in range(1, 13)),
    ]
    other = elsewhere(place.keys)

    for number, content in enumerate(bad):
        answer = other.run("restore", "-", given=content)
        assert isinstance(refused(answer), BackupDamagedError), number
    whole = other.run("restore", "-", given=data)

    # It demands an empty store: nothing was left by what was refused.
    assert whole.exit_code == 0, repr(whole.exception)


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_a_rehearsal_verifies_a_backup_and_leaves_nothing(place: Place, backup: Path) -> None:
    with place.served() as world:
        world.enrol(4)
        before = world.counts()
    kept = {path.name: path.read_bytes() for path in place.keys.glob("checkpoint.*")}

    told = [
        place.run("restore", name, "--rehearse", "--json", given=data)
        for name, data in ((str(backup), b""), ("-", backup.read_bytes()))
    ]
    damaged = place.run("restore", "-", "--rehearse", given=backup.read_bytes()[:-9])

    for one in told:
        assert one.exit_code == 0, repr(one.exception)
        facts = json.loads(one.stdout)
        assert (facts["log_is_sound"], facts["findings"]) == (True, [])
        assert facts["signed_since"] > 0
    assert isinstance(refused(damaged), BackupDamagedError)
    assert not list(place.keys.glob("rehearsal-*"))
    # Nothing was signed in the name of the log.
    assert kept == {path.name: path.read_bytes() for path in place.keys.glob("checkpoint.*")}
    with place.served() as world:
        # But for the event of its start.
        assert world.counts()[1:] == before[1:]


def test_nobody_is_signed_in_after_a_restore(
    place: Place, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with place.served() as world:
        office = Office(world.app, world, with_fast_hashes(world.app))
        secret = office.examiner().client.cookies["identlink-session"]
    file = tmp_path / "identlink.backup"
    assert place.run("backup", str(file)).exit_code == 0
    other = elsewhere(place.keys)

    done = other.run("restore", str(file), "--json")

    assert json.loads(done.stdout)["log_is_sound"]
    with other.served() as world, pytest.raises(NotAuthenticatedError):
        recognise(world.app.state.workbench, secret)


def test_a_rehearsal_removes_the_copy_of_the_keys_that_a_killed_one_left(
    place: Place, backup: Path
) -> None:
    left = place.keys / "rehearsal-killed" / "keys"
    left.mkdir(parents=True)
    (left / "vault.sqlite").write_bytes(b"keys of that time")

    assert place.run("restore", str(backup), "--rehearse").exit_code == 0
    assert not list(place.keys.glob("rehearsal-*"))


def test_a_backup_leaves_the_file_that_another_one_is_writing(
    place: Place, backup: Path, tmp_path: Path
) -> None:
    file, part = tmp_path / "second", tmp_path / "second.part"
    with beside(file, ".part") as other:
        other.write(b"half of it")
        other.flush()

        told = refused(place.run("backup", str(file)))

        assert isinstance(told, ConflictError)
        assert "is writing this file" in told.detail
        assert (part.read_bytes(), file.exists()) == (b"half of it", False)


def test_a_backup_writes_over_what_a_killed_one_left(
    place: Place, backup: Path, tmp_path: Path
) -> None:
    file, part = tmp_path / "second", tmp_path / "second.part"
    part.write_bytes(b"half of it" * 100_000)

    assert place.run("backup", str(file)).exit_code == 0
    assert place.run("restore", str(file), "--rehearse").exit_code == 0
    assert not part.exists()


def test_a_list_that_could_not_be_written_leaves_no_file(
    place: Place, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(self: BackupList, stream: BinaryIO) -> None:
        stream.write(b"half of it")
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(BackupList, "write", write)
    file, listed = tmp_path / "second", tmp_path / "list"

    told = place.run("backup", str(file), "--list-to", str(listed))

    assert isinstance(told.exception, OSError)
    assert (file.exists(), listed.exists()) == (True, False)


@pytest.mark.promise("erasure")
@pytest.mark.parametrize("is_released", [False, True])
def test_who_lost_only_prints_since_keeps_the_record(
    place: Place, elsewhere: Elsewhere, tmp_path: Path, *, is_released: bool
) -> None:
    with place.served() as world:
        person_id = retaining.enrol(world, PERSON, retaining.DROPPED)
        if is_released:
            retaining.released(world)
    file = tmp_path / "identlink.backup"
    assert place.run("backup", str(file)).exit_code == 0
    with place.served() as world:
        if not is_released:
            retaining.released(world)
        assert destroy_prints(retaining.waited(world)) == 1
    other = elsewhere(place.keys)

    done = other.run("restore", str(file), "--accept-lost-events", "--json")

    facts = json.loads(done.stdout)
    assert (facts["erased_again"], facts["log_is_sound"]) == (0, True)
    with other.served() as world, world.services.units.read() as unit:
        row = unit.people.person_row(PersonId(person_id))
        assert row is not None
        assert unit.people.records_of([row])
        assert len(world.services.gallery.index) == 0
        destroy_prints(retaining.waited(world))
    assert other.run("log", "verify").exit_code == 0


@pytest.mark.promise("erasure")
def test_who_was_erased_since_and_had_no_prints_is_erased_again(
    place: Place, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with place.served() as world:
        told = world.officer().post(
            "/v1/records", record(1) | {"arrest_reports": [report(ASN_OF[1])]}
        )
        person_id = told.json()["person_id"]
    file = tmp_path / "identlink.backup"
    assert place.run("backup", str(file)).exit_code == 0
    with place.served() as world:
        have_erased(world, person_id)
    other = elsewhere(place.keys)

    done = other.run("restore", str(file), "--accept-lost-events", "--json")

    facts = json.loads(done.stdout)
    assert (facts["erased_again"], facts["log_is_sound"]) == (1, True)
    with other.served() as world, world.services.units.read() as unit:
        assert unit.people.person_row(PersonId(person_id)) is None


@pytest.mark.promise("erasure")
def test_who_was_erased_since_is_erased_again_with_all_that_was_about_them(
    place: Place, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with place.served() as world:
        people = [world.enrol(one)["person_id"] for one in (PERSON, ERASED)]
        work = opened(world)
        case_id = world.case_of(work.search_by_prints(PERSON))
        for examiner in ("examiner-a", "examiner-b"):
            world.examine(case_id, examiner, person_id=people[0])
        work.identify()
        work.release()
        merged(world, *people)
    file = tmp_path / "identlink.backup"
    assert place.run("backup", str(file)).exit_code == 0
    with place.served() as world:
        have_erased(world, people[0])
    other = elsewhere(place.keys)

    done = other.run("restore", str(file), "--accept-lost-events", "--json")

    facts = json.loads(done.stdout)
    assert (facts["erased_again"], facts["log_is_sound"]) == (2, True)
    with other.served() as world, world.services.units.read() as unit:
        assert unit.people.count() == 0
        assert not any(unit.people.is_left(PersonId(one)) for one in people)


@pytest.mark.promise("erasure")
def test_whose_entry_was_deleted_since_keeps_the_prints(
    place: Place, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with place.served() as world:
        person = world.enrol(PERSON)
        deleting.arrested(world, person["record_id"], deleting.arrest("no further action"))
        deletion_id = deleting.asked(deleting.deletion_request(world))
        decided = deleting.decide(deleting.decider(world), deletion_id, "entry")
        assert decided.is_success, decided.text
    file = tmp_path / "identlink.backup"
    assert place.run("backup", str(file)).exit_code == 0
    with place.served() as world:
        assert deleting.carry_out(world, deletion_id).is_success
    other = elsewhere(place.keys)

    done = other.run("restore", str(file), "--accept-lost-events", "--json")

    facts = json.loads(done.stdout)
    assert (facts["erased_again"], facts["log_is_sound"]) == (0, True)
    with other.served() as world:
        assert len(world.services.gallery.index) == 1
        assert world.standing(world.search(PERSON))
        assert world.force().get(f"/v1/records/{person['record_id']}").status_code < 500


@pytest.mark.promise("erasure")
@pytest.mark.parametrize("is_confirmed", [False, True])
def test_an_erasure_that_was_open_in_the_backup_and_carried_out_since_ends_again(
    place: Place, elsewhere: Elsewhere, tmp_path: Path, *, is_confirmed: bool
) -> None:
    with place.served() as world:
        person_id = world.enrol(PERSON)["person_id"]
        order = {"basis": "retention period ended", "authority": "ORDER-17"}
        path = f"/v1/erasures/{asked(world, person_id, order)}/confirmation"
        if is_confirmed:
            assert world.supervisor("supervisor-b").post(path).is_success
    file = tmp_path / "identlink.backup"
    assert place.run("backup", str(file)).exit_code == 0
    with place.served() as world:
        world.supervisor("supervisor-b").post(path)
        assert carry_out_erasures(retaining.waited(world)) == 1
    other = elsewhere(place.keys)

    done = other.run("restore", str(file), "--accept-lost-events", "--json")

    facts = json.loads(done.stdout)
    assert (facts["erased_again"], facts["log_is_sound"]) == (1, True)
    with other.served() as world:
        world.supervisor("supervisor-b").post(path)
        carry_out_erasures(retaining.waited(world))
        with world.services.units.read() as unit:
            assert unit.people.person_row(PersonId(person_id)) is None
            assert not unit.erasures.page(is_open=True, before=None, limit=1).items
    assert other.run("log", "verify").exit_code == 0
