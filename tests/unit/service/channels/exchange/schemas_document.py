"""Writes the published schemas, run as a module of this name."""

from __future__ import annotations

from service.channels.exchange.xml_schema import schema_text, xml_schema
from tests.unit.service.channels.exchange.test_schemas import SCHEMAS

if __name__ == "__main__":
    SCHEMAS.mkdir(exist_ok=True)
    (SCHEMAS / "exchange-1.json").write_text(schema_text(), encoding="utf-8")
    (SCHEMAS / "exchange-1.xsd").write_text(xml_schema(), encoding="utf-8")
