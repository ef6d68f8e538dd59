"""Which fields the answers of a read carried, counted by the path that leads to them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

PATH_MARK = "/"
"""Between names in stored paths: names may hold dots."""


class FieldProfile(msgspec.Struct, frozen=True):
    """What one read's answers carried.

    Attributes:
        objects: objects seen, by path.
        fields: of these, how many had the field, by path and name.
    """

    objects: dict[str, int] = {}
    fields: dict[str, int] = {}

    def in_every(self, path: str) -> bool:
        """Return whether every object that could have the field had it, and there was one."""
        return 0 < self.fields.get(path, 0) == self.objects.get(_parent(path), 0)

    def in_none(self, path: str) -> bool:
        """Return whether there were objects that could have the field, and none had it."""
        return path not in self.fields and self.objects.get(_parent(path), 0) > 0

    @classmethod
    def merged(cls, profiles: Iterable[FieldProfile]) -> FieldProfile:
        """Return the profile of several reads together."""
        objects: dict[str, int] = {}
        fields: dict[str, int] = {}
        for profile in profiles:
            for counts, more in ((objects, profile.objects), (fields, profile.fields)):
                for path, count in more.items():
                    counts[path] = counts.get(path, 0) + count
        return cls(objects, fields)


def _parent(path: str) -> str:
    return path.rpartition(PATH_MARK)[0]
