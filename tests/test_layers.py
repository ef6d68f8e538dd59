"""Who may import whom: the packages below `include/` build on one another in one direction."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

import pytest

from include.settings import PROJECT_ROOT

INCLUDE = PROJECT_ROOT / "include"


def imported_names(path: Path) -> Iterator[str]:
    """Yield what a file imports, wherever in it: in functions and for types only, too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            yield node.module or ""
            if node.module == "include":
                yield from (f"include.{alias.name}" for alias in node.names)


def package_graph() -> dict[str, set[str]]:
    """Return which packages and modules directly below `include/` each of them imports."""
    graph = defaultdict(set)
    for path in sorted(INCLUDE.rglob("*.py")):
        importer = path.relative_to(INCLUDE).parts[0].removesuffix(".py")
        for name in imported_names(path):
            top, _, inside = name.partition(".")
            if top == "include" and (imported := inside.split(".")[0]) not in ("", importer):
                graph[importer].add(imported)
    return graph


def cycle_in(graph: Mapping[str, Set[str]]) -> list[str]:
    """Return a way from a node back to itself, without what merely leads to it; empty when there is none."""
    done: set[str] = set()

    def search(way: list[str]) -> list[str]:
        for following in sorted(graph.get(way[-1], ())):
            if following in way:
                return [*way[way.index(following) :], following]
            if following not in done and (found := search([*way, following])):
                return found
        done.add(way[-1])
        return []

    return next((found for start in sorted(graph) if start not in done and (found := search([start]))), [])


def test_no_two_packages_need_each_other() -> None:
    graph = package_graph()
    assert {"archive", "collect", "settings"} <= graph["pipeline"], "the imports are not seen"
    cycle = cycle_in(graph)
    assert not cycle, f"move what is misplaced: {' imports '.join(cycle)}"


def test_a_cycle_of_packages_is_seen_however_long() -> None:
    line = {"pipeline": {"collect", "archive"}, "collect": {"archive"}, "archive": {"storage"}}
    assert cycle_in(line) == []
    assert cycle_in(line | {"archive": {"collect"}}) == ["archive", "collect", "archive"]
    assert cycle_in(line | {"storage": {"pipeline"}}) == ["archive", "storage", "pipeline", "archive"]


def test_only_the_allowed_places_import_airflow_and_great_expectations() -> None:
    offenders = []
    for path in sorted(INCLUDE.rglob("*.py")):
        inside = path.relative_to(INCLUDE)
        is_allowed = {
            "airflow": str(inside) == "assets.py",
            "great_expectations": inside.parts[0] == "validate" or inside.name == "expectations.py",
        }
        offenders += [
            f"{inside}: {name}"
            for name in imported_names(path)
            if not is_allowed.get(name.split(".")[0], True)
        ]
    assert offenders == []


@pytest.mark.parametrize("package", ["measure", "publish"])
def test_the_map_of_a_large_package_names_every_module(package: str) -> None:
    folder = INCLUDE / package
    modules = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("__")}
    text = (folder / "__init__.py").read_text()
    named = set(re.findall(r"`(\w+)`", text))
    assert modules - named == set(), "say in __init__.py what they are for"
    assert named - modules == set(), "there is no such module"
