"""What tasks import, imported once: every task of a local run is forked from a process that has it.

A task is a process of half a second, and the libraries behind it take one to ten seconds to import. Airflow's
fork server imports this module before it forks the first worker (`[scheduler] mp_forkserver_preload`). A task
still imports what it needs by name; what is missing here costs time, nothing else.
"""

from __future__ import annotations

import gc

from include.collect.network.transport import trusted_authorities
from include.pipeline import (
    auditing,
    collecting,
    gate,
    importing,
    loading,
    publishing,
    reclassifying,
    staging,
)
from include.sources import reading
from include.validate import gx_suite

__all__ = [
    "auditing",
    "collecting",
    "gate",
    "gx_suite",
    "importing",
    "loading",
    "publishing",
    "reading",
    "reclassifying",
    "staging",
]

trusted_authorities()  # read once per process: here, for all of them

# What was imported lives as long as the process: a collector that walked through it in every fork would copy
# each of its pages.
gc.freeze()
