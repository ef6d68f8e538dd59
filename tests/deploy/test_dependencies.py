"""What is installed at run time is used at run time, and docs/dependencies.md says why it is there."""

from __future__ import annotations

import ast
import re
from importlib.metadata import packages_distributions
from pathlib import Path

from include.settings import PROJECT_ROOT

CODE = ("dags", "include", "plugins")
DOCUMENT = PROJECT_ROOT / "docs" / "dependencies.md"

LOADED_BY_NAME = {
    "apache-airflow": "Airflow's core and SDK, which are packages of their own",
    "apache-airflow-providers-celery": "Airflow's executor in the compose deployment",
    "apache-airflow-providers-postgres": "Airflow's database in the compose deployment",
    "celery": "held below the version that the provider cannot import",
    "duckdb-engine": "SQLAlchemy's dialect duckdb://",
    "lxml": "Beautiful Soup's parser of that name",
    "redis": "Celery's broker in the compose deployment",
}
"""Run-time requirements that no module of ours imports, and what loads them."""


def _required(file: str) -> set[str]:
    lines = (PROJECT_ROOT / file).read_text(encoding="utf-8").splitlines()
    return {re.split(r"[<=>]", line)[0] for line in lines if line and not line.startswith(("#", "-"))}


def _imported_distributions() -> set[str]:
    providers = packages_distributions()
    found: set[str] = set()
    for folder in CODE:
        for path in (PROJECT_ROOT / folder).rglob("*.py"):
            for module in _imports(path):
                found.update(name.lower().replace("_", "-") for name in providers.get(module, []))
    return found


def _imports(path: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module)
    return {module.split(".")[0] for module in modules}


def test_every_run_time_requirement_is_used() -> None:
    required = _required("requirements.in")
    assert set(LOADED_BY_NAME) <= required
    unused = required - _imported_distributions() - set(LOADED_BY_NAME)
    assert not unused, "tests alone need them: requirements-dev.in; nothing does: remove them"


def test_every_direct_dependency_is_explained_and_none_else() -> None:
    run_time, tests = DOCUMENT.read_text(encoding="utf-8").split("## Tests and checks")
    for part, file in ((run_time, "requirements.in"), (tests, "requirements-dev.in")):
        cells = re.findall(r"^\| ([a-z0-9, -]+) \|", part, flags=re.MULTILINE)
        explained = {name for cell in cells for name in cell.split(", ")} - {"package"}
        assert explained == _required(file)
