"""Suppression across two breakdowns of which one contains the other: sources, and the kinds they belong to.

Each breakdown alone hides at least two cells of a week, so that none follows from the week's total. But a
kind of source is the sum of its sources: a lone hidden source of a kind would follow from the kind's own row,
and a hidden kind from its sources. So the week's sums are gone through until none has exactly one hidden
part. The frameworks have sums of their own too: M12f and M12o are M1 of those that are named and of the rest.
Their rows stay as they are; where these are withheld, the values that add up to them do not give them away.
A part that is shown for four weeks hides its own week; one without openings in the week hides nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Final

import duckdb

Name = tuple[str, str]
"""Breakdown and value."""
OUTER: Final = "source_family"
INNER: Final = "source"
FRAMEWORK: Final = "framework_use"
FRAMEWORK_SUM: Final = "metric_id"
"""In place of a breakdown: the name of M12f and M12o where they are withheld, or shown for four weeks."""
FRAMEWORK_GROUPS: Final = {"M12f": ("safe", "scrum", "other"), "M12o": ("agile_generic", "none")}
"""The values that M12f and M12o add up; their rows stay, so a withheld value needs cover among its own."""
_BLANK: Final = (
    "n_eff", "deff", "x_raw", "est_raw", "est_ppi", "est_rogan_gladen", "inner_low", "inner_high",
    "ci_low", "ci_high", "ci_method", "audit_window",
)  # fmt: skip

_CELLS: Final = """
WITH weeks AS (
  SELECT series_kind, monday_of(week_index) AS week_start, stratum_dim, stratum_value,
    count(*) AS n
  FROM measure_units UNPIVOT (stratum_value FOR stratum_dim IN (source, source_family, framework_use))
  WHERE week_index IS NOT NULL AND employer_id > 0 GROUP BY ALL
), cells AS (
  SELECT basis, series_kind, week_start, stratum_dim, stratum_value, bool_or(obs_status = 'Q') AS is_hidden,
    bool_or(window_weeks > 1) AS is_pooled, min(n_postings) AS n_shown
  FROM out_weekly_metrics_v1 WHERE stratum_dim IN ('source', 'source_family', 'framework_use')
  GROUP BY ALL
)
SELECT basis, series_kind, week_start, stratum_dim, stratum_value, is_hidden, is_pooled,
  CASE WHEN basis = 'flow' THEN coalesce(n, 0) ELSE n_shown END AS n_week
FROM cells LEFT JOIN weeks USING (series_kind, week_start, stratum_dim, stratum_value)
WHERE n_week > 0
ORDER BY ALL
"""
"""The openings are those that name an employer: the others give no cover (include/measure/rows.py)."""
_FRAMEWORK_SUMS: Final = """
SELECT basis, series_kind, week_start, metric_id, obs_status = 'Q', window_weeks > 1, n_postings
FROM out_weekly_metrics_v1
WHERE metric_id IN ('M12f', 'M12o') AND stratum_dim = 'all' AND (obs_status = 'Q' OR window_weeks > 1)
"""


def suppress_nested(con: duckdb.DuckDBPyConnection) -> int:
    """Withhold further cells of out_weekly_metrics_v1, freshly filled; return their number.

    Reads measure_units for what belongs to what, and for the openings of the one week in four-week cells.
    """
    kinds = dict(con.table("measure_units").select(INNER, OUTER).distinct().fetchall())
    groups: dict[tuple[object, ...], dict[Name, tuple[bool, int]]] = defaultdict(dict)
    pooled: dict[tuple[object, ...], set[Name]] = defaultdict(set)
    for basis, kind, week, dimension, value, is_hidden, is_pooled, n in con.execute(_CELLS).fetchall():
        groups[basis, kind, week][dimension, value] = (is_hidden, n)
        if is_pooled:
            pooled[basis, kind, week].add((dimension, value))
    for basis, kind, week, metric, is_hidden, is_pooled, n in con.execute(_FRAMEWORK_SUMS).fetchall():
        cells = groups.get((basis, kind, week), {})
        if any((FRAMEWORK, value) in cells for value in FRAMEWORK_GROUPS[metric]):
            cells[FRAMEWORK_SUM, metric] = (is_hidden, n)
            if is_pooled:
                pooled[basis, kind, week].add((FRAMEWORK_SUM, metric))
    further = [
        (*group, *name)
        for group, cells in groups.items()
        for name in sorted(close(cells, _sums(cells, kinds), pooled[group]))
    ]
    if further:
        con.execute("CREATE TEMP TABLE further_cells (basis VARCHAR, series_kind VARCHAR, week_start DATE, "
                    "stratum_dim VARCHAR, stratum_value VARCHAR)")  # fmt: skip
        con.executemany("INSERT INTO further_cells VALUES (?, ?, ?, ?, ?)", further)
        blanks = ", ".join(f"{column} = NULL" for column in _BLANK)
        con.execute(
            f"UPDATE out_weekly_metrics_v1 AS w SET {blanks}, audit_n = 0, obs_status = 'Q', "  # noqa: S608 - constant names
            "conf_status = 'D' FROM further_cells AS f WHERE w.basis = f.basis "
            "AND w.series_kind = f.series_kind AND w.week_start = f.week_start "
            "AND w.stratum_dim = f.stratum_dim AND w.stratum_value = f.stratum_value"
        )
        con.execute("DROP TABLE further_cells")
    return len(further)


def close(
    cells: dict[Name, tuple[bool, int]], sums: Sequence[Sequence[Name]], pooled: Collection[Name] = ()
) -> set[Name]:
    """Return the cells to hide besides, so that no sum has exactly one hidden part.

    Where one part is hidden, the smallest of the others goes too (ties: the first by name), until nothing
    changes. The sums form a tree, so two hidden parts in each are enough. A lone part that is shown for four
    weeks takes the smallest of the others along, too.

    Args:
        cells: hidden or not, and openings of the week, by name.
        sums: the names that are bound by one equation, the total among them where it is a cell itself.
        pooled: cells that are shown for four weeks.
    """
    hidden = {name for name, (is_hidden, _) in cells.items() if is_hidden}
    before = set(hidden)
    is_changed = True
    while is_changed:
        is_changed = False
        for parts in sums:
            shown = [name for name in parts if name not in hidden]
            if len(shown) == len(parts):
                shown = [name for name in parts if name not in pooled]
            if len(shown) == len(parts) - 1 and shown:
                hidden.add(min(shown, key=lambda name: (cells[name][1], name)))
                is_changed = True
    return hidden - before


def _sums(cells: Iterable[Name], kinds: dict[str, str]) -> list[list[Name]]:
    """Return the equations of one week: all kinds together, each kind with its sources, framework groups."""
    outer = [name for name in cells if name[0] == OUTER]
    inner = [name for name in cells if name[0] == INNER]
    return [
        outer,
        *([name, *(part for part in inner if kinds.get(part[1]) == name[1])] for name in outer),
        *(
            [
                name
                for name in cells
                if name == (FRAMEWORK_SUM, metric) or (name[0] == FRAMEWORK and name[1] in values)
            ]
            for metric, values in FRAMEWORK_GROUPS.items()
        ),
    ]
