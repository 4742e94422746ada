"""A link stands on the decisions of two people: one person who decided twice is not two."""

from __future__ import annotations

from typing import Any

import pytest

from service.provenance.court.verify import Bundle, _two

pytestmark = pytest.mark.promise("bundles")


def event(seq: int, kind: str, *subjects: str, actor: str = "") -> dict[str, Any]:
    facts = {"outcome": "identified"}
    return {"seq": seq, "type": kind, "subject_refs": subjects, "actor": actor, "facts": facts}


def bundle_of(*actors: str) -> Bundle:
    """Return a bundle whose decisions were sealed by these people, in this order."""
    decisions = [f"decision-{number}" for number in range(len(actors))]
    sealed = [
        event(number, "decision-sealed", decisions[number], "candidate", actor=actor)
        for number, actor in enumerate(actors)
    ]
    linked = event(len(actors), "linked", "link", "candidate", *decisions)
    bundle = Bundle.__new__(Bundle)
    bundle.manifest = {"link_id": "link"}
    bundle.events = {one["seq"]: one for one in (*sealed, linked)}
    return bundle


def test_two_people_who_identified_are_two() -> None:
    assert _two(bundle_of("one", "other")) == ""


@pytest.mark.parametrize("actors", [("one",), ("one", "one"), ("one", "one", "one")])
def test_one_person_is_not_two(actors: tuple[str, ...]) -> None:
    assert _two(bundle_of(*actors)) == "there are no two such decisions by two different people"
