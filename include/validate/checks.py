"""What an expectation is, as data: table folders declare these, `gx_suite` hands them to Great Expectations.

An expectations file stays light (no import of Great Expectations, which takes seconds) and reads as a list of
sentences with their SQL. SQL is written plainly; `sql.compile_sql` fills these placeholders:

    $rows       the rows of the partition under check (every row, for a table without partitions)
    $table      the whole table, for comparisons with its own past
    $first_day, $last_day   DATE literals: the partition's days (both equal on a day; none for an import)
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

import msgspec

Severity = Literal["critical", "warning"]
"""critical stops the release; warning is published with it."""

PartitionKind = Literal["day", "week", "import"]

EVERY_PARTITION: frozenset[PartitionKind] = frozenset({"day", "week", "import"})


class NoRows(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """No row may break a rule.

    Attributes:
        id: stable within the table, snake_case.
        expect: what is expected, in words.
        sql: selects the rows that break it; begin with the key so that a sample row can be found again.
        severity: see `Severity`.
        reason: why the rule holds, or why the bound is what it is.
        since: day on which rule and bound were last judged.
        mend: what an operator does when it fails.
        partitions: kinds of partition on which it is checked.
    """

    id: str
    expect: str
    sql: str
    severity: Severity
    reason: str
    since: date
    mend: str
    partitions: frozenset[PartitionKind] = EVERY_PARTITION


class Band(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A measured value stays between two bounds, inclusive.

    Attributes:
        sql: selects a column `value` and, before it, columns that say what was measured. At most 200 rows.
            A null value has nothing to measure and passes.
        minimum: lower bound, or None.
        maximum: upper bound, or None.

    The other attributes are those of `NoRows`.
    """

    id: str
    expect: str
    sql: str
    minimum: float | None
    maximum: float | None
    severity: Severity
    reason: str
    since: date
    mend: str
    partitions: frozenset[PartitionKind] = EVERY_PARTITION


Check: TypeAlias = NoRows | Band
