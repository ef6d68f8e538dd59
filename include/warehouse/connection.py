"""Open late, close early: the only way into the live warehouse.

DuckDB's file lock excludes other processes, readers too. Tasks that open the warehouse run in Airflow's
`duckdb` pool of one slot; the short retry here covers an operator's shell left open for a moment.

DuckDB's lock ends when the file is closed, and only a closed file can be replaced or dropped. A lock of our
own keeps others from writing to the old file in between: whoever opens the warehouse shares it, whoever
replaces or drops the file holds it alone.
"""

from __future__ import annotations

import contextlib
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from include.errors import ExplainedError
from include.locks import LockTimeout, locked_file, shared_lock
from include.settings import Settings
from include.storage import StorageError, atomic_path
from include.warehouse.migrations import migrate

_Opened = TypeVar("_Opened")

LOCK_PATIENCE_SECONDS = 30.0
_LOCKED = re.compile(r"could not set lock", re.IGNORECASE)
_HOLDER = re.compile(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")
_DAMAGED = re.compile(r"corrupt database file|not a valid duckdb|could not read enough", re.IGNORECASE)
_DISK_TROUBLE = re.compile(r"could not write|no space left|file too large|could not truncate", re.IGNORECASE)


class WarehouseLockedError(ExplainedError, RuntimeError):
    """Another process holds the warehouse; the message names it and the mend."""


class DamagedWarehouseError(ExplainedError, RuntimeError):
    """The file is no whole DuckDB database any more; the message names it and the mend."""


class WrongOriginError(ExplainedError, RuntimeError):
    """Data of one origin would enter the warehouse of another (simulated beside real)."""


@contextlib.contextmanager
def open_warehouse(
    settings: Settings, *, patience_seconds: float = LOCK_PATIENCE_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the live warehouse for writing, migrated to the current cards; close it at the end.

    Args:
        settings: whose `paths.warehouse`, `data_origin` and DuckDB limits apply.
        patience_seconds: how long to wait for another process to let go of the file.

    Raises:
        WarehouseLockedError: another process kept the file for longer than that.
        DamagedWarehouseError: the file cannot be read.
        WrongOriginError: the warehouse holds data of another origin.
        MigrationError: the file cannot be brought to the current cards.
        StorageError: the disk is full; the transaction that met it is undone.
    """
    lock = shared_lock(settings.paths.warehouse_lock, patience_seconds)
    with (
        _held(lock, settings.paths.warehouse),
        _opened(settings, patience_seconds) as connection,
    ):
        yield connection


@contextlib.contextmanager
def replaced_warehouse(
    settings: Settings, *, patience_seconds: float = LOCK_PATIENCE_SECONDS
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Open the live warehouse to write its successor; put that in its place when the block ends well.

    Until the successor is in place nobody else can open the warehouse.

    Args:
        settings: as for `open_warehouse`.
        patience_seconds: how long to wait for those who have it open.

    Yields:
        The open warehouse, and the path beside it to write the successor to.

    Raises:
        WarehouseLockedError: another process kept the warehouse for longer than that.
        StorageError: the disk is full; the old file stands.
    """
    with (
        warehouse_alone(settings, patience_seconds=patience_seconds) as opened,
        atomic_path(settings.paths.warehouse) as successor,
        opened() as connection,
    ):
        yield connection, successor


@contextlib.contextmanager
def warehouse_alone(
    settings: Settings, *, patience_seconds: float = LOCK_PATIENCE_SECONDS
) -> Iterator[Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]]:
    """Let nobody else open the live warehouse until the block ends, also while it is closed.

    Args:
        settings: as for `open_warehouse`.
        patience_seconds: how long to wait for those who have it open.

    Yields:
        What opens it meanwhile, as `open_warehouse` does for the others.

    Raises:
        WarehouseLockedError: another process kept the warehouse for longer than that.
    """
    lock = locked_file(settings.paths.warehouse_lock, patience_seconds)
    with _held(lock, settings.paths.warehouse):
        yield partial(_opened, settings, patience_seconds)


def resource_limits(settings: Settings) -> dict[str, str | int]:
    """Return what a connection to the warehouse may use, as DuckDB's configuration."""
    return {"memory_limit": settings.duckdb_memory_limit, "threads": settings.duckdb_threads}


@contextlib.contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit when the block ends well, roll back when it does not."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


@contextlib.contextmanager
def _opened(settings: Settings, patience_seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
    path = settings.paths.warehouse
    path.parent.mkdir(parents=True, exist_ok=True)
    with _trouble_named(path):
        connection = _connect(path, settings, patience_seconds)
        try:
            with transaction(connection):
                migrate(connection)
            _check_origin(connection, settings, path)
            yield connection
        finally:
            connection.close()


@contextlib.contextmanager
def _held(lock: AbstractContextManager[object], path: Path) -> Iterator[None]:
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(lock)
        except LockTimeout as error:
            raise WarehouseLockedError(
                f"{path} is being replaced, or held by another process ({error}). Run the task again when "
                "that is done."
            ) from error
        yield


@contextlib.contextmanager
def _trouble_named(path: Path) -> Iterator[None]:
    # DuckDB reports a full disk as an error of whatever it was doing then: a commit, a checkpoint, a query.
    # A damaged block is met when it is read, which may be long after the file was opened.
    try:
        yield
    except duckdb.Error as error:
        message = str(error).splitlines()[0]
        if _DISK_TROUBLE.search(message):
            raise StorageError(
                f"could not write {path}: {message}. The transaction is undone; free space and run again."
            ) from error
        if _DAMAGED.search(message) and ".parquet" not in message:  # staged files are read here too
            raise DamagedWarehouseError(
                f"{path} is damaged ({message}). Build it again from the archive (python -m "
                "include.pipeline rebuild), or put the newest copy of the backup in its place, and remove "
                f"{path.name}.wal beside it, which DuckDB would write into that copy."
            ) from error
        raise


def _connect(path: Path, settings: Settings, patience_seconds: float) -> duckdb.DuckDBPyConnection:
    config = {
        **resource_limits(settings),
        "temp_directory": str(path.parent / "spill"),
        # Downloads are never wanted in a pipeline: an extension is installed with the image or not at all.
        "autoinstall_known_extensions": False,
    }
    return connect_patiently(path, config, patience_seconds)


def connect_patiently(
    path: Path, config: Mapping[str, Any], patience_seconds: float, *, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file, waiting for another process to let go of it.

    Args:
        path: the file.
        config: DuckDB settings.
        patience_seconds: how long to wait.
        read_only: others may read it at the same time, and nobody may write.

    Raises:
        WarehouseLockedError: another process kept the file for longer than that.
        duckdb.Error: it cannot be opened for another reason.
    """
    return open_patiently(
        lambda: duckdb.connect(str(path), read_only=read_only, config=dict(config)), path, patience_seconds
    )


def open_patiently(open_file: Callable[[], _Opened], path: Path, patience_seconds: float) -> _Opened:
    """Open a DuckDB file in any way, waiting for another process to let go of it.

    Args:
        open_file: opens it, and fails with DuckDB's words or with a `ConnectionError` that quotes them.
        path: the file, for messages.
        patience_seconds: how long to wait.

    Raises:
        WarehouseLockedError: another process kept the file for longer than that.
    """
    give_up_at = time.monotonic() + patience_seconds
    while True:
        try:
            return open_file()
        except (duckdb.IOException, ConnectionError) as error:
            if not _LOCKED.search(str(error)):
                raise
            if time.monotonic() >= give_up_at:
                raise WarehouseLockedError(
                    f"{path} is held by another process{_holder(error)}. Close it and run the task again; "
                    "analysts should open the published copy instead."
                ) from error
            time.sleep(random.uniform(0.2, 0.6))  # noqa: S311 - jitter, not a secret


def _holder(error: Exception) -> str:
    # Not DuckDB's own words, which advise to open the file read-only: no task could, and no reader should.
    found = _HOLDER.search(str(error))
    return f": {found['program']}, process {found['pid']}" if found else ""


def _check_origin(connection: duckdb.DuckDBPyConnection, settings: Settings, path: Path) -> None:
    row = connection.execute("SELECT value FROM _meta WHERE key = 'data_origin'").fetchone()
    if row is None:
        connection.execute("INSERT INTO _meta VALUES ('data_origin', ?)", [settings.data_origin])
    elif row[0] != settings.data_origin:
        raise WrongOriginError(
            f"{path} holds {row[0]} data and cannot take {settings.data_origin} data. Set "
            "HIRING_SIGNALS_DATA_DIR to a folder of its own for each origin."
        )
