"""Quarterly figures: released once, shown, checked and withdrawn.

A release is frozen together with its rules, the digest of its query, and the state of the log. It
is never computed again: a later version only withdraws tables of the previous version, and says
why.
"""

import hashlib
from collections.abc import Collection
from dataclasses import replace

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError
from domain.events.publication import StatisticsReleased
from domain.plain_text import require_reason
from domain.publication import Quarter, Release, ReleaseContent, Stage
from domain.searches.searches import SearchType
from rules.data_files import data_file
from rules.small_numbers import SMALL_NUMBERS, policy_named
from service.storage.publication.releases import content_text, question_text
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.log.state_age import root_at
from service.usecases.publication.cube import CUBE, Cube, cube_named, tables_of
from service.usecases.requests.kinds import KINDS
from service.usecases.services import StoreServices

RULES = f"{CUBE} {SMALL_NUMBERS}"


def release_quarter(services: StoreServices, caller: Caller, quarter: Quarter) -> Release:
    """Count a quarter that has ended, freeze its figures and release them.

    Raises NotPermittedError, ConflictError (the quarter has not ended, or is already released).
    """
    caller.actor.require(Scope.OPERATE)
    now = services.surroundings.clock()
    if quarter.last_day >= now.date():
        raise ConflictError(
            "The quarter has not ended yet: publish its figures after its last day."
        )
    with services.units.write() as unit:
        content = count_quarter(unit, quarter)
        size = unit.events.size()
        release = Release(
            services.surroundings.new_id(),
            quarter,
            1,
            content,
            _digest(content),
            size,
            root_at(unit, size).hex(),
            caller.actor.user_id,
            now,
        )
        _put(services, unit, caller, release)
        unit.commit()
    return release


def count_quarter(unit: UnitOfWork, quarter: Quarter) -> ReleaseContent:
    """Return the figures for a quarter from its countable facts, after disclosure control."""
    cube = cube_named()
    counted = {stage: unit.facts.count(quarter, stage, cube.band_ends) for stage in Stage}
    names = {*KINDS, *(f"search {kind.value}" for kind in SearchType)}
    tables = tables_of(policy_named(), cube, counted, names)
    return ReleaseContent(str(quarter), RULES, _question(cube, quarter), tables)


def _question(cube: Cube, quarter: Quarter) -> str:
    """Return the SHA-256 of what is counted: query, cube and policy."""
    queries = [question_text(quarter, stage, cube.band_ends) for stage in Stage]
    asked = "\n".join((*queries, cube.sha256, data_file(SMALL_NUMBERS).sha256))
    return hashlib.sha256(asked.encode()).hexdigest()


def _digest(content: ReleaseContent) -> str:
    return hashlib.sha256(content_text(content).encode()).hexdigest()


def _put(services: StoreServices, unit: UnitOfWork, caller: Caller, release: Release) -> None:
    unit.releases.put(release)
    event = StatisticsReleased(
        release.release_id,
        str(release.quarter),
        release.version,
        release.content_sha256,
        on_log_size=release.log_size,
    )
    record(unit, services.surroundings, caller, event)


def withdraw_tables(
    services: StoreServices,
    caller: Caller,
    quarter: Quarter,
    tables: Collection[tuple[str, str]],
    note: str,
) -> Release:
    """Make a version of a release without these tables (service, cut); no figure changes.

    Raises NotPermittedError, NotFoundError (no release), InvalidInputError (no note, or a table
    that the release does not have).
    """
    caller.actor.require(Scope.OPERATE)
    require_reason(note, "/note")
    with services.units.write() as unit:
        last = existing(next(iter(unit.releases.of(quarter)), None))
        held = {(one.service, one.cut) for one in last.content.tables}
        if not tables or not set(tables) <= held:
            raise InvalidInputError(
                "Name at least one table of the newest release.",
                pointer="/tables",
            )
        kept = tuple(
            one for one in last.content.tables if (one.service, one.cut) not in set(tables)
        )
        content = replace(last.content, tables=kept)
        release = replace(
            last,
            release_id=services.surroundings.new_id(),
            version=last.version + 1,
            content=content,
            content_sha256=_digest(content),
            released_by=caller.actor.user_id,
            released_at=services.surroundings.clock(),
            note=note.strip(),
        )
        _put(services, unit, caller, release)
        unit.commit()
    return release


def list_releases(services: StoreServices, caller: Caller) -> tuple[Release, ...]:
    """Return every release, newest first. Raises NotPermittedError."""
    caller.actor.require(Scope.READ_FIGURES)
    with services.units.read() as unit:
        return unit.releases.all()


def show_release(services: StoreServices, caller: Caller, quarter: Quarter) -> Release:
    """Return the newest version of a release. Raises NotPermittedError, NotFoundError."""
    caller.actor.require(Scope.READ_FIGURES)
    with services.units.read() as unit:
        return existing(next(iter(unit.releases.of(quarter)), None))


def check_release(services: StoreServices, caller: Caller, quarter: Quarter) -> bool:
    """Count a published quarter again; return whether this gives the figures that were first
    published.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.READ_FIGURES)
    with services.units.read() as unit:
        first = existing(next(reversed(unit.releases.of(quarter)), None))
        return content_text(count_quarter(unit, quarter)) == content_text(first.content)
