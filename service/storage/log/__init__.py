"""The log: events, tree, checkpoints, and the state that it must tell."""

from __future__ import annotations

from service.storage.log.checkpoints import Checkpoints
from service.storage.log.consultations import Consultations
from service.storage.log.events import Events
from service.storage.log.hosts import Hosts
from service.storage.log.state import State
from service.storage.repository import InTransaction, Repository


class LogRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    events = Repository(Events)
    checkpoints = Repository(Checkpoints)
    state = Repository(State)
    hosts = Repository(Hosts)
    consultations = Repository(Consultations)
