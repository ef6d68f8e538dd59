"""What a gate run found, and how it says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from include.validate.checks import Severity
from include.warehouse.cards import load_card

_SAMPLE_ROWS_SHOWN = 3


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one expectation fared on one table.

    Attributes:
        observed_value: what was found, in one line.
        n_unexpected: rows (or measured values) that broke it; None when it could not be evaluated.
        sample_rows: a few of them, for the message; not stored.
        mend: what an operator does about it; not stored.

    The others are columns of `core_validation_results`.
    """

    partition_key: str
    table_name: str
    expectation_id: str
    description: str
    severity: Severity
    is_success: bool
    observed_value: str
    n_unexpected: int | None
    reason: str
    mend: str
    sample_rows: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Say what failed, with what was found and what to do."""
        # What a band found is its rows already.
        further = [row for row in self.sample_rows[:_SAMPLE_ROWS_SHOWN] if row not in self.observed_value]
        rows = "".join(f"\n      {row}" for row in further)
        return (
            f"{self.table_name}.{self.expectation_id} ({self.severity}): {self.description}\n"
            f"      found: {self.observed_value}{rows}\n"
            f"      why it matters: {self.reason}\n"
            f"      what to do: {self.mend}"
        )


class ValidationFailedError(RuntimeError):
    """At least one critical expectation failed, so the partition must not be released."""


class ValidationReport(msgspec.Struct, frozen=True, kw_only=True):
    """All results of one gate run, in the order of tables and expectations."""

    partition_key: str
    results: tuple[CheckResult, ...]

    @property
    def failed_critical(self) -> tuple[CheckResult, ...]:
        """The failures that stop a release."""
        return self._failed("critical")

    @property
    def failed_warning(self) -> tuple[CheckResult, ...]:
        """The failures that are published with a release."""
        return self._failed("warning")

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of `core_validation_results`, columns as in its card."""
        columns = load_card("core_validation_results").column_names
        return [{name: getattr(result, name) for name in columns} for result in self.results]

    def summary(self) -> str:
        """Return one line for a log."""
        return (
            f"{self.partition_key}: {len(self.results)} expectations, "
            f"{len(self.failed_critical)} critical and {len(self.failed_warning)} warning failures"
        )

    def raise_if_critical(self) -> None:
        """Stop here when the partition must not be released.

        Raises:
            ValidationFailedError: names every failed critical expectation with what was found, sample rows
                and the mend.
        """
        failed = self.failed_critical
        if failed:
            raise ValidationFailedError(
                f"{self.summary()}. Nothing of this partition is released.\n" + _listed(failed)
            )

    def _failed(self, severity: Severity) -> tuple[CheckResult, ...]:
        return tuple(
            result for result in self.results if not result.is_success and result.severity == severity
        )


def _listed(results: Sequence[CheckResult]) -> str:
    return "\n".join(f"  {number}. {result.sentence()}" for number, result in enumerate(results, start=1))
