"""Another country for the demo: a second store with keys of its own, served beside the first."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from domain.exchange.codes import Transport
from domain.exchange.identifiers import StateCode
from service.app import create_app
from service.bootstrap import Runtime, open_exchange
from service.cli.context import CONSOLE
from service.demo.server import running
from service.logs import build_logger
from service.settings import Settings
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.partners import (
    RegisterPartner,
    end_partner,
    partners,
    register_partner,
)
from service.usecases.exchange.sending import Sweep, send_due

ABROAD = StateCode("POL")


@dataclass(frozen=True, slots=True)
class Country:
    """One of the two installations."""

    runtime: Runtime
    desk: ExchangeDesk
    address: str

    def knows(self, other: Country) -> None:
        """Register the other country's key and address, in place of those of an earlier run."""
        services = self.runtime.services
        for one in partners(services):
            if one.state == other.desk.own:
                end_partner(services, CONSOLE, one.partner_id)
        command = RegisterPartner(
            other.desk.own,
            Transport.SIGNED_HTTP,
            f"{other.address}/v1/exchange/messages",
            other.desk.signatures.public_key,
        )
        register_partner(services, self.desk, CONSOLE, command)

    def send(self) -> Sweep:
        """Hand over what is due, over HTTP."""
        return send_due(self.runtime.services, self.desk)


def country_of(runtime: Runtime, address: str) -> Country:
    """Return a served installation; the settings of the demo name a State."""
    desk = open_exchange(runtime.settings)
    # `--exchange` sets the State.
    assert desk is not None  # noqa: S101
    today = runtime.services.surroundings.clock().date()
    return Country(runtime, replace(desk, since=today), address)


@contextmanager
def another_country(
    settings: Settings, opened: Callable[[Settings], Runtime]
) -> Iterator[Country]:
    """Serve another country's store, beside ours in its directory, until the context ends."""
    abroad = settings.model_copy(
        update={
            "store": settings.store / "another-country",
            "keys": None,
            "database_url": None,
            "exchange_state": ABROAD,
        }
    )
    runtime = opened(abroad)
    app = create_app(runtime, logger=build_logger(sys.stderr, "warning"))
    with running(app, host="127.0.0.1", port=0) as address:
        yield country_of(runtime, address)
