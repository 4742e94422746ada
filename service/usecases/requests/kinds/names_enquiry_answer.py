"""A force, an agency or another State asks whether a person has a record, and gets hit or no hit.

One person decides, there is no deadline, and no conviction is ever given: a requester who needs
convictions must ask the force that owns the record, and another State the office.
"""

from domain.requests.requests import PartyKind
from domain.restrictions import UsePurpose
from service.usecases.requests.kind import Ground, Kind, names_a_person

KIND = Kind(
    name="names-enquiry-answer",
    title="Whether a person has a record",
    may_ask=names_a_person,
    askers=frozenset({PartyKind.FORCE, PartyKind.AGENCY, PartyKind.STATE}),
    purposes=frozenset({UsePurpose.CRIMINAL_INVESTIGATION, UsePurpose.CRIMINAL_PROCEEDINGS}),
    deciders=1,
    clock=None,
    grounds=(Ground("no-purpose", "The purpose is not that of a force's inquiry"),),
    says_held=True,
)
