"""From a released week to labels that correct the next one."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from include.audit.labels import AuditLabelError
from include.audit.sample import EmptyFrameError
from include.pipeline.auditing import draw, import_labels
from include.settings import Settings
from include.storage import write_text
from include.warehouse.connection import open_warehouse
from include.warehouse.texts import StoredText, TextStore
from tests.measure.warehouse import MONDAY, Warehouse


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder with forty openings of the week, five of the week before, and their texts."""
    market = Warehouse()
    market.add_market(MONDAY, 30)
    market.add_market(MONDAY, 10, cert_status="preferred")
    market.add_market(MONDAY - timedelta(weeks=1), 5)
    found = Settings(data_dir=tmp_path, data_origin="simulated")
    with open_warehouse(found) as connection:
        for table in ("core_openings", "core_signals"):
            connection.register("rows", market.con.execute(f"FROM {table}").to_arrow_table())
            connection.execute(f"INSERT INTO {table} BY NAME FROM rows")
            connection.unregister("rows")
    hashes = [row["content_hash"] for row in market.rows("SELECT content_hash FROM core_openings")]
    with TextStore(found.paths.texts).writer("greenhouse", "2026-11-16") as writer:
        for number, content_hash in enumerate(hashes):
            writer.write([StoredText(content_hash, "Product Manager", f"## Role\nText {number}", "en")])
    return found


def tasks_of(settings: Settings, week: str = "2026-W47") -> list[dict[str, Any]]:
    lines = (settings.paths.audit / week / "tasks.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def label(task: dict[str, Any], annotator: str, value: str, name: str = "cert_status") -> dict[str, Any]:
    ad = {key: task[key] for key in ("audit_week", "content_hash")}
    return {**ad, "annotator": annotator, "label": name, "value": value}


def hand_in(settings: Settings, file: str, *labels: dict[str, Any], week: str = "2026-W47") -> None:
    path = settings.paths.audit / week / "labels" / file
    write_text(path, "".join(json.dumps(row) + "\n" for row in labels))


def stored(settings: Settings) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.paths.warehouse)) as con:
        return con.execute(
            "SELECT annotator, value, stratum, inclusion_probability FROM core_audit_labels ORDER BY ALL"
        ).fetchall()


def test_a_sample_is_drawn_once_in_every_format_and_tells_nothing(settings: Settings) -> None:
    drawn = draw(settings, MONDAY, 20)
    assert (drawn.n_tasks, drawn.is_new) == (20, True)
    folder = settings.paths.audit / "2026-W47"
    files = {"tasks.jsonl", "tasks.csv", "tasks.label_studio.json", "label.html", "design.csv", "labels"}
    assert {path.name for path in folder.iterdir()} == files
    for name in files - {"design.csv", "labels"}:
        content = (folder / name).read_text()
        assert "Text " in content
        assert "employer 0" not in content
        assert "cert_asked" not in content
    before = tasks_of(settings)
    with open_warehouse(settings) as connection:
        connection.execute("DELETE FROM core_openings WHERE employer LIKE '%5'")
    assert draw(settings, MONDAY, 5).is_new is False
    assert tasks_of(settings) == before


def test_a_sample_whose_drawing_was_cut_short_is_drawn_again(settings: Settings) -> None:
    """All but the design was written: it comes last."""
    folder = settings.paths.audit / "2026-W47"
    (folder / "labels").mkdir(parents=True)
    (folder / "tasks.jsonl").write_text("{")
    assert draw(settings, MONDAY, 5).is_new
    assert len((folder / "tasks.jsonl").read_text().splitlines()) == 5


def test_a_week_without_openings_leaves_no_folder(settings: Settings) -> None:
    with open_warehouse(settings) as connection:
        connection.execute("DELETE FROM core_openings")
    with pytest.raises(EmptyFrameError):
        draw(settings, MONDAY)
    assert not (settings.paths.audit / "2026-W47").exists()


