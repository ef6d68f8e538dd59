"""Source adapters, one module each, found by name.

A module here that defines `ADAPTER` is a source; docs/architecture.md says what else a new source needs.
Modules are imported when first asked for.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cached_property

from include.collect.protocol import Adapter


class _Registry(Mapping[str, Adapter]):
    """All adapters by source name, in alphabetical order."""

    @cached_property
    def _names(self) -> tuple[str, ...]:
        found = (module.name for module in pkgutil.iter_modules(__path__))
        return tuple(sorted(name for name in found if not name.startswith("_")))

    def __getitem__(self, source: str) -> Adapter:
        if source not in self._names:
            raise KeyError(f"no adapter reads {source!r}; known sources: {', '.join(self._names)}")
        adapter: Adapter = importlib.import_module(f"{__name__}.{source}").ADAPTER
        return adapter

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, source: object) -> bool:
        return source in self._names


ADAPTERS = _Registry()
