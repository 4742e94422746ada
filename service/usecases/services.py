"""What the use cases work with, wired once in `service.bootstrap`."""

from __future__ import annotations

from dataclasses import dataclass

from matching.scorer import Scorer
from service.ports.stages import UNOBSERVED, Stages
from service.ports.surroundings import Surroundings
from service.ports.unit_of_work import UnitsOfWork
from service.usecases.gallery import LiveGallery
from service.usecases.names import LiveNames
from service.usecases.policy import CasePolicy


@dataclass(frozen=True, slots=True)
class StoreServices:
    """What suffices where neither the index nor a model is needed. Thread-safe."""

    units: UnitsOfWork
    surroundings: Surroundings


@dataclass(frozen=True, slots=True)
class Services(StoreServices):
    """Everything a use case may reach. Thread-safe: one instance serves a whole process."""

    gallery: LiveGallery
    names: LiveNames
    scorer: Scorer
    policy: CasePolicy
    code_version: str
    stages: Stages = UNOBSERVED
