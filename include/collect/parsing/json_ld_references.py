"""JSON-LD nodes that name each other by `@id`, on one page in one script or in several.

https://www.w3.org/TR/json-ld11/#node-identifiers. Site software writes the employer once, as a node of
its own, and says `{"@id": "https://acme.example/#organization"}` wherever it is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_MAX_NESTING = 30
_MAX_REFERENCES = 3  # in a row: a posting names its place, the place its address, the address its country


def is_reference(node: Mapping[str, object]) -> bool:
    """Return whether a node says nothing of itself but which one it is."""
    return "@id" in node and node.keys() <= {"@id", "@type"}


class NamedNodes:
    """The nodes of a page that have an `@id` and say something of themselves.

    Args:
        values: the decoded scripts of the page. Of several nodes of one name the first counts.
    """

    def __init__(self, values: Iterable[object]) -> None:
        self._nodes: dict[str, Mapping[str, object]] = {}
        self._resolved: dict[tuple[str, int], object] = {}  # each once, so that no page is slow to read
        for value in values:
            self._gather(value, 0)

    def _gather(self, value: object, depth: int) -> None:
        if depth > _MAX_NESTING:
            return
        if isinstance(value, list):
            for item in value:
                self._gather(item, depth + 1)
        elif isinstance(value, Mapping):
            name = value.get("@id")
            if isinstance(name, str) and not is_reference(value):
                self._nodes.setdefault(name, value)
            for item in value.values():
                self._gather(item, depth + 1)

    def resolve(self, node: Mapping[str, object]) -> dict[str, object]:
        """Return a node with what its properties refer to in place of the references."""
        return {name: self._resolve(value, 0, 0) for name, value in node.items()}

    def _resolve(self, value: object, depth: int, n_followed: int) -> object:
        if depth > _MAX_NESTING:
            return None
        if isinstance(value, list):
            return [self._resolve(item, depth + 1, n_followed) for item in value]
        if not isinstance(value, Mapping):
            return value
        name = value.get("@id")
        if isinstance(name, str) and is_reference(value) and name in self._nodes:
            if n_followed == _MAX_REFERENCES:
                return value
            key = (name, n_followed)
            if key not in self._resolved:
                node = self._nodes[name]
                self._resolved[key] = {
                    item: self._resolve(inner, depth + 1, n_followed + 1) for item, inner in node.items()
                }
            return self._resolved[key]
        return {item: self._resolve(inner, depth + 1, n_followed) for item, inner in value.items()}
