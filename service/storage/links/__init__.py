"""Links, their recipients and notices."""

from __future__ import annotations

from service.storage.links.links import Links, Notices
from service.storage.transaction import InTransaction, Repository


class LinksRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    links = Repository(Links)
    notices = Repository(Notices)
