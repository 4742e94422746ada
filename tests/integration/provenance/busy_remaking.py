"""Templates made again from pictures, in a store in which everything has happened once."""

from __future__ import annotations

import base64
import math
from dataclasses import replace

from domain.prints.minutiae import Minutia, MinutiaKind
from domain.prints.prints import PrintTool
from prints.formats import minutiae_192
from prints.minutiae.iso19794_2 import MinutiaeView
from service.adapters.reading.print_files import read_print_file
from service.cli.context import CONSOLE
from service.ports.print_reading import UNSTATED, PrintFile, ReadPrint, Stated
from service.usecases.people.remaking import remake_templates, switch_templates
from service.usecases.print_desk import PrintDesk
from tests.integration.api.driver import World
from tests.integration.api.prints import encounter
from tests.integration.web.pictures import grey_png


class ReaderHere:
    """Reads pictures in this process."""

    def read(self, data: bytes, stated: Stated = UNSTATED) -> PrintFile:
        return read_print_file(data, stated)

    def close(self) -> None:
        """Hold nothing."""


class FixedFinder:
    """An extractor that needs no library: it finds the same places in every picture."""

    @property
    def tools(self) -> tuple[PrintTool, ...]:
        return (PrintTool("fixed", "1", "c" * 64),) * 2

    def find(self, taken: ReadPrint) -> MinutiaeView:
        height_px, width_px = taken.pixels.shape
        found = tuple(
            Minutia(
                width_px * (0.2 + 0.06 * at),
                height_px * (0.2 + 0.6 * (at * 0.37 % 1)),
                at % math.tau,
                MinutiaKind.RIDGE_ENDING,
                50,
            )
            for at in range(10)
        )
        kind = taken.impression_type
        assert kind is not None
        return MinutiaeView(taken.position, kind, 50, width_px, height_px, found)


def remake(world: World) -> None:
    """Enrol a capture whose fingers all have pictures, make its template again, and switch."""
    png = base64.b64encode(grey_png(seed=9)).decode()
    impressions = [one | {"image": png} for one in encounter(47)["impressions"][:2]]
    body = encounter(47) | {"impressions": impressions}
    assert world.force().post("/v1/encounters", body).status_code == 201
    services = world.services
    fmt = replace(services.print_format, features=minutiae_192.FORMAT.features)
    services = replace(services, prints=PrintDesk(fmt, ReaderHere(), FixedFinder()))
    assert remake_templates(services, CONSOLE).count.made == 1
    assert switch_templates(services, CONSOLE).is_switched
