"""The published XML Schema of a message, generated from the fields of the domain classes.

The schema is identlink's own. It has the elements that ECRIS documents name, and claims no
conformity with the schema of any other system.
"""

from dataclasses import is_dataclass
from datetime import date, datetime
from enum import StrEnum
from xml.sax.saxutils import quoteattr

from domain.exchange.messages import CONTENTS, NAMES, Envelope
from domain.exchange.shapes import FieldShape, Shape, Text, Whole, fields_of
from service.channels.exchange.json_schema import IDENTIFIER

# As `shapes.FORBIDDEN`; most control characters cannot be written in XML at all.
_PLAIN = (
    "[^&#x9;&#xA;&#xD;&#x7F;-&#x9F;&#x61C;&#x200E;&#x200F;&#x202A;-&#x202E;&#x2066;-&#x2069;]+"
)


def xml_schema() -> str:
    """Return the schema, XML Schema 1.0."""
    types: dict[str, str] = {}
    _define(Envelope, types)
    for content in CONTENTS.values():
        _define(content, types)
    choices = "".join(
        f'\n        <xs:element name="{NAMES[kind]}" type="m:{content.__name__}"/>'
        for kind, content in CONTENTS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:m="{IDENTIFIER}" targetNamespace="{IDENTIFIER}" elementFormDefault="qualified">\n'
        '  <xs:element name="message">\n    <xs:complexType>\n      <xs:sequence>\n'
        '        <xs:element name="envelope" type="m:Envelope"/>\n'
        f"        <xs:choice>{choices}\n        </xs:choice>\n"
        "      </xs:sequence>\n    </xs:complexType>\n  </xs:element>\n"
        + "".join(types[name] for name in sorted(types))
        + "</xs:schema>\n"
    )


def _define(kind: type, types: dict[str, str]) -> str:
    """Define a class on first use and return the name of its XML type."""
    name = kind.__name__
    if name not in types:
        types[name] = ""
        elements = "".join(_element(one, types) for one in fields_of(kind))
        types[name] = (
            f'  <xs:complexType name="{name}">\n    <xs:sequence>\n{elements}'
            "    </xs:sequence>\n  </xs:complexType>\n"
        )
    return f"m:{name}"


def _element(field: FieldShape, types: dict[str, str]) -> str:
    least = "" if field.is_required else ' minOccurs="0"'
    most = f' maxOccurs="{field.most}"' if field.is_tuple else ""
    head = f'      <xs:element name="{field.name}"{least}{most}'
    kind = field.item.kind
    if is_dataclass(kind):
        return f'{head} type="{_define(kind, types)}"/>\n'
    if kind in _NAMED:
        return f'{head} type="{_NAMED[kind]}"/>\n'
    base, facets = _facets(field.item)
    return (
        f'{head}>\n        <xs:simpleType><xs:restriction base="{base}">{facets}'
        "</xs:restriction></xs:simpleType>\n      </xs:element>\n"
    )


def _facets(shape: Shape) -> tuple[str, str]:
    bounds = shape.bounds
    if isinstance(bounds, Whole):
        return (
            "xs:long",
            f'<xs:minInclusive value="{bounds.least}"/><xs:maxInclusive value="{bounds.most}"/>',
        )
    if isinstance(bounds, Text):
        pattern = f'"{_PLAIN}"' if bounds.pattern is None else quoteattr(bounds.pattern)
        return (
            "xs:string",
            f'<xs:maxLength value="{bounds.longest}"/><xs:pattern value={pattern}/>',
        )
    if issubclass(shape.kind, StrEnum):
        values = "".join(f"<xs:enumeration value={quoteattr(one.value)}/>" for one in shape.kind)
        return "xs:string", values
    raise TypeError(f"A {shape.kind.__name__} cannot be written as XML.")


_NAMED: dict[type, str] = {bool: "xs:boolean", date: "xs:date", datetime: "xs:dateTime"}
