"""Whether a request may be about a person who is hidden: restricted, or about to be erased.

A search does not know hidden people, so that nothing found is no proof that nothing is held. Where
an answer would say so to third parties, one that may be about such a person stays in doubt. It is
the doubt of any other candidate: no answer tells that somebody is hidden.
"""

from __future__ import annotations

from domain.people import Details
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import Services


def may_be_hidden(services: Services, unit: UnitOfWork, said: Details, floor: float) -> bool:
    """Whether a hidden person's details reach the posterior `floor`, 0 to 1, as candidates do.

    A person whose details speak against it on the whole is skipped, as the search for
    candidates passes over people who share no word and no date.
    """
    hidden = unit.restrictions.hidden_details()
    if not hidden or said.is_empty:
        return False
    size = len(services.names) + len(hidden)
    scored = services.scorer.score_details(said, hidden, gallery_size=size)
    return any(one.reaches(floor) and one.total_bits > one.prior_bits for one in scored)
