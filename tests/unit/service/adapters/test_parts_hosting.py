"""Moves of replicas: every part on enough different hosts, and none moved without need."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ConfigurationError
from service.adapters.parts.parts_hosting import Moves, planned


def after(homes: dict[int, dict[str, str]], moves: Moves) -> dict[int, list[str]]:
    """Return the hosts of each part once the moves are made."""
    stay = {
        part: [host for name, host in held.items() if name not in moves.stops]
        for part, held in homes.items()
    }
    for part, host in moves.starts:
        stay[part].append(host)
    return stay


@given(st.data())
def test_every_part_ends_on_different_hosts_that_may_hold_it(data: st.DataObject) -> None:
    hosts = [f"host-{n}" for n in range(data.draw(st.integers(1, 8)))]
    replicas = data.draw(st.integers(1, len(hosts)))
    gone = st.sampled_from([*hosts, "gone-1", "gone-2"])
    homes = {
        part: {
            f"{part}-{copy}": host
            for copy, host in enumerate(data.draw(st.lists(gone, max_size=4)))
        }
        for part in range(data.draw(st.integers(1, 12)))
    }
    moves = planned(homes, hosts, replicas)
    held = after(homes, moves)
    for places in held.values():
        assert len(places) == len(set(places)) == replicas
        assert set(places) <= set(hosts)
    load = Counter(host for places in held.values() for host in places)
    assert max(load.values()) <= -(-len(homes) * replicas // len(hosts)) + 1
    # What is done needs no doing again.
    done = {part: {f"{part}-{host}": host for host in places} for part, places in held.items()}
    again = planned(done, hosts, replicas)
    assert len(again.starts) <= len(homes)


@given(parts=st.integers(1, 20), hosts=st.integers(2, 10))
def test_a_gallery_made_anew_is_spread_evenly_and_stays(parts: int, hosts: int) -> None:
    names = [f"host-{n}" for n in range(hosts)]
    moves = planned({part: {} for part in range(parts)}, names, 2)
    assert not moves.stops
    load = Counter(host for _, host in moves.starts)
    assert max(load.values()) - min(load[name] for name in names) <= 1
    homes: dict[int, dict[str, str]] = {part: {} for part in range(parts)}
    for part, host in moves.starts:
        homes[part][f"{part}-{host}"] = host
    assert planned(homes, names, 2) == Moves((), ())


def test_fewer_hosts_than_replicas_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="1 hosts for 2 replicas"):
        planned({0: {}}, ["only"], 2)
