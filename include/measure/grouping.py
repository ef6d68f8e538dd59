"""Rows grouped by cell and employer in linear time: numbers by table look-up, no row is sorted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from include.measure.estimators import Floats

Ints = NDArray[np.int64]
Counts = NDArray[np.int8] | NDArray[np.int32]
Whole = NDArray[np.integer[Any]]


def renumber(codes: Whole) -> Ints:
    """Return each code's place among the distinct ones, ascending; codes are small whole numbers.

    The same as numpy's unique with inverse, in linear time instead of by sorting.
    """
    is_used = np.zeros(int(codes.max(initial=-1)) + 1, dtype=bool)
    is_used[codes] = True
    return np.asarray((np.cumsum(is_used) - 1)[codes])


def ranges(starts: Whole, lengths: Whole) -> Ints:
    """Return the whole numbers start, start + 1, ... of every range, one range after the other."""
    ends = np.cumsum(lengths)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - lengths), lengths))


@dataclass(frozen=True)
class UnitWeeks:
    """Openings spread out: one row per opening and week in which it counts, in the order of openings.

    Attributes:
        unit: opening of each row, ascending.
        week: week of each row.
        moment: number of each row's employer and week together, ascending with both, without gaps.
        n_units: number of openings, those without a row included.
    """

    unit: Ints
    week: Ints
    moment: Ints
    n_units: int

    def take(self, keep: NDArray[np.bool_]) -> UnitWeeks:
        """Return the chosen rows."""
        return UnitWeeks(self.unit[keep], self.week[keep], self.moment[keep], self.n_units)


def spread_out(present: Ints, first: Ints, length: Ints, employer: Ints) -> UnitWeeks:
    """Return the rows of openings that count in several weeks.

    Args:
        present: the openings that count at all, ascending.
        first: first week of each of these.
        length: weeks of each of these.
        employer: employer of every opening, ascending.
    """
    unit, week = np.repeat(present, length), ranges(first, length)
    return UnitWeeks(unit, week, renumber(_employer_weeks(employer[unit], week)), len(employer))


@dataclass(frozen=True)
class Grouping:
    """Rows grouped by cell and employer.

    Attributes:
        starts: first row of each opening, and the number of rows.
        group: group of each row.
        size: rows of each group.
        cell: number of the cell of each group. In a cell, groups come in the order of employers.
        n_cells: number of cells.
    """

    starts: Ints
    group: NDArray[np.int32]
    size: Floats
    cell: Ints
    n_cells: int

    def per_group(self, flags: Counts) -> Floats:
        """Return the sum of a per-opening number in every group; it costs what the openings over 0 cost."""
        hits = np.flatnonzero(flags)
        lengths = self.starts[hits + 1] - self.starts[hits]
        group = self.group[ranges(self.starts[hits], lengths)]
        sums = np.bincount(group, weights=np.repeat(flags[hits], lengths), minlength=len(self.size))
        return np.asarray(sums, dtype=np.float64)

    def of_employers(self, is_so: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return for every group what is so of its employer, given per row."""
        found = np.empty(len(self.size), dtype=bool)
        found[self.group] = is_so
        return found

    def per_cell(self, values: Floats) -> Floats:
        """Return the sum of a per-group number in every cell."""
        return _sums(self.cell, values, self.n_cells)

    def groups_per_cell(self, chosen: NDArray[np.bool_]) -> Floats:
        """Return the number of chosen groups in every cell."""
        return np.bincount(self.cell[chosen], minlength=self.n_cells).astype(np.float64)

    def per_cell_of(self, groups: Ints) -> Callable[[Floats], Floats]:
        """Return what sums, in every cell, a number that only the named groups have."""
        cell = self.cell[groups]
        return lambda values: _sums(cell, values, self.n_cells)

    def largest(self, values: Floats) -> Floats:
        """Return the largest of a per-group number, not below 0, in every cell."""
        found = np.zeros(self.n_cells)
        np.maximum.at(found, self.cell, values)
        return found


def group_rows(rows: UnitWeeks, code: Ints, cell: Ints) -> tuple[Grouping, Ints]:
    """Return the rows grouped by cell and employer, and the cells that occur, ascending.

    Args:
        rows: from `spread_out`.
        code: what tells the cells of one week apart, per row: week and code make the cell.
        cell: cell of each row.
    """
    code = code - code.min(initial=0)
    group, n_groups = _numbered(rows.moment * (code.max(initial=0) + 1) + code)
    cell_of_group = np.empty(n_groups, dtype=np.int64)
    cell_of_group[group] = cell
    number, n_cells = _numbered(cell_of_group)
    cells = np.empty(n_cells, dtype=np.int64)
    cells[number] = cell_of_group
    grouping = Grouping(
        starts=np.append(0, np.cumsum(np.bincount(rows.unit, minlength=rows.n_units))),
        group=group,
        size=np.bincount(group, minlength=n_groups).astype(np.float64),
        cell=number.astype(np.int64),
        n_cells=n_cells,
    )
    return grouping, cells


def _employer_weeks(employer: Ints, week: Ints) -> Ints:
    """Return one number per employer and week, ascending, with few gaps; rows are in order of employers.

    Each employer has the weeks from its first to its last, so that many employers of few weeks stay few
    numbers.
    """
    if len(week) == 0:
        return week
    starts = np.flatnonzero(np.diff(employer, prepend=-1))
    first = np.minimum.reduceat(week, starts)
    span = np.maximum.reduceat(week, starts) - first + 1
    offset = np.cumsum(span) - span - first
    return np.asarray(np.repeat(offset, np.diff(np.append(starts, len(week)))) + week)


def _numbered(codes: Ints) -> tuple[NDArray[np.int32], int]:
    """Return each code's place among the distinct ones, and their number; half as big as `renumber`."""
    is_used = np.zeros(int(codes.max(initial=-1)) + 1, dtype=bool)
    is_used[codes] = True
    places = np.cumsum(is_used, dtype=np.int32)
    return places[codes] - np.int32(1), int(places[-1]) if len(places) else 0


def _sums(place: Ints, values: Floats, n: int) -> Floats:
    return np.asarray(np.bincount(place, weights=values, minlength=n), dtype=np.float64)
