"""Messages that gateways left in folders, taken and answered.

An answer is a file in the State's `out` folder. It is written before the file that it answers is
moved away: after a crash in between the same message is read and answered again, and both are
harmless.
"""

from __future__ import annotations

from domain.exchange.codes import FaultCode, Transport
from domain.exchange.faults import MessageFaultError
from domain.exchange.messages import Message
from domain.exchange.partners import Partner
from service.ports.exchange import Carried, Found
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.partners import partners
from service.usecases.exchange.receiving import nothing_more
from service.usecases.exchange.taking import Acting, Taking
from service.usecases.services import StoreServices


def collect(services: StoreServices, desk: ExchangeDesk, act: Acting = nothing_more) -> int:
    """Take the files of gateways and answer them; return how many files were read."""
    known = [one for one in partners(services) if one.transport is Transport.DROP_FOLDER]
    return sum(_collected(services, desk, partner, act) for partner in known)


def _collected(services: StoreServices, desk: ExchangeDesk, partner: Partner, act: Acting) -> int:
    folder = desk.needed_folder()
    found = folder.found(partner, desk.at_once)
    if not found:
        return 0
    with services.units.write() as unit:
        taking = Taking(services, desk, unit, partner.state, act)
        answers = taking.take([_message(one) for one in found])
        unit.commit()
    if folder.put(partner, answers) is not Carried.TAKEN:
        return 0
    for one in found:
        folder.settle(partner, one)
    return len(found)


def _message(found: Found) -> Message | MessageFaultError:
    return found.message or found.fault or MessageFaultError(fault=FaultCode.MALFORMED)
