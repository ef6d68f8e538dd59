"""Reads the whole archive against its own digests."""

from __future__ import annotations

import msgspec

from include.archive.manifest import CorruptManifestError, load_import, load_read
from include.archive.objects import CorruptObjectError
from include.archive.store import Archive


class ArchiveReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `verify` found.

    Attributes:
        problems: one sentence each; empty when all is well.
    """

    n_objects: int
    n_manifests: int
    problems: tuple[str, ...]


def verify(archive: Archive) -> ArchiveReport:
    """Read the whole archive: every object against its digest, every manifest against its objects.

    What is archived meanwhile is left to the next time.
    """
    # Listed before the objects, which are archived before what names them.
    reads = sorted((archive.root / "reads").glob("*/*/[!.]*.json"))
    imports = sorted((archive.root / "imports").glob("[!.]*.json"))
    problems: list[str] = []
    sound: set[str] = set()
    digests = archive.objects.digests()
    for sha256 in digests:
        try:
            archive.objects.check(sha256)
            sound.add(sha256)
        except CorruptObjectError as error:
            problems.append(str(error))
    for path in reads:
        try:
            archived = load_read(archive.root, path)
        except CorruptManifestError as error:
            problems.append(str(error))
            continue
        answered = {entry.sha256 for entry in archived.entries}
        problems += [
            f"{archived.manifest} names the object {digest}, which is missing or damaged"
            for digest in sorted(answered - sound)
        ]
    for path in imports:
        try:
            digest = load_import(path).sha256
        except CorruptManifestError as error:
            problems.append(str(error))
            continue
        if digest not in sound:
            problems.append(f"{path.name} names the object {digest}, which is missing or damaged")
    return ArchiveReport(
        n_objects=len(digests),
        n_manifests=len(reads) + len(imports),
        problems=tuple(problems),
    )
