"""Figures of the desk."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.authentication import Examiner, FigureReader
from service.api.documentation import call_problems
from service.api.examination.statistics_schemas import OwnCompetenceAnswer, StatisticsAnswer
from service.api.state import BenchOf
from service.usecases.examination.competence import own_competence
from service.usecases.examination.statistics import statistics

router = APIRouter(prefix="/v1", tags=["figures"])


@router.get("/statistics", responses=call_problems())
def get_statistics(caller: FigureReader, bench: BenchOf) -> StatisticsAnswer:
    """Return the figures of the last year: turnaround, queue, outcomes, agreement, controls."""
    return StatisticsAnswer.of(statistics(bench, caller))


@router.get("/competence", responses=call_problems())
def get_competence(caller: Examiner, bench: BenchOf) -> OwnCompetenceAnswer:
    """Return the caller's own control items, agreement and consistency of the last year."""
    return OwnCompetenceAnswer.of(own_competence(bench, caller))
