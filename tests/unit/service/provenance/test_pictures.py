from __future__ import annotations

import xml.etree.ElementTree as ET

from prov.model import ProvDocument

from service.provenance.pictures import Edge, edges, graph_picture, layout
from service.provenance.prov_view import prov_document
from tests.unit.service.provenance.link_histories import a_history, a_revoked_history

REVOKED = prov_document(a_revoked_history())


def test_time_runs_from_left_to_right() -> None:
    spots = layout(REVOKED)

    order = ["probe-s1", "search-s1", "candidate-cand-1", "decision-d1", "linking-l1", "link-l1"]
    columns = [spots[f"il:{name}"].column for name in (*order, "revocation-l1")]
    assert columns == sorted(set(columns))
    assert spots["il:decision-d1"].column == spots["il:decision-d2"].column


def test_persons_stand_above_everything() -> None:
    spots = layout(REVOKED)
    agents = {name for name in spots if name.startswith(("il:person", "il:model", "il:force"))}

    lowest = min(spots[name].row for name in agents)

    assert all(spots[name].row < lowest for name in spots.keys() - agents)


def test_nothing_stands_on_anything_else() -> None:
    spots = layout(REVOKED)

    assert len(set(spots.values())) == len(spots)


def test_everything_told_is_drawn() -> None:
    relations = edges(REVOKED)

    assert Edge("il:link-l1", "il:revocation-l1", "Invalidation") in relations
    assert Edge("il:search-s1", "il:configuration-cccccccccccc", "Association") in relations
    assert Edge("il:person-desk_40_force.example", "il:force-01", "Delegation") in relations
    assert {edge.source for edge in relations} | {edge.target for edge in relations} == set(
        layout(REVOKED)
    )


def test_a_circle_of_relations_is_laid_out_all_the_same() -> None:
    document = ProvDocument()
    document.add_namespace("il", "https://identlink.example/provenance#")
    for name in ("il:a-1", "il:b-1"):
        document.entity(name)
    document.wasDerivedFrom("il:a-1", "il:b-1")
    document.wasDerivedFrom("il:b-1", "il:a-1")

    assert set(layout(document)) == {"il:a-1", "il:b-1"}


def test_the_svg_is_well_formed_and_the_png_a_png() -> None:
    svg = graph_picture(a_revoked_history(), "svg")
    png = graph_picture(a_history(), "png")

    assert ET.fromstring(svg).tag.endswith("svg")  # noqa: S314 - drawn by this test
    assert png.startswith(b"\x89PNG")


def test_a_picture_bears_no_date() -> None:
    assert b"<dc:date>" not in graph_picture(a_history(), "svg")
    assert graph_picture(a_history(), "png") == graph_picture(a_history(), "png")
