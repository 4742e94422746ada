"""Duties to notify compared with the messages sent, as a table and as bars.

Only figures are shown, never whom a duty is about.
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
    """Show the state of all duties to notify other States, counted now."""
    if state.exchange is None:
        return visit.page("exchange/reconciliation.html", {"figures": None, "own": ""})
    figures = reckon(state.services, state.exchange).figures
    values = {"figures": figures, "own": state.exchange.own, "bar": _bar}
    return visit.page("exchange/reconciliation.html", values)


def _bar(stratum: Stratum) -> RowBar:
    """Return the bar for the completeness of duties whose last day has passed."""
    return share_bar(stratum.complete)
