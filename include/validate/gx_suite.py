"""Runs checks as Great Expectations suites on one DuckDB file and reads the results back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Optional
from urllib.parse import quote

import great_expectations as gx
import msgspec
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view.view import DefaultJinjaPageView

from include.errors import printable
from include.validate import duckdb_shim
from include.validate.checks import Band, Check
from include.validate.data_docs import TableSummary, write_site
from include.validate.scope import Scope
from include.validate.sql import compile_sql
from include.warehouse.cards import Card

_SAMPLE_ROWS_KEPT = 5
_CELL_WIDTH = 120


class TableSuite(msgspec.Struct, frozen=True, kw_only=True):
    """The checks of one table."""

    card: Card
    checks: tuple[Check, ...]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What Great Expectations said about one check.

    Attributes:
        error: why it could not be evaluated; then `is_success` is False and `n_unexpected` None.
    """

    is_success: bool
    observed_value: str
    n_unexpected: int | None
    sample_rows: tuple[str, ...] = ()
    error: str | None = None


class ExpectValuesInBand(UnexpectedRowsExpectation):
    """Every row's `value` lies between `minimum` and `maximum`, inclusive; a null value passes.

    What is told are the rows outside; all of them when it holds.
    """

    minimum: Optional[float] = None  # noqa: UP045 - Great Expectations' pydantic v1 models need Optional
    maximum: Optional[float] = None  # noqa: UP045 - as above

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        rows = metrics["unexpected_rows_query.table"]
        outside = [row for row in rows if not self._holds(row["value"])]
        return {
            "success": not outside,
            "result": {
                # Sorted, because a release prints it and DuckDB gives groups in no order.
                "observed_value": "; ".join(sorted(map(_row_text, outside or rows))) or "nothing to measure",
                "details": {"unexpected_rows": outside},
            },
        }

    def _holds(self, value: float | None) -> bool:
        return value is None or (
            (self.minimum is None or value >= self.minimum)
            and (self.maximum is None or value <= self.maximum)
        )


@contextmanager
def validation_context(database: str, config: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield a Great Expectations context and its data source on one DuckDB database; close both after.

    Args:
        database: path of a file, or `:memory:`.
        config: arguments for `duckdb.connect`, such as `read_only`.
    """
    duckdb_shim.install()
    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # the gate says what matters itself
    source = context.data_sources.add_or_update_sql(
        "duckdb",
        connection_string=f"duckdb:///{quote(database, safe='/:')}",  # a URL, which is unquoted
        create_temp_table=False,
        kwargs={"connect_args": dict(config)},
    )
    try:
        yield context, source
    finally:
        duckdb_shim.close(source)


def run_suites(
    context: Any, source: Any, suites: Sequence[TableSuite], scope: Scope, docs_folder: Path | None
) -> dict[tuple[str, str], Outcome]:
    """Run every check and return the outcomes by (table, check id).

    Args:
        context: from `validation_context`.
        source: from `validation_context`.
        suites: at least one table with at least one check.
        scope: partition under check.
        docs_folder: where to write Data Docs, or None for none.
    """
    view: Any = DefaultJinjaPageView()  # compiles its templates once
    renderer = ValidationResultsPageRenderer()
    pages: dict[str, str] = {}
    outcomes: dict[tuple[str, str], Outcome] = {}
    for suite in suites:
        asset = source.add_table_asset(suite.card.name, table_name=suite.card.name)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        expectations = [_expectation(check, suite, scope) for check in suite.checks]
        # Validated without a checkpoint, whose stores and serialising take as long as the queries.
        found = batch.validate(
            gx.ExpectationSuite(name=suite.card.name, expectations=expectations),
            result_format={"result_format": "COMPLETE"},
        )
        for result in found.results:
            outcomes[suite.card.name, result.expectation_config.meta["check"]] = _outcome(result)
        if docs_folder is not None:
            pages[suite.card.name] = view.render(renderer.render(found))
    if docs_folder is not None:
        write_site(
            docs_folder, f"Checks of {scope.key}", [_summary(suite, outcomes) for suite in suites], pages
        )
    return outcomes


def _summary(suite: TableSuite, outcomes: Mapping[tuple[str, str], Outcome]) -> TableSummary:
    failed = [check for check in suite.checks if not outcomes[suite.card.name, check.id].is_success]
    return TableSummary(
        name=suite.card.name,
        n_checks=len(suite.checks),
        failures=tuple(
            f"{check.severity}: {check.expect} Found: {outcomes[suite.card.name, check.id].observed_value}"
            for check in failed
        ),
    )


def _expectation(check: Check, suite: TableSuite, scope: Scope) -> Any:
    common: dict[str, Any] = {
        "description": check.expect,
        "notes": f"{check.reason} ({check.since.isoformat()}) What to do when it fails: {check.mend}",
        "severity": check.severity,
        "meta": {"check": check.id},
    }
    query = compile_sql(check.sql, scope, suite.card)
    if isinstance(check, Band):
        return ExpectValuesInBand(
            unexpected_rows_query=query, minimum=check.minimum, maximum=check.maximum, **common
        )
    return UnexpectedRowsExpectation(unexpected_rows_query=query, **common)


def _outcome(found: Any) -> Outcome:
    error = _error(found)
    if error is not None:
        return Outcome(
            is_success=False,
            observed_value=f"could not be evaluated: {error}",
            n_unexpected=None,
            error=error,
        )
    observed = found.result.get("observed_value")
    rows = (found.result.get("details") or {}).get("unexpected_rows") or []
    samples = tuple(_row_text(row) for row in rows[:_SAMPLE_ROWS_KEPT])
    if isinstance(observed, int):  # UnexpectedRowsExpectation: the number of rows
        text = f"{observed} {'row' if observed == 1 else 'rows'}"
        return Outcome(
            is_success=bool(found.success), observed_value=text, n_unexpected=observed, sample_rows=samples
        )
    return Outcome(
        is_success=bool(found.success),
        observed_value=str(observed),
        n_unexpected=0 if found.success else max(1, len(rows)),
        sample_rows=samples,
    )


def _error(found: Any) -> str | None:
    """Return the first line of the exception that kept an expectation from being evaluated, if any.

    Great Expectations swallows it and gives either one exception or a dictionary of them by metric.
    """
    info = found.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if entry.get("raised_exception"):
            return " ".join(str(entry.get("exception_message")).split())[:500]
    return None


def _row_text(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={_cell(value)}" for name, value in row.items())


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    text = printable(str(value)).replace("\n", "\\n")  # words of strangers, in one line
    return text if len(text) <= _CELL_WIDTH else text[: _CELL_WIDTH - 1] + "…"
