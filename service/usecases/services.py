"""The services that use cases receive, built once in `service.bootstrap`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.access.access import Caller, Scope
from domain.office_days import office_day
from domain.retention.retention import Caps
from domain.searches.searches import Probe, SearchType
from domain.store_secrets import Mac
from indexing.searching.hits import Hits
from matching.match_bits import MatchModel
from matching.scorer import Scorer
from prints.print_format import PrintFormat
from service.live.gallery import LiveGallery
from service.live.gathering import Gathering, LookBook
from service.live.law_watch import LawWatch, LiveExperience
from service.live.outages import Outages, StateWatch
from service.live.rate_limits import ProbeGuard
from service.live.refusals import Refusals
from service.live.waiting import LiveWaiting, Turns
from service.ports.gallery import UNOBSERVED, ModelShelf, Names, Stages
from service.ports.surroundings import Surroundings
from service.provenance.log.note_keys import VerifierKey
from service.storage.database import UnitsOfWork
from service.storage.unit_of_work import UnitOfWork
from service.usecases.policy import CasePolicy
from service.usecases.print_desk import PrintDesk

_LOOKED_UP_TOGETHER = 8
"""The number of searches in one pass over the index. With more, the cost of each hardly falls, but
all of them wait longer."""


def _shared_look_ups() -> Mapping[SearchType, Gathering[Probe, Hits]]:
    return {kind: Gathering(_LOOKED_UP_TOGETHER) for kind in (SearchType.TP_TP, SearchType.LT_TP)}


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """The rule that no link is disclosed before this many witnesses have cosigned it."""

    needed: int
    log_key: VerifierKey
    witnesses: tuple[VerifierKey, ...]


@dataclass(frozen=True, slots=True)
class StoreServices:
    """The services that need neither index nor model. Thread-safe."""

    units: UnitsOfWork
    surroundings: Surroundings
    print_format: PrintFormat
    """The template format of the gallery."""
    witnessing: WitnessPolicy | None = field(default=None, kw_only=True)
    """What links wait for before they are disclosed; None means that they do not wait."""
    host: str = field(default="", kw_only=True)
    """The name of this host among the hosts that share a database."""
    looks: LookBook = field(default_factory=LookBook, kw_only=True)
    """Stores access events."""
    refusals: Refusals = field(default_factory=Refusals, kw_only=True)
    """Counts refused calls until their events are written."""

    def now(self) -> datetime:
        """Return the present time."""
        return self.surroundings.clock()

    def today(self) -> date:
        """Return the present day."""
        return office_day(self.surroundings.clock())

    def new_id(self) -> str:
        """Return an id that nothing has yet."""
        return self.surroundings.new_id()

    def reading(self, caller: Caller, scope: Scope) -> UnitOfWork:
        """Return a unit that only reads. Raises NotPermittedError if the caller lacks a scope."""
        caller.actor.require(scope)
        return self.units.read()

    def begin(self, caller: Caller, scope: Scope) -> AbstractContextManager[UnitOfWork]:
        """Return a unit that commits at the end of its block, unless an error leaves it.

        Raises NotPermittedError if the caller lacks a scope.
        """
        caller.actor.require(scope)
        return self.units.begin()


@dataclass(frozen=True, slots=True)
class Services(StoreServices):
    """Everything that a use case may use. Thread-safe: one instance serves a whole process."""

    gallery: LiveGallery
    names: Names
    waiting: LiveWaiting
    """The items waiting to be attached to a record."""
    scorer: Scorer
    policy: CasePolicy
    code_version: str
    models: ModelShelf
    """Every model that was ever in use, including the present one."""
    prints: PrintDesk
    turns: Turns
    """The turns in which searches are processed, from the look-up to the commit."""
    reference_mac: Mac
    """The keyed digest by which clients' references are found."""
    erasure_wait: timedelta = timedelta(hours=72)
    """How long an erasure can be cancelled after it is confirmed."""
    purge_caps: Caps = field(default_factory=Caps)
    """The limits on what one purge plan may erase."""
    issues_numbers: bool = False
    """Whether this installation issues PNC IDs and CRO numbers."""
    stages: Stages = UNOBSERVED
    outages: Outages = field(default_factory=Outages)
    state: StateWatch = field(default_factory=StateWatch)
    """Whether the log continued the checkpoint stored with its key when this was last checked."""
    law: LawWatch = field(default_factory=LawWatch)
    """Monitors whether prints follow the home law; it monitors nothing if the model has no home
    law."""
    experience: LiveExperience = field(default_factory=LiveExperience)
    """How alike strangers got in this gallery: searches by prints are weighed by it."""
    match_models: Sequence[MatchModel] = ()
    """Models of print matches, each bound to an extractor: they tell what minutiae are worth."""
    guard: ProbeGuard | None = None
    """Counts attempts with nearly the same probe; None means that they are not counted."""
    shared_look_ups: Mapping[SearchType, Gathering[Probe, Hits]] = field(
        default_factory=_shared_look_ups
    )
    """Look up simultaneous searches of one type together."""
