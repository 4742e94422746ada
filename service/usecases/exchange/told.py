"""Convictions that other States report, in the inbox of matters: put into quarantine, or added to
a record by people.

The references of all versions of a conviction begin with the State and its id there. A later
version corrects the item that is on record, and never adds a second one.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from domain.access.access import Caller
from domain.agencies.matters import SOURCES, WAITING, Matter, MatterSource, MatterState, Step
from domain.courts.results import Doubt, Reason
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.exchange.codes import FaultCode, StateCode
from domain.exchange.contents import details_of
from domain.exchange.messages import Message, Notification, Update
from domain.ids import PersonId, RecordId
from domain.people import amendments
from domain.people.amending import amended
from domain.people.claims import with_claims
from domain.people.convictions import Source
from domain.people.items import ItemId, ItemKind
from domain.plain_values import plain
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.desk import EXCHANGER, ExchangeDesk
from service.usecases.exchange.stating import conviction_of
from service.usecases.people.amending import live_version_of, store_amended
from service.usecases.people.merging import same_person
from service.usecases.people.rehoming import claims_by, store_matter, store_step
from service.usecases.services import StoreServices

_Plan = Callable[[amendments.RecordVersion], tuple[amendments.Change, ...]]
"""Returns the changes to a live version of a record."""

QUARANTINED = {
    FaultCode.CONFLICT: Reason(Doubt.OTHER_CONTENT),
    FaultCode.SECOND_HAND: Reason(Doubt.SECOND_HAND, "/conviction/country"),
}
"""Why a message that is refused with such a fault is kept for people to decide on."""


def prefix_of(sender: StateCode, conviction_ref: str) -> str:
    """Return the beginning of the references of all versions of a conviction."""
    return f"{sender}/{conviction_ref}/"


def sender_of(matter: Matter) -> StateCode:
    """Return the State that sent a matter."""
    return StateCode(matter.reference.partition("/")[0])


def reference_of(sender: StateCode, told: Notification) -> str:
    """Return the reference of one version of a conviction."""
    return f"{prefix_of(sender, told.conviction.conviction_id)}{told.conviction.version}"


def source_of(matter: Matter) -> Source:
    """Return the source of a matter, as its conviction names it."""
    return Source(SOURCES[matter.source].known_as, sender_of(matter))


@dataclass(frozen=True, slots=True)
class Standing:
    """A version of a conviction that is on a record, and the step that put it there."""

    matter: Matter
    step: Step

    @property
    def item_id(self) -> ItemId | None:
        """The id of the conviction on the record; None if its person is hidden or erased."""
        return next((ItemId(item_id) for _, item_id in self.step.laid), None)


def places_of(versions: Iterable[Matter]) -> list[tuple[RecordId, ItemId]]:
    """Return where convictions of other countries are or were on record."""
    return [
        (step.record_id, ItemId(item_id))
        for one in versions
        if SOURCES[one.source].known_as.is_told
        for step in one.steps
        if step.state is MatterState.ATTACHED and step.record_id is not None
        for _, item_id in step.laid
    ]


def version_of(matter: Matter) -> int:
    """Return the version of the conviction that a matter states."""
    return int(matter.reference.rpartition("/")[2])


def amendment_by(matter: Matter, changes: tuple[amendments.Change, ...]) -> amendments.Amendment:
    """Return the amendment that adds another country's conviction to a record."""
    return amendments.Amendment(
        changes,
        amendments.AmendmentReason.COURT_RESULT,
        "Another country notified this conviction.",
        amendments.SourceKind.COURT,
        f"matter {matter.matter_id}, told by {sender_of(matter)}",
    )


def standing_beside(unit: UnitOfWork, matter: Matter) -> Standing | None:
    """Return the version of a conviction that is already on a record, or None."""
    prefix = matter.reference.rpartition("/")[0] + "/"
    others = unit.matters.under(matter.source, prefix)
    return _standing_of(one for one in others if one.matter_id != matter.matter_id)


def _standing_of(versions: Iterable[Matter]) -> Standing | None:
    for matter in versions:
        if matter.is_on_record:
            laying = (one for one in matter.steps if one.state is MatterState.ATTACHED)
            return Standing(matter, max(laying, key=lambda one: one.number))
    return None


