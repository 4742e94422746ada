"""Figures of the desk, as tables and as plots."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.usecases.statistics import statistics
from service.web.page_route import PageRoute
from service.web.plots import month_bars
from service.web.rendering import render
from service.web.state import BenchOf
from service.web.visitors import FigureReaderOf

router = APIRouter(prefix="/workbench/statistics", route_class=PageRoute, include_in_schema=False)


@router.get("")
def show_statistics(request: Request, caller: FigureReaderOf, bench: BenchOf) -> Response:
    """Show the figures of the last year."""
    found = statistics(bench, caller)
    values = {"figures": found, "months": month_bars(found.outcomes)}
    return render(request, "statistics.html", values)
