"""The services that use cases receive, wired once in `service.bootstrap`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from domain.keyed import Mac
from domain.retention import Caps
from domain.searches import Probe, SearchType
from indexing.hits import Hits
from matching.match_bits import MatchModel
from matching.scorer import Scorer
from prints.print_format import PrintFormat
from service.live.gallery import LiveGallery
from service.live.gathering import Gathering, LookBook
from service.live.law_watch import LawWatch, LiveExperience
from service.live.outages import Outages, StateWatch
from service.live.probe_guard import ProbeGuard
from service.live.refusals import Refusals
from service.live.waiting import LiveWaiting, Turns
from service.ports.gallery import UNOBSERVED, ModelShelf, Names, Stages
from service.ports.surroundings import Surroundings
from service.provenance.log.note_keys import VerifierKey
from service.storage.database import UnitsOfWork
from service.usecases.policy import CasePolicy
from service.usecases.print_desk import PrintDesk

_LOOKED_UP_TOGETHER = 8
"""Searches in one pass over the index: the cost of one hardly falls beyond, and all wait."""


def _shared_look_ups() -> Mapping[SearchType, Gathering[Probe, Hits]]:
    return {kind: Gathering(_LOOKED_UP_TOGETHER) for kind in (SearchType.TP_TP, SearchType.LT_TP)}


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """No link is told to anybody before this many witnesses have cosigned it."""

    needed: int
    log_key: VerifierKey
    witnesses: tuple[VerifierKey, ...]


@dataclass(frozen=True, slots=True)
class StoreServices:
    """Services without index and model. Thread-safe."""

    units: UnitsOfWork
    surroundings: Surroundings
    print_format: PrintFormat
    """The template format of the gallery."""
    witnessing: WitnessPolicy | None = field(default=None, kw_only=True)
    """What links wait for before they are told; None: for nothing."""
    host: str = field(default="", kw_only=True)
    """The name of this host among those on one database."""
    looks: LookBook = field(default_factory=LookBook, kw_only=True)
    """Keeps the events of looks."""
    refusals: Refusals = field(default_factory=Refusals, kw_only=True)
    """Counts what was refused until its events are written."""


@dataclass(frozen=True, slots=True)
class Services(StoreServices):
    """Everything a use case may reach. Thread-safe: one instance serves a whole process."""

    gallery: LiveGallery
    names: Names
    waiting: LiveWaiting
    """What waits to be attached to a record."""
    scorer: Scorer
    policy: CasePolicy
    code_version: str
    models: ModelShelf
    """Every model that was ever in use, the present one too."""
    prints: PrintDesk
    """Reads files of prints and makes templates of them."""
    turns: Turns
    """In which searches are worked, from the look-up to the commit."""
    reference_mac: Mac
    """The keyed digests by which references of clients are found."""
    erasure_wait: timedelta = timedelta(hours=72)
    """How long an erasure can be called back once it is confirmed."""
    purge_caps: Caps = field(default_factory=Caps)
    """The most that one plan of a purge may erase."""
    issues_numbers: bool = False
    """Whether PNC IDs and CRO numbers are issued here."""
    stages: Stages = UNOBSERVED
    outages: Outages = field(default_factory=Outages)
    """The outages of this process."""
    state: StateWatch = field(default_factory=StateWatch)
    """Whether the log continued the memory of its key when it was looked at last."""
    law: LawWatch = field(default_factory=LawWatch)
    """The watch on the law of prints; it watches nothing where the model has no home law."""
    experience: LiveExperience = field(default_factory=LiveExperience)
    """How alike strangers got in this gallery: searches by prints are weighed by it."""
    match_models: Sequence[MatchModel] = ()
    """Models of print matches, each bound to an extractor: they tell what minutiae are worth."""
    guard: ProbeGuard | None = None
    """Counts attempts with nearly the same probe; without it they are not counted."""
    shared_look_ups: Mapping[SearchType, Gathering[Probe, Hits]] = field(
        default_factory=_shared_look_ups
    )
    """In which searches of one type that come at one time are looked up together."""
