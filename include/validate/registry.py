"""Finds the expectations of each table: those of its card and those of its folder."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Sequence

from include.validate.checks import Band, Check, NoRows, PartitionKind
from include.validate.generated import card_checks
from include.warehouse.cards import load_card


class ExpectationsError(ValueError):
    """An expectations file is missing or wrong; the message names the file and the mend."""


def table_checks(table: str) -> tuple[Check, ...]:
    """Return the checks of one table: generated from its card, then its own.

    Raises:
        CardError: there is no such table.
        ExpectationsError: the folder has no expectations, or two share an id.
    """
    card = load_card(table)
    checks = (*card_checks(card), *_declared(table))
    twice = [name for name, count in Counter(check.id for check in checks).items() if count > 1]
    if twice:
        raise ExpectationsError(f"{_file(table)}: ids used twice: {', '.join(twice)}")
    return checks


def checks_for(table: str, kind: PartitionKind) -> tuple[Check, ...]:
    """Return the checks of one table that apply to a kind of partition."""
    return tuple(check for check in table_checks(table) if kind in check.partitions)


def _declared(table: str) -> Sequence[Check]:
    module_name = f"include.tables.{table}.expectations"
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name != module_name:
            raise
        raise ExpectationsError(
            f"{_file(table)} is missing: every table declares EXPECTATIONS, a tuple of checks"
        ) from error
    declared = getattr(module, "EXPECTATIONS", ())
    if not declared or not all(isinstance(check, NoRows | Band) for check in declared):
        raise ExpectationsError(f"{_file(table)}: EXPECTATIONS must be a tuple of at least one check")
    return tuple(declared)


def _file(table: str) -> str:
    return f"include/tables/{table}/expectations.py"
