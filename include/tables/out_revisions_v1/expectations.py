"""Revisions: frozen weeks stay as they were published."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows
from include.validate.families import release_checks

_SINCE = date(2026, 11, 23)
_KEY = "week_start, metric_id, weight_scheme, basis, series_kind, vintage"

EXPECTATIONS: tuple[Check, ...] = (
    *(check for check in release_checks() if check.id != "week_has_rows"),  # a first release revises nothing
    NoRows(
        id="frozen_weeks_stand_still",
        expect="No value of a frozen week moved by more than 0.1 percentage points at one major methodology "
        "version.",
        sql=f"SELECT {_KEY}, revision FROM $rows WHERE is_violation",  # noqa: S608 - constants of this file
        severity="critical",
        reason="The revision policy: after eight weeks a figure may be cited as final.",
        since=_SINCE,
        mend="After an update of the code that labels ads or measures otherwise, raise the major number of "
        "METHODOLOGY_VERSION in include/versions.py, say so in CHANGELOG.md and publish again; what was "
        "published stays. Simulated data can be dropped instead (make clean). If no change was meant, find "
        "what has changed (parser, grouping, a partition built again) and undo it.",
    ),
    NoRows(
        id="revision_is_the_difference",
        expect="revision is estimate less first_estimate.",
        sql=f"""
            SELECT {_KEY}, estimate, first_estimate, revision FROM $rows
            WHERE abs(revision - (estimate - first_estimate)) > 1e-9
               OR (revision IS NULL) <> (estimate IS NULL OR first_estimate IS NULL)
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="The mean absolute revision is computed from it.",
        since=_SINCE,
        mend="Measure the week again.",
    ),
    NoRows(
        id="lag_is_counted_from_the_week",
        expect="lag_weeks is the number of weeks from the measured week to the vintage; frozen means "
        "eight or more.",
        sql=f"""
            SELECT {_KEY}, lag_weeks, is_frozen FROM $rows
            WHERE lag_weeks <> date_diff('week', week_start, try_strptime(left(vintage, 8) || '-1',
                '%G-W%V-%u'))
               OR lag_weeks < 0 OR is_frozen <> (lag_weeks >= 8)
        """,  # noqa: S608 - constants of this file
        severity="critical",
        reason="Revision statistics are published by lag.",
        since=_SINCE,
        mend="Measure the week again.",
    ),
)
