"""Which sources carry the ads of many employers, so that their boards name none."""

from __future__ import annotations

from typing import Final

from include.partitions import IMPORT_PREFIX

# fmt: off
AGGREGATORS: Final = frozenset([
    "adzuna", "bundesagentur", "france_travail", "himalayas", "hn_hiring", "jobicy", "jobtech",
    "jobtech_stream", "reed", "remoteok", "remotive", "themuse", "usajobs", "usajobs_history",
    "weworkremotely",
])
# fmt: on
"""Sources that carry other boards' ads."""


def names_its_employer(source: str) -> bool:
    """Return whether a board of the source is an employer's own.

    The name of an aggregator or of a dump is no employer's: all its ads without an employer would seem to be
    the ads of one.
    """
    return source not in AGGREGATORS and not source.startswith(IMPORT_PREFIX)
