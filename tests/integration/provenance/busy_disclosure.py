"""Restrictions and answers to people in a store in which everything has happened once."""

from __future__ import annotations

from domain.ids import DeletionId
from service.usecases.disclosure.deciding import remind
from tests.integration.api.driver import World
from tests.integration.disclosure.asking import identified, own_request, prepared
from tests.integration.disclosure.deleting import (
    arrest,
    arrested,
    asked,
    carry_out,
    decide,
    decider,
    deletion_request,
)
from tests.integration.disclosure.restricting import item_restricted, lifted, restricted


def restrict_people(world: World) -> None:
    """Restrict two people, have the evidence of one read, and free the other."""
    standing = restricted(world, world.enrol(84)["person_id"])
    assert world.force().get(f"/v1/restrictions/{standing}/evidence").status_code == 200
    lifted(world, restricted(world, world.enrol(85)["person_id"]))
    _restrict_items(world)


def _restrict_items(world: World) -> None:
    """Restrict two arrests of a record, have one read, and free the other."""
    record_id = world.enrol(89)["record_id"]
    arrested(world, record_id, arrest("cautioned"), arrest("no further action", "2022-03-04"))
    standing = item_restricted(world, record_id, "arrest-report-1")
    assert world.force().get(f"/v1/restrictions/{standing}/evidence").status_code == 200
    lifted(world, item_restricted(world, record_id, "arrest-report-2"))


def delete_arrests(world: World) -> None:
    """Have a force delete one arrest on review, and remind it of another."""
    for person in (87, 88):
        arrested(world, world.enrol(person)["record_id"], arrest("no further action"))
    deletion_id = asked(deletion_request(world, person=87))
    decide(decider(world), deletion_id)
    assert decide(decider(world, "clerk-01"), deletion_id, "entry", "prints").status_code == 200
    assert carry_out(world, deletion_id).status_code == 200
    late = DeletionId(asked(deletion_request(world, person=88)))
    with world.services.units.write() as unit:
        assert remind(world.services, unit, late)
        unit.commit()


def answer_about_own_data(world: World) -> None:
    """Have a person answered about their own data, a part removed."""
    world.enrol(86)
    request = identified(own_request(world, person=86))
    prepared(request, remove=[{"place": "consultations", "ground": "is privileged"}])
    request.release()
