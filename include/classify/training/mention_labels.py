"""Certification mentions that readers judged (`mention_labels.csv`): by hash and offset, without text.

Offsets are in the plain text of the ad (include/classify/plain_text.py), which is evaluation data outside the
project.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple, cast

from include.classify.labels import CERT_STRENGTH, CertStatus

LABELS_FILE = Path(__file__).parent / "mention_labels.csv"
OPEN = "open"
"""Label of a mention that the codebook leaves open; it is not counted."""


class Reading(NamedTuple):
    """One judged mention.

    Attributes:
        batch: the sample it belongs to.
        start, end: offsets of the marked word in the ad's text, in characters.
        status: codebook status, or `open`.
        blind: status and rule that the rules gave before anybody had read the batch's errors; None where
            they were not recorded.
    """

    batch: str
    start: int
    end: int
    status: str
    blind: tuple[CertStatus, str] | None = None


def read_labels(path: Path = LABELS_FILE) -> dict[str, list[Reading]]:
    """Return the judged mentions by hash of the ad's id.

    Raises:
        OSError: the file is missing.
        ValueError: a status is none of the codebook's.
    """
    found: dict[str, list[Reading]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for status, allowed in (
                (row["status"], (*CERT_STRENGTH, OPEN)),
                (row["blind_status"], (*CERT_STRENGTH, "")),
            ):
                if status not in allowed:
                    raise ValueError(
                        f"{path}: posting {row['posting']}: unknown status {status!r}; use "
                        f"{', '.join(filter(None, allowed))}"
                    )
            blind = (
                (cast(CertStatus, row["blind_status"]), row["blind_rule"]) if row["blind_status"] else None
            )
            reading = Reading(row["batch"], int(row["start"]), int(row["end"]), row["status"], blind)
            found[row["posting"]].append(reading)
    return found
