"""Whether a release's figures are still those of the rows beside them."""

from __future__ import annotations

from pathlib import Path

from include.publish.basis import is_basis_unchanged, note_basis
from include.settings import Settings
from include.warehouse.connection import open_warehouse


def test_a_basis_is_another_when_a_row_of_evidence_is(tmp_path: Path) -> None:
    with open_warehouse(Settings(data_dir=tmp_path)) as connection:
        assert not is_basis_unchanged(connection)  # nothing was ever measured
        for key in ("a", "b"):
            connection.execute("INSERT INTO core_opening_members VALUES (?, 'a', 'first', NULL)", [key])
        note_basis(connection)
        assert is_basis_unchanged(connection)
        connection.execute(
            "INSERT INTO core_validation_results BY NAME SELECT '2026-W47' AS partition_key, "
            "'warning' AS severity, true AS is_success, 'core_postings' AS table_name, "
            "'ids_are_unique' AS expectation_id, 'Ids are unique.' AS description, 'why' AS reason"
        )
        assert is_basis_unchanged(connection)  # the week's own checks come after its figures
        for change in (
            "UPDATE core_opening_members SET opening_key = 'b' WHERE posting_key = 'b'",
            "DELETE FROM core_opening_members WHERE posting_key = 'a'",
            "INSERT INTO core_opening_members FROM core_opening_members",
        ):
            note_basis(connection)
            connection.execute(change)
            assert not is_basis_unchanged(connection)
