"""Figures of the desk."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.authentication import FigureReader
from service.api.documentation import call_problems
from service.api.examination.statistics_schemas import StatisticsAnswer
from service.api.state import BenchOf
from service.usecases.examination.statistics import statistics

router = APIRouter(prefix="/v1", tags=["figures"])


@router.get("/statistics", responses=call_problems())
def get_statistics(caller: FigureReader, bench: BenchOf) -> StatisticsAnswer:
    """Return the figures of the last year: turnaround, queue, outcomes, agreement, controls."""
    return StatisticsAnswer.of(statistics(bench, caller))
