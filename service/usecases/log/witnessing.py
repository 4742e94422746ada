"""What witnesses have cosigned, and the links that may be told because of it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.cases import Link
from domain.errors import AwaitsWitnessError, InvalidNoteError
from domain.events.links import Linked
from service.ports.signing import LogSigner
from service.provenance.log.checkpoints import open_checkpoint
from service.provenance.log.note_keys import VerifierKey
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.checkpoints import keep_cosigned
from service.usecases.log.roots import root_at
from service.usecases.services import StoreServices, WitnessPolicy


def cosigned_size(unit: UnitOfWork, policy: WitnessPolicy) -> int:
    """Return how many events at least `policy.needed` witnesses have cosigned, 0 for none.

    Signatures and roots are checked again: rows of the database prove nothing by themselves.
    """
    furthest: dict[VerifierKey, int] = {}
    for note in unit.checkpoints.newest_cosigned():
        try:
            signed = open_checkpoint(note, policy.log_key, policy.witnesses)
        except InvalidNoteError:
            continue
        head = signed.checkpoint
        if head.size <= unit.events.size() and root_at(unit, head.size) == head.root:
            for found in signed.cosignatures:
                furthest[found.key] = max(head.size, furthest.get(found.key, 0))
    sizes = sorted(furthest.values(), reverse=True)
    return sizes[policy.needed - 1] if len(sizes) >= policy.needed else 0


def may_be_told(services: StoreServices, unit: UnitOfWork) -> int | None:
    """Return how many events may be told to forces, None for all of them."""
    policy = services.witnessing
    return None if policy is None else cosigned_size(unit, policy)


def awaits_witness(services: StoreServices, unit: UnitOfWork, link: Link) -> bool:
    """Whether a link must not be told to anybody yet."""
    told = may_be_told(services, unit)
    return told is not None and not any(
        event.seq < told
        for event in unit.events.about(link.link_id)
        if event.event_type == Linked.event_type
    )


def demand_witnessed(services: StoreServices, unit: UnitOfWork, link: Link) -> None:
    """Raise AwaitsWitnessError while a link must not leave the office."""
    if awaits_witness(services, unit, link):
        raise AwaitsWitnessError


@dataclass(frozen=True, slots=True)
class CosignatureFollower:
    """Takes the notes that witnesses publish into the database, where bundles get them."""

    services: StoreServices
    signer: LogSigner

    def follow(self) -> int:
        """Store what is new; return how many notes that were."""
        with self.services.units.read() as unit:
            kept = set(unit.checkpoints.newest_cosigned())
        fresh = [one for one in self.signer.witnessed() if one.note.encode() not in kept]
        for signed in fresh:
            keys = tuple(found.key for found in signed.cosignatures)
            keep_cosigned(self.services, signed.note.encode(), self.signer.verifier, keys)
        return len(fresh)
