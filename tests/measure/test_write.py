"""Out tables are replaced whole, also when their card has changed since the last release."""

from include.measure.weekly import measure_week
from include.warehouse.cards import load_card
from tests.measure.warehouse import MONDAY, STAMP, Warehouse


def test_table_of_an_older_form_is_made_anew_with_its_comments():
    warehouse = Warehouse()
    warehouse.add_market(MONDAY, 40)
    warehouse.con.execute("CREATE TABLE out_weekly_metrics_v1 AS SELECT 'M1' AS metric_id")
    measure_week(warehouse.con, MONDAY, STAMP)
    card = load_card("out_weekly_metrics_v1")
    rows = warehouse.rows(
        "SELECT column_name AS name, comment FROM duckdb_columns() "
        "WHERE table_name = 'out_weekly_metrics_v1' ORDER BY column_index"
    )
    assert tuple(row["name"] for row in rows) == card.column_names
    assert all(row["comment"] for row in rows)
    assert warehouse.metric("M1")["n_postings"] == 40
