"""Models of evidence that were chosen, and the watch on their law."""

from __future__ import annotations

from service.storage.models.choices import ModelChoices
from service.storage.models.law import LawRecords
from service.storage.models.rehearsals import Rehearsals
from service.storage.repository import InTransaction, Repository


class ModelsRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    model_choices = Repository(ModelChoices)
    law = Repository(LawRecords)
    rehearsals = Repository(Rehearsals)