def test_labels_come_in_with_their_design_and_are_replaced_by_the_next_import(settings: Settings) -> None:
    draw(settings, MONDAY, 20)
    tasks = tasks_of(settings)
    hand_in(settings, "one.jsonl", *(label(task, "one", "none") for task in tasks))
    hand_in(settings, "two.jsonl", *(label(task, "two", "none") for task in tasks[:10]))
    report = import_labels(settings)
    assert (report.n_files, report.n_labels, report.n_unsettled) == (2, 30, 0)
    rows = stored(settings)
    assert len(rows) == 30
    assert {row[2:] for row in rows} == {("cert_asked", 6 / 10), ("neither", 14 / 30)}
    (settings.paths.audit / "2026-W47" / "labels" / "two.jsonl").unlink()
    import_labels(settings)
    assert {row[0] for row in stored(settings)} == {"one"}


def test_labels_that_contradict_each_other_are_listed_until_somebody_settles_them(
    settings: Settings,
) -> None:
    draw(settings, MONDAY, 20)
    first, second, *_ = tasks_of(settings)
    hand_in(settings, "one.jsonl", label(first, "one", "none"), label(second, "one", "none"))
    hand_in(settings, "two.jsonl", label(first, "two", "listed"), label(second, "two", "none"))
    report = import_labels(settings)
    to_settle = settings.paths.audit / "2026-W47" / "to_settle.csv"
    assert report.n_unsettled == 1
    assert to_settle.read_text() == f"content_hash,label\n{first['content_hash']},cert_status\n"
    [agreement] = report.agreement
    # Two ads, four values, one disagreement: 1 - 3 * 2 / (16 - 9 - 1).
    assert (agreement.n_ads, agreement.n_double, agreement.alpha) == (2, 2, pytest.approx(0.0))
    hand_in(settings, "settled.jsonl", label(first, "adjudicated", "listed"))
    assert import_labels(settings).n_unsettled == 0
    assert to_settle.read_text() == "content_hash,label\n"


def test_one_person_with_two_opinions_is_refused_and_nothing_changes(settings: Settings) -> None:
    draw(settings, MONDAY, 20)
    task, *_ = tasks_of(settings)
    hand_in(settings, "a.jsonl", label(task, "one", "none"))
    import_labels(settings)
    before = stored(settings)
    hand_in(settings, "b.jsonl", label(task, "one", "required"))
    with pytest.raises(AuditLabelError, match=r"b\.jsonl and .*a\.jsonl: one says cert_status .* Keep one"):
        import_labels(settings)
    assert stored(settings) == before


def test_the_same_file_twice_counts_once(settings: Settings) -> None:
    draw(settings, MONDAY, 20)
    task, *_ = tasks_of(settings)
    for name in ("a.jsonl", "copy of a.jsonl"):
        hand_in(settings, name, label(task, "one", "none"))
    assert import_labels(settings).n_labels == 1


@pytest.mark.parametrize(
    ("name", "content"), [("a.jsonl", ""), ("a.CSV", "audit_week,content_hash\n"), ("a.json", "[]")]
)
def test_a_file_without_a_label_is_refused_and_takes_none_away(
    settings: Settings, name: str, content: str
) -> None:
    draw(settings, MONDAY, 20)
    task, *_ = tasks_of(settings)
    hand_in(settings, "one.jsonl", label(task, "one", "none"))
    import_labels(settings)
    before = stored(settings)
    write_text(settings.paths.audit / "2026-W47" / "labels" / name, content)
    with pytest.raises(AuditLabelError, match=f"labels/{name}.* (holds no label|has no column)"):
        import_labels(settings)
    assert stored(settings) == before


def test_labels_whose_sample_is_lost_are_named_and_no_other_sample_is_drawn(settings: Settings) -> None:
    draw(settings, MONDAY, 20)
    task, *_ = tasks_of(settings)
    hand_in(settings, "one.jsonl", label(task, "one", "none"))
    (settings.paths.audit / "2026-W47" / "design.csv").unlink()
    lost = r"2026-W47/design\.csv is gone, and labels of its sample are there.*backup"
    with pytest.raises(AuditLabelError, match=lost):
        import_labels(settings)
    with pytest.raises(AuditLabelError, match=lost):
        draw(settings, MONDAY, 20)


def test_a_file_of_an_unknown_kind_is_refused(settings: Settings) -> None:
    draw(settings, MONDAY, 20)
    hand_in(settings, "labels.xlsx")
    with pytest.raises(AuditLabelError, match=r"labels\.xlsx: labels come as \.jsonl, \.csv or"):
        import_labels(settings)


