"""Persons, records, captures, and the feed of gallery changes."""

from __future__ import annotations

from service.storage.people.encounters import Encounters
from service.storage.people.enrolments import Enrolments
from service.storage.people.erasures import Erasures
from service.storage.people.found import FoundCaptures
from service.storage.people.gallery_cases import GalleryCases
from service.storage.people.merges import Merges
from service.storage.people.people import People
from service.storage.people.records import Records
from service.storage.people.references import References
from service.storage.people.remakes import Remakes
from service.storage.repository import InTransaction, Repository


class PeopleRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    people = Repository(People)
    records = Repository(Records)
    encounters = Repository(Encounters)
    enrolments = Repository(Enrolments)
    found_captures = Repository(FoundCaptures)
    merges = Repository(Merges)
    erasures = Repository(Erasures)
    gallery_cases = Repository(GalleryCases)
    references = Repository(References)
    remakes = Repository(Remakes)
