"""Persons, records, captures, and the feed of gallery changes.

- `conviction_rows`: which versions of convictions a version of a record makes, and how a
  conviction came to be
- `details_bodies`: details of a person as JSON values, and back. Names of keys are short: there
  are millions
- `encounters`: captures with their templates
- `enrolments`: people as they are enrolled for the first time: all rows of one in one trip
- `erasure`: erasing a person, and hiding one: all payloads that are about them, wherever they
  were written
- `erasures`: erasures: asked for, confirmed by another person, and ended once
- `found`: the captures that a look-up found, with their people and templates: one query for
  both
- `gallery_cases`: cases on the gallery itself, on a database
- `gallery_feed`: the feed of gallery changes, as columns for the index
- `merges`: merges of persons on a database: two persons' work, and captures that move to new
  rows
- `moved_captures`: the rows of captures that a merge, or its undoing, moved to another person
- `moving`: the pictures and minutiae of captures that a merge moves: the same payloads under new
  ids
- `past_gallery`: the gallery as it stood at an earlier change, for the replay of old searches
- `paths`: from a person to everything that is about them: queries made of what the tables
  declare
- `people`: persons and their records
- `record_bodies`: the payload of a version of a record: details, arrest reports and
  convictions
- `records`: records in all their versions: read as items, amended, and told as a feed
- `references`: references that clients give: sealed, erased with their search or capture, found
  by digest
- `remakes`: templates made again from pictures: generations beside those in force, and their
  switch
- `templates_in_force`: which templates and minutiae of a capture are in force, now or at an
  earlier change
"""

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