@pytest.mark.parametrize(("newest", "is_late"), [("2027-W01", False), ("2027-W02", True)])
def test_labels_of_a_frozen_week_come_too_late(settings: Settings, newest: str, is_late: bool) -> None:
    """2026 has 53 weeks: W47 is seven weeks before 2027-W01 and eight before 2027-W02."""
    draw(settings, MONDAY, 20)
    task, *_ = tasks_of(settings)
    hand_in(settings, "one.jsonl", label(task, "one", "none"))
    write_text(settings.paths.releases / newest / "SHA256SUMS", "")
    report = import_labels(settings)
    assert report.frozen_weeks == (("2026-W47",) if is_late else ())
    assert len(stored(settings)) == (0 if is_late else 1)


def test_labels_that_were_in_time_stay_when_their_week_freezes(settings: Settings) -> None:
    draw(settings, MONDAY, 20)
    task, *_ = tasks_of(settings)
    hand_in(settings, "one.jsonl", label(task, "one", "none"))
    import_labels(settings)
    write_text(settings.paths.releases / "2027-W20" / "SHA256SUMS", "")
    assert import_labels(settings).frozen_weeks == ()
    assert len(stored(settings)) == 1


def test_labels_of_a_frozen_week_survive_the_warehouse(settings: Settings) -> None:
    """The warehouse can be dropped; figures that were declared final still have the labels of their time."""
    draw(settings, MONDAY, 20)
    first, second, *_ = tasks_of(settings)
    hand_in(settings, "one.jsonl", label(first, "one", "none"))
    import_labels(settings)
    in_time = stored(settings)
    write_text(settings.paths.releases / "2027-W20" / "SHA256SUMS", "")
    settings.paths.warehouse.unlink()
    assert import_labels(settings).frozen_weeks == ()
    assert stored(settings) == in_time

    hand_in(settings, "late.jsonl", label(second, "one", "required"))
    settings.paths.warehouse.unlink()
    assert import_labels(settings).frozen_weeks == ("2026-W47",)
    assert stored(settings) == in_time


def test_labels_that_were_taken_in_before_that_was_written_down_stay(settings: Settings) -> None:
    draw(settings, MONDAY, 20)
    first, second, *_ = tasks_of(settings)
    hand_in(settings, "one.jsonl", label(first, "one", "none"))
    import_labels(settings)
    (settings.paths.audit / "2026-W47" / "taken_in.jsonl").unlink()
    write_text(settings.paths.releases / "2027-W20" / "SHA256SUMS", "")
    hand_in(settings, "late.jsonl", label(second, "one", "required"))
    in_time = stored(settings)
    for _ in range(2):
        assert import_labels(settings).frozen_weeks == ("2026-W47",)
        assert stored(settings) == in_time


def test_each_week_has_its_own_labels_and_freezes_by_itself(settings: Settings) -> None:
    before, week = "2026-W46", "2026-W47"
    for monday in (MONDAY - timedelta(weeks=1), MONDAY):
        draw(settings, monday, 20)
    (old, late, *_), (new, newer, *_) = tasks_of(settings, before), tasks_of(settings, week)
    for who, value in (("one", "none"), ("two", "listed")):
        hand_in(settings, f"{who}.jsonl", label(old, who, value), week=before)
    hand_in(settings, "one.jsonl", label(new, "one", "none"))
    assert import_labels(settings).n_unsettled == 1
    folders = {name: settings.paths.audit / name for name in (before, week)}
    to_settle = [(folder / "to_settle.csv").read_text() for folder in folders.values()]
    assert to_settle == [f"content_hash,label\n{old['content_hash']},cert_status\n", "content_hash,label\n"]

    (folders[before] / "taken_in.jsonl").unlink()  # as of a week that was frozen before there was one
    for release in ("2026-W50", "2027-W01"):  # eight weeks after the one and seven after the other
        write_text(settings.paths.releases / release / "SHA256SUMS", "")
    hand_in(settings, "late.jsonl", label(late, "one", "required"), week=before)
    hand_in(settings, "more.jsonl", label(newer, "one", "required"))
    assert import_labels(settings).frozen_weeks == (before,)
    kept = {
        name: {
            json.loads(line)["content_hash"] for line in (folder / "taken_in.jsonl").read_text().splitlines()
        }
        for name, folder in folders.items()
    }
    assert kept == {before: {old["content_hash"]}, week: {new["content_hash"], newer["content_hash"]}}
    assert len(stored(settings)) == 4
