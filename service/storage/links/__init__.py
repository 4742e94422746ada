"""Links, their recipients and notices."""

from __future__ import annotations

from service.storage.links.links import Links
from service.storage.links.notices import Notices
from service.storage.repository import InTransaction, Repository


class LinksRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    links = Repository(Links)
    notices = Repository(Notices)
