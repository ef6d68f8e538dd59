"""What the page says, without a server."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from airflow.models.dagrun import DagRun

from include.settings import PROJECT_ROOT, DataOrigin, Settings
from plugins.hiring_signals.files import find_file, read_build, read_release
from plugins.hiring_signals.overview import Overview, make_overview
from plugins.hiring_signals.runs import StageRun, _subject, unmended_partitions
from plugins.hiring_signals.stages import STAGES
from tests.plugins.operators_installation import fill_data

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    fill_data(tmp_path)
    return Settings(data_dir=tmp_path)


def _run(stage: str = "Build", health: str = "good", paused: str | None = None) -> StageRun:
    return StageRun(
        stage=stage,
        dag_id="build_warehouse",
        health=health,  # type: ignore[arg-type]
        state="failed" if health == "bad" else "success",
        partition="2026-11-15",
        started_at=NOW,
        seconds=60,
        succeeded_at=None,
        unmended=(),
        paused=paused,
        link="/dags/build_warehouse/runs/r1",
        advice="Open the red task." if health == "bad" else None,
    )


@pytest.mark.parametrize(
    ("partition_key", "conf", "subject"),
    [
        ("2026-11-15", {"reclassify": True}, "2026-11-15"),
        ("2026-11-15", {"day": "2026-11-14"}, "2026-11-14"),  # the day that its tasks worked on
        (None, {"week": "2026-W47", "allow_partial": True}, "2026-W47"),
        (None, {"path": "/dumps/ads.csv", "name": "ads", "day": "2026-11-15"}, "ads"),
        (None, {"path": "/dumps/ads.csv", "name": None, "day": "2026-11-15"}, "ads.csv"),
        (None, {"day": "2026-11-15"}, "2026-11-15"),
        (None, {}, None),
    ],
)
def test_a_run_started_by_hand_says_what_it_was_about(
    partition_key: str | None, conf: dict[str, object], subject: str | None
) -> None:
    run = DagRun(dag_id="import_archive", run_id="manual__1", conf=conf, partition_key=partition_key)
    assert _subject(run) == subject


def _sentences(overview: Overview) -> list[tuple[str, str]]:
    return [(item.urgency, item.what) for item in overview.attention]


def test_what_is_red_comes_first(settings: Settings) -> None:
    overview = make_overview(settings, [_run(paused="Days wait."), _run("Publish", "bad")], NOW)
    assert _sentences(overview) == [
        ("bad", "Publish: the last run of 2026-11-15 failed."),
        ("bad", "1 critical check failed on 2026-11-15; the day was not handed on."),
        ("warn", "Build: build_warehouse is paused."),
        ("warn", "2 boards of 12 not read whole on 2026-11-15."),
        ("warn", "2026-W45 was published with 1 warning."),
    ]
    assert [item.link for item in overview.attention] == [
        "/dags/build_warehouse/runs/r1",
        "#checks",
        "/dags/build_warehouse",
        "#boards",
        "#release",
    ]


def _rewrite_status(settings: Settings, **changes: object) -> None:
    status = read_build(settings.paths).status
    assert status is not None
    changed = msgspec.structs.replace(status, **changes)
    (settings.paths.status / "build.json").write_bytes(msgspec.json.encode(changed))


@pytest.mark.parametrize(
    ("expected", "read", "minimum", "is_red"),
    [
        (12, 10, 0.9, True),
        (100, 55, 0.55, False),  # as `publish_weekly` counts: the threshold itself is enough
        (100, 54, 0.55, True),
        (0, 0, 0.8, False),  # every board is switched off
    ],
)
def test_boards_under_the_threshold_are_red(
    settings: Settings, expected: int, read: int, minimum: float, is_red: bool
) -> None:
    _rewrite_status(settings, boards_expected=expected, boards_read=read)
    strict = Settings(data_dir=settings.data_dir, minimum_board_coverage=minimum)
    overview = make_overview(strict, [_run()], NOW)
    said = ("bad", f"Only {read} of {expected} boards were read on 2026-11-15.")
    assert (said in _sentences(overview)) == is_red
    assert {item.link for item in overview.attention if item.what == said[1]} <= {"#boards"}


def test_a_failed_check_that_only_warns_stopped_no_day(settings: Settings) -> None:
    status = read_build(settings.paths).status
    assert status is not None
    mild = msgspec.structs.replace(status.failed_checks[0], severity="warning")
    _rewrite_status(settings, failed_checks=(mild,))
    assert not any("critical" in what for _, what in _sentences(make_overview(settings, [_run()], NOW)))


def test_a_sound_pipeline_needs_nobody(settings: Settings) -> None:
    _rewrite_status(settings, troubles=(), failed_checks=(), boards_read=12)
    release = settings.paths.releases / "2026-W45" / "release.json"
    release.write_bytes(msgspec.json.encode(msgspec.json.decode(release.read_bytes()) | {"warnings": []}))
    assert make_overview(settings, [_run()], NOW).attention == ()


@pytest.mark.parametrize(
    ("hours", "paused", "is_silent"), [(30, None, False), (40, None, True), (40, "lost", False)]
)
def test_a_scheduler_that_stopped_is_noticed(
    settings: Settings, hours: int, paused: str | None, is_silent: bool
) -> None:
    run = msgspec.structs.replace(
        _run("Collect", paused=paused), dag_id="collect_postings", started_at=NOW - timedelta(hours=hours)
    )
    real = Settings(data_dir=settings.data_dir, data_origin="public_boards")
    said = [
        what for urgency, what in _sentences(make_overview(real, [run], NOW)) if "has not started" in what
    ]
    assert bool(said) == is_silent
    assert not any("has not started" in what for _, what in _sentences(make_overview(settings, [run], NOW)))


def test_only_the_daily_collection_is_missed_after_a_day_and_a_half(settings: Settings) -> None:
    """Others wait for it, or run weekly; a first run that is queued has not started, and will."""
    publish = msgspec.structs.replace(
        _run("Publish"), dag_id="publish_weekly", started_at=NOW - timedelta(days=6)
    )
    queued = msgspec.structs.replace(
        _run("Collect", "busy"), dag_id="collect_postings", state="queued", started_at=None
    )
    real = Settings(data_dir=settings.data_dir, data_origin="public_boards")
    assert not any("started" in what for _, what in _sentences(make_overview(real, [publish, queued], NOW)))


def test_data_that_is_away_although_runs_succeeded_is_red(tmp_path: Path) -> None:
    """An alert hears of red alone, and a disk that is not mounted looks like an installation that is new."""
    published = msgspec.structs.replace(_run("Publish", "bad"), dag_id="publish_weekly", succeeded_at=NOW)
    overview = make_overview(Settings(data_dir=tmp_path), [_run(), published], NOW)
    away = [item for item in overview.attention if "although" in item.what]
    assert [(item.urgency, item.what) for item in away] == [
        ("bad", "Last build: nothing to show, although a run of build_warehouse succeeded."),
        ("bad", "Last release: nothing to show, although a run of publish_weekly succeeded."),
    ]
    assert all(f"Is {tmp_path} the data folder, and its disk there?" in item.advice for item in away)


@pytest.mark.parametrize("origin", ["simulated", "public_boards"])
@pytest.mark.parametrize("is_collected", [False, True])
def test_an_empty_installation_says_what_to_run(
    tmp_path: Path, origin: DataOrigin, is_collected: bool
) -> None:
    collected = msgspec.structs.replace(_run("Collect"), dag_id="collect_postings")
    waiting = _run("Build", "busy")
    overview = make_overview(
        Settings(data_dir=tmp_path, data_origin=origin), [collected, waiting] if is_collected else [], NOW
    )
    build, release = overview.attention
    assert (build.urgency, release.urgency) == ("warn", "warn")  # nothing is lost that there was
    assert "Run collect_postings, or import_archive" in build.advice
    assert "publish_weekly runs when all seven days" in release.advice
    assert overview.build.status is None
    assert overview.release.summary is None


@pytest.mark.parametrize("damage", [b"", b"{", b'{"day": "today"}', b"\xff\xfe"])
def test_damaged_files_are_named(settings: Settings, damage: bytes) -> None:
    (settings.paths.status / "build.json").write_bytes(damage)
    (settings.paths.releases / "2026-W45" / "release.json").write_bytes(damage)
    build, release = read_build(settings.paths), read_release(settings.paths)
    assert build.problem is not None
    assert "build.json cannot be read" in build.problem
    assert "Run build_warehouse" in build.problem
    assert release.problem is not None
    assert "2026-W45/release.json cannot be read" in release.problem  # by its folder, not by `latest`
    assert release.folder == "2026-W45"  # its files are there to look at


def test_files_that_cannot_be_read_are_named(settings: Settings) -> None:
    summary = settings.paths.releases / "2026-W45" / "release.json"
    summary.unlink()
    status = settings.paths.status / "build.json"
    status.unlink()
    status.symlink_to("/proc/self/mem")  # a file whose reading fails whoever reads it
    build, release = read_build(settings.paths), read_release(settings.paths)
    assert f"{status} cannot be read" in (build.problem or "")
    assert f"{summary} cannot be read" in (release.problem or "")
    assert "backup" in (release.problem or "")


def test_the_latest_release_is_listed_with_its_files_and_checks(settings: Settings) -> None:
    release = read_release(settings.paths)
    assert release.folder == "2026-W45"
    assert release.summary is not None
    assert release.summary.week_start == date(2026, 11, 2)
    assert [file.name for file in release.files] == ["index.html", "release.json", "weekly_metrics.csv"]
    assert release.checks is None  # this week's checks were never written
    checks = settings.paths.data_docs / "2026-W45" / "index.html"
    checks.parent.mkdir()
    checks.write_text("Checks")
    assert read_release(settings.paths).checks == "2026-W45"
    assert read_build(settings.paths).checks == "2026-11-15"


def test_a_file_in_a_folder_of_a_release_is_listed_by_its_path(settings: Settings) -> None:
    folder = settings.paths.releases / "2026-W45" / "charts"
    folder.mkdir()
    (folder / "gap.svg").write_text("<svg/>")
    listed = {file.name: file.size_bytes for file in read_release(settings.paths).files}
    assert listed.keys() == {"index.html", "release.json", "weekly_metrics.csv", "charts/gap.svg"}
    assert listed["charts/gap.svg"] == len("<svg/>")


def test_checks_without_a_page_are_not_linked(settings: Settings) -> None:
    (settings.paths.data_docs / "2026-W45").mkdir()
    (settings.paths.data_docs / "2026-11-15" / "index.html").unlink()
    assert read_release(settings.paths).checks is None
    assert read_build(settings.paths).checks is None


def test_a_dangling_latest_is_not_a_release(settings: Settings) -> None:
    (settings.paths.releases / "latest").unlink()
    (settings.paths.releases / "latest").symlink_to("2026-W99")
    assert "Nothing has been released yet" in (read_release(settings.paths).problem or "")


@pytest.mark.parametrize(
    "path",
    [
        "../status/build.json",
        "..",
        "/etc/passwd",
        "2026-W45/../../status/build.json",
        ".hidden",
        ".draft/2026-W46/index.html",
        "2026-W45/no.csv",
        "a\0b",
        "a" * 300,
    ],
)
def test_only_files_of_the_folder_are_served(settings: Settings, path: str) -> None:
    (settings.paths.releases / ".hidden").write_text("x")
    draft = settings.paths.releases / ".draft" / "2026-W46"
    draft.mkdir(parents=True)
    (draft / "index.html").write_text("not checked yet")
    assert find_file(settings.paths.releases, path) is None


def test_links_out_of_the_folder_are_not_followed(settings: Settings) -> None:
    (settings.paths.releases / "outside").symlink_to("../status/build.json")
    assert find_file(settings.paths.releases, "outside") is None


def test_folders_stand_for_their_index(settings: Settings) -> None:
    latest = find_file(settings.paths.releases, "latest")
    assert latest is not None
    assert latest.name == "index.html"
    assert find_file(settings.paths.data_docs, "2026-11-15/index.html") is not None


def test_a_data_folder_behind_a_link_is_served(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(settings.data_dir, target_is_directory=True)
    paths = Settings(data_dir=tmp_path / "linked").paths
    assert find_file(paths.releases, "latest/release.json") is not None


@pytest.mark.parametrize(("origin", "urgency"), [("public_boards", "bad"), ("simulated", "warn")])
def test_a_paused_collection_loses_days_for_good(
    settings: Settings, origin: DataOrigin, urgency: str
) -> None:
    collect = next(stage for stage in STAGES if stage.dag_id == "collect_postings")
    run = msgspec.structs.replace(
        _run("Collect", paused=collect.when_paused), dag_id="collect_postings", started_at=NOW
    )
    real = Settings(data_dir=settings.data_dir, data_origin=origin)
    [said] = [item for item in make_overview(real, [run], NOW).attention if "is paused" in item.what]
    assert said.urgency == urgency
    waits = make_overview(real, [_run(paused="Days wait.")], NOW).attention
    assert [item.urgency for item in waits if "is paused" in item.what] == ["warn"]
    assert "cannot be collected" in said.advice


def test_every_stage_that_starts_by_itself_says_what_a_pause_loses() -> None:
    dags = {path.stem: path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "dags").glob("*.py")}
    by_itself = {dag_id for dag_id, code in dags.items() if "schedule=None" not in code}
    assert {stage.dag_id for stage in STAGES} == set(dags)
    assert {stage.dag_id for stage in STAGES if stage.when_paused} == by_itself < set(dags)


def _runs(dag_id: str, *runs: tuple[str | None, dict[str, str], str]) -> list[DagRun]:
    return [
        DagRun(dag_id=dag_id, run_id=f"run_{number}", conf=conf, partition_key=key, state=state)
        for number, (key, conf, state) in enumerate(runs)
    ]


@pytest.mark.parametrize(
    ("dag_id", "runs", "unmended"),
    [
        ("build_warehouse", [("2026-11-16", {}, "failed"), ("2026-11-17", {}, "success")], ("2026-11-16",)),
        ("build_warehouse", [("2026-11-16", {}, "failed"), ("2026-11-17", {}, "running")], ("2026-11-16",)),
        # The last run of all is told by itself.
        ("build_warehouse", [("2026-11-16", {}, "success"), ("2026-11-17", {}, "failed")], ()),
        # What runs has not failed; of one partition the newest run counts.
        ("build_warehouse", [("2026-11-16", {}, "running"), ("2026-11-17", {}, "success")], ()),
        (
            "build_warehouse",
            [("2026-11-16", {}, "failed"), ("2026-11-16", {}, "success"), ("2026-11-17", {}, "success")],
            (),
        ),
        (
            "build_warehouse",
            [("2026-11-16", {}, "success"), ("2026-11-16", {}, "failed"), ("2026-11-17", {}, "success")],
            ("2026-11-16",),
        ),
        # Built again by hand, without a partition key.
        ("build_warehouse", [("2026-11-16", {}, "failed"), (None, {"day": "2026-11-16"}, "success")], ()),
        ("publish_weekly", [("2026-11-09 (W46)", {}, "failed"), (None, {"week": "2026-W46"}, "success")], ()),
        (
            "publish_weekly",
            [("2026-11-09 (W46)", {}, "failed"), ("2026-11-16 (W47)", {}, "success")],
            ("2026-W46",),
        ),
        (
            "publish_weekly",
            [("2026-11-09 (W46)", {}, "failed"), (None, {"week": "of mine"}, "failed")],
            ("2026-W46",),
        ),
    ],
)
def test_a_failure_that_a_later_success_hides_is_found(
    dag_id: str, runs: list[tuple[str | None, dict[str, str], str]], unmended: tuple[str, ...]
) -> None:
    assert unmended_partitions(_runs(dag_id, *runs)) == unmended


def test_what_waits_for_a_failed_day_is_said_although_the_last_run_went_well(settings: Settings) -> None:
    run = msgspec.structs.replace(_run(), unmended=("2026-11-12", "2026-11-13"))
    [said] = [
        item for item in make_overview(settings, [run], NOW).attention if "nothing was done" in item.what
    ]
    assert said.what.startswith("Build: 2026-11-12, 2026-11-13 failed")
    assert (said.urgency, said.link) == ("bad", "/dags/build_warehouse")


@pytest.mark.parametrize(
    ("now", "overdue"),
    [
        (datetime(2026, 11, 16, 11, 59, tzinfo=UTC), None),  # the release that is there is 2026-W45
        (
            datetime(2026, 11, 16, 12, 0, tzinfo=UTC),
            "2026-W46 is not out; it was due by 2026-11-16 12:00",
        ),
        (
            datetime(2026, 11, 22, 23, 0, tzinfo=UTC),
            "2026-W46 is not out; it was due by 2026-11-16 12:00",
        ),
        (
            datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
            "2026-W47 is not out; it was due by 2026-11-23 12:00",
        ),
    ],
)
def test_a_week_that_is_overdue_is_said_whatever_held_it_up(
    settings: Settings, now: datetime, overdue: str | None
) -> None:
    real = Settings(data_dir=settings.data_dir, data_origin="public_boards")
    said = [what for urgency, what in _sentences(make_overview(real, [_run()], now)) if urgency == "bad"]
    assert [what for what in said if "is not out" in what] == ([f"{overdue} UTC."] if overdue else [])
    assert all(
        item.link == "#release" for item in make_overview(real, [], now).attention if "not out" in item.what
    )
    simulated = _sentences(make_overview(settings, [_run()], now))
    assert not any("is not out" in what for _, what in simulated)