def step_replaced(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    matter: Matter,
    state: MatterState = MatterState.REPLACED,
) -> None:
    """Store the step that says that a newer version has replaced this version of a conviction.

    It then neither waits nor is on a record.
    """
    last = matter.last
    # A person who is hidden or erased is named by the steps before.
    is_live = last.person_id is not None and unit.people.person_row(last.person_id) is not None
    step = Step(
        matter.matter_id,
        last.number + 1,
        state,
        caller.actor.user_id,
        services.now(),
        person_id=last.person_id if is_live else None,
        record_id=last.record_id,
        version=last.version,
    )
    store_step(services, unit, caller, step)


def forget_message(unit: UnitOfWork, matter: Matter) -> None:
    """Erase the content of all messages of a State about a conviction, up to the given version.

    The matter itself is erased when the person is erased.
    """
    if matter.source is not MatterSource.STATE:
        return
    sender, conviction_ref, version = matter.reference.split("/")
    unit.inbox.erase_told(StateCode(sender), conviction_ref, int(version) + 1)


@dataclass(frozen=True, slots=True)
class Telling:
    """A State that reports convictions, in one transaction."""

    services: StoreServices
    desk: ExchangeDesk
    unit: UnitOfWork
    sender: StateCode

    def quarantine(self, message: Message, fault: FaultCode) -> None:
        """Keep a refused version whole for people to decide on; the first version received still
        counts.
        """
        content, reason = message.content, QUARANTINED.get(fault)
        if reason is not None and isinstance(content, Notification | Update):
            told = Notification(content.person, content.conviction)
            self.enter(told, MatterState.QUARANTINED, reason)

    def enter(self, told: Notification, state: MatterState, reason: Reason) -> Matter | None:
        """Put a conviction into the inbox and return it; None if the same content is there
        already.
        """
        digest = self._digest(told)
        if self.unit.matters.same(digest) is not None:
            return None
        now, by = self.services.now(), EXCHANGER.actor.user_id
        matter = Matter(
            self.services.new_id(),
            MatterSource.STATE,
            self._reference(told),
            digest,
            by,
            now,
            told,
        )
        if not store_matter(self.services, self.unit, EXCHANGER, matter):
            return None
        step = Step(matter.matter_id, 1, state, by, now, (reason,))
        store_step(self.services, self.unit, EXCHANGER, step)
        return replace(matter, steps=(step,))

    def contradicts(self, told: Notification) -> bool:
        """Whether this version was received before with other content, and was never attached."""
        reference = self._reference(told)
        if not self.unit.matters.is_taken(MatterSource.STATE, reference):
            return False
        same = self.unit.matters.same(self._digest(told))
        if same is None:
            return True
        was_attached = any(one.state is MatterState.ATTACHED for one in same.steps)
        return same.steps[0].state is MatterState.QUARANTINED and not was_attached

    def people_of(self, conviction_refs: Iterable[str]) -> set[PersonId]:
        """Return the people on whose records convictions are or were, in any version."""
        versions = (one for ref in conviction_refs for one in self._versions(ref))
        named = {step.person_id for one in versions for step in one.steps if step.person_id}
        return {one for person_id in named for one in same_person(self.unit, person_id)}

    def take(self, told: Notification) -> None:
        """Put the newest version of a conviction into the inbox, or correct the version that is on
        record.
        """
        earlier = self._versions(told.conviction.conviction_id)
        matter = self.enter(told, MatterState.DOUBTFUL, Reason(Doubt.NOT_A_COURT))
        if matter is None:
            return
        self._replace_waiting(earlier)
        standing = _standing_of(earlier)
        if standing is not None and _names_the_same(standing.matter, told):
            self._correct(matter, told, standing)

    def delete(self, conviction_ref: str, version: int) -> None:
        """Remove a conviction that its State has deleted, and erase what its message said."""
        gone = [one for one in self._versions(conviction_ref) if version_of(one) < version]
        standing = _standing_of(gone)
        is_left = standing is not None and not self._destroyed(standing, gone)
        self._replace_waiting(gone)
        left = standing.matter if standing is not None and is_left else None
        erased = [one for one in gone if one is not left and not _is_apart(one)]
        self.unit.matters.erase([one.matter_id for one in erased])

    def _destroyed(self, standing: Standing, gone: Sequence[Matter]) -> bool:
        """Whether a conviction left its record and all versions of it; if not, two people see to
        it, because the record is hidden, an item of it is restricted, or the conviction is gone.
        """
        matter, item_id = standing.matter, standing.item_id
        made = None
        if item_id is not None and not self._is_evidence(standing):
            made = self._amend(standing, self._taking_off(item_id, gone), matter)
        if made is not None:
            self.unit.keepings.destroy(matter.matter_id, matter.last.number + 1, places_of(gone))
        state = MatterState.WITHDRAWAL_PROPOSED if made is None else MatterState.ENDED
        step_replaced(self.services, self.unit, EXCHANGER, matter, state)
        return made is not None

    def _is_evidence(self, standing: Standing) -> bool:
        person_id = standing.step.person_id
        if person_id is None or self.unit.people.person_row(person_id) is None:
            return False
        return self.unit.restrictions.has_items(same_person(self.unit, person_id))

    def _replace_waiting(self, versions: Sequence[Matter]) -> None:
        """Mark earlier versions as replaced, and erase their content: none of them was on a
        record.
        """
        waiting = [one for one in versions if one.state in WAITING and not _is_apart(one)]
        for one in waiting:
            step_replaced(self.services, self.unit, EXCHANGER, one)
        self.unit.matters.erase([one.matter_id for one in waiting])

    def _correct(self, matter: Matter, told: Notification, standing: Standing) -> None:
        conviction = conviction_of(told.conviction, source_of(matter))
        if standing.item_id is None:
            return
        change = amendments.Correct(standing.item_id, ItemKind.CONVICTION, conviction)

        def correcting(now: amendments.RecordVersion) -> tuple[amendments.Change, ...]:
            return with_claims((change,), now.items, details_of(told.person))

        made = self._amend(standing, correcting, matter)
        if made is None:
            return
        step_replaced(self.services, self.unit, EXCHANGER, standing.matter)
        step = Step(
            matter.matter_id,
            2,
            MatterState.ATTACHED,
            EXCHANGER.actor.user_id,
            self.services.now(),
            person_id=standing.step.person_id,
            record_id=standing.step.record_id,
            version=made,
            laid=standing.step.laid,
        )
        store_step(self.services, self.unit, EXCHANGER, step)
        forget_message(self.unit, matter)

    def _taking_off(self, item_id: ItemId, gone: Sequence[Matter]) -> _Plan:
        """Return the changes that remove a conviction, and the details that its versions stated
        about the person.
        """

        def plan(now: amendments.RecordVersion) -> tuple[amendments.Change, ...]:
            claims = (claim for one in gone for claim in claims_by(self.unit, one, now))
            return (
                amendments.Withdraw(item_id),
                *(amendments.Withdraw(one.item_id) for one in claims),
            )

        return plan

    def _amend(self, standing: Standing, plan: _Plan, by: Matter) -> int | None:
        """Change the record that a conviction is on. None if a person has to decide instead."""
        record_id = standing.step.record_id
        now = None if record_id is None else live_version_of(self.unit, record_id)
        if now is None:
            return None
        try:
            changes = plan(now)
            after = amended(now.items, changes, today=self.services.today())
        except (InvalidInputError, ConflictError, NotFoundError):
            return None
        amendment = amendment_by(by, changes)
        return store_amended(self.services, self.unit, EXCHANGER, (now, after), amendment)

    def _versions(self, conviction_ref: str) -> tuple[Matter, ...]:
        return self.unit.matters.under(MatterSource.STATE, prefix_of(self.sender, conviction_ref))

    def _reference(self, told: Notification) -> str:
        return reference_of(self.sender, told)

    def _digest(self, told: Notification) -> str:
        said = json.dumps(["state", self.sender, plain(told)], sort_keys=True)
        return self.desk.mac(f"matter {said}".encode()).hex()


def is_deleted(matter: Matter) -> bool:
    """Whether a State deleted a conviction that people then have to remove from its record."""
    return any(
        one.state is MatterState.WITHDRAWAL_PROPOSED and one.stepped_by == EXCHANGER.actor.user_id
        for one in matter.steps
    )


def _is_apart(matter: Matter) -> bool:
    """Whether a matter is in quarantine, or people are deciding whether to take it out."""
    return matter.steps[0].state is MatterState.QUARANTINED and matter.state in WAITING


def _names_the_same(matter: Matter, told: Notification) -> bool:
    """Whether a later version states the same name and birth; false if the first was erased."""
    if matter.told is None:
        return False
    before, after = details_of(matter.told.person), details_of(told.person)
    return (before.names, before.dates_of_birth) == (after.names, after.dates_of_birth)
