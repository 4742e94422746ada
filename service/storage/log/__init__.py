"""The log: events, tree, checkpoints, and the state that it must tell.

- `checkpoints`: signed checkpoints on a database
- `consultations`: the events by which a person was looked at, found by everything that is theirs
- `events`: the log of events
- `head`: giving numbers: events and gallery changes are counted without gaps, in the order of
  commits
- `hosts`: the hosts of a service, and the fenced lease under which one of them signs the log
- `state`: the state of the database as the log has to tell it: rows, columns beside bodies,
  nodes
"""

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
