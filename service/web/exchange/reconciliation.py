"""Duties to tell compared with messages sent, as a table and as bars.

Only figures: which person a duty is about is not shown here.
"""

from starlette.responses import Response

from domain.exchange.duties import Stratum
from service.api.state import StateOf
from service.usecases.exchange.reconciling import reckon
from service.web.examination.plots import RowBar, share_bar
from service.web.page_route import page_router
from service.web.visitors import DutyReaderOf

router = page_router("/workbench/exchange")


@router.get("")
def show_reconciliation(visit: DutyReaderOf, state: StateOf) -> Response:
    """Show how every duty to tell another State stands, counted now."""
    if state.exchange is None:
        return visit.page("exchange/reconciliation.html", {"figures": None, "own": ""})
    figures = reckon(state.services, state.exchange).figures
    values = {"figures": figures, "own": state.exchange.own, "bar": _bar}
    return visit.page("exchange/reconciliation.html", values)


def _bar(stratum: Stratum) -> RowBar:
    """Return the bar of completeness past the last day."""
    return share_bar(stratum.complete)
