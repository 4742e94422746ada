"""Old records in a store in which everything has happened once: written, sampled, withdrawn."""

from __future__ import annotations

from tests.integration.api.driver import World
from tests.integration.conversion.working import TEXTS, Roll, form


def convert(world: World) -> None:
    """Work one roll to its acceptance, and another through every other step."""
    good = Roll(world, "ROLL-GOOD")
    good.convert(1)
    good.draw()
    good.read_sample(TEXTS)
    assert good.verdict() == "accepted"
    _work_every_step(world)
    _find_two_records_of_one(world)


def _work_every_step(world: World) -> None:
    roll = Roll(world, "ROLL-BAD")
    roll.convert(1, surname="Brown", cro_number="")
    differs, uncoded, gone = roll.scan(2), roll.scan(3), roll.scan(4)
    roll.key(differs, "keyer-a", surname="Gray")
    roll.key(differs, "keyer-b")
    roll.step(world.reconciler(), differs, "settlement", form())
    roll.search(differs)
    found = roll.candidates(differs)[0]["candidate_id"]
    roll.propose(differs, outcome="existing record", candidate_id=found, words="Same man.")
    roll.agree(differs, agrees=False)
    roll.propose(differs, outcome="cannot tell", words="A brother fits as well.")
    roll.agree(differs)
    roll.key_twice(uncoded, offence="Larseny")
    roll.step(world.reconciler(), uncoded, "codes", {"offence_code": "LA1916.2"})
    roll.search(uncoded)
    roll.propose(uncoded, outcome="cannot tell", words="Two fit.")
    roll.agree(uncoded)
    roll.key_twice(gone, disposal="Acquitted")
    assert roll.keeper.post(f"{roll.at}/destruction", {"expected": 1}).status_code == 200
    roll.draw()
    (first, *_) = roll.units()
    assert roll.read_unit(first["place"], is_right=False).status_code == 204
    answer = roll.keeper.post(f"{roll.at}/withdrawal", {"words": "Mixed with another roll."})
    assert answer.status_code == 200, answer.text


def _find_two_records_of_one(world: World) -> None:
    roll = Roll(world, "ROLL-TWICE")
    roll.convert(1, surname="Quillfeather", cro_number="")
    namesake, third = roll.scan(2), roll.scan(3)
    roll.key_twice(namesake, surname="Quillfeather", cro_number="", convicted_on="1.1.1965")
    roll.search(namesake)
    roll.propose(namesake, outcome="new record", words="A namesake.")
    roll.agree(namesake)
    roll.key_twice(third, surname="Quillfeather", cro_number="", convicted_on="1.1.1966")
    roll.search(third)
    one, other = (found["candidate_id"] for found in roll.candidates(third)[:2])
    both = {"candidate_id": one, "other_candidate_id": other}
    roll.propose(third, outcome="two records", words="One man.", **both)
    assert roll.agree(third) == "merging"
