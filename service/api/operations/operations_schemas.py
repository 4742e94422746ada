"""How the service is."""

from __future__ import annotations

from typing import Literal

from service.api.base import Answer


class LivenessAnswer(Answer):
    """The process answers."""

    status: Literal["alive"]
    version: str


class ReadinessAnswer(Answer):
    """The service can serve."""

    status: Literal["ready"]
    index_generation: int


class ProblemTypeAnswer(Answer):
    """One problem type in words."""

    code: str
    title: str
    status: int
    explanation: str


class ProblemTypeListAnswer(Answer):
    """All problem types."""

    problems: tuple[ProblemTypeAnswer, ...]
