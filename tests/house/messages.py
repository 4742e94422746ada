"""Lists every literal error message, so that all of them can be read in one place."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.house.layout import PRODUCT, Committed
from tests.house.sources import Source, sources_of

FILE = Path("tests/golden/messages.txt")


def committed_messages() -> Committed:
    """Return the file with the messages in the product's code: `Error: message`, sorted."""
    lines = sorted(set(messages(sources_of(PRODUCT))))
    return Committed(FILE, "".join(f"{line}\n" for line in lines))


def messages(files: Iterable[Source]) -> Iterator[str]:
    """Yield `Error: message` for each error made with a literal message, and for each title.

    The message may be in the call or be a constant of the same module. A field of an f-string is
    shown as its expression in braces.
    """
    for file in files:
        constants = _constants(file.tree)
        nodes = list(ast.walk(file.tree))
        raised = {id(node.exc) for node in nodes if isinstance(node, ast.Raise)}
        for node in nodes:
            if isinstance(node, ast.Call) and (id(node) in raised or _names_error(node)):
                yield from _of_call(node, constants)
            elif isinstance(node, ast.ClassDef):
                yield from _of_class(node)


def _constants(tree: ast.Module) -> Mapping[str, ast.expr]:
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _names_error(call: ast.Call) -> bool:
    return _name(call).endswith("Error")


def _name(call: ast.Call) -> str:
    called = call.func
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ast.unparse(called)


def _of_call(call: ast.Call, constants: Mapping[str, ast.expr]) -> Iterator[str]:
    for given in (*call.args, *(keyword.value for keyword in call.keywords)):
        part = constants.get(given.id, given) if isinstance(given, ast.Name) else given
        yield from (f"{_name(call)}: {text}" for text in _sentences(part))


def _of_class(node: ast.ClassDef) -> Iterator[str]:
    """Yield the title of an error class, which is its message if none is given."""
    for statement in node.body:
        if isinstance(statement, ast.Assign) and node.name.endswith("Error"):
            yield from (f"{node.name}: {text}" for text in _sentences(statement.value))


def _sentences(node: ast.expr) -> Iterator[str]:
    """Yield the sentences that a value may be. Codes and names of fields contain no space."""
    if isinstance(node, ast.IfExp):
        yield from _sentences(node.body)
        yield from _sentences(node.orelse)
    else:
        text = " ".join((_literal(node) or "").split())
        if " " in text:
            yield text


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_piece(value) for value in node.values)
    return None


def _piece(node: ast.expr) -> str:
    if isinstance(node, ast.FormattedValue):
        return f"{{{ast.unparse(node.value)}}}"
    return _literal(node) or ""
