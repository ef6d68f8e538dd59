from __future__ import annotations

import ast
import subprocess
import sys

from include.settings import PROJECT_ROOT


def test_what_the_tasks_of_a_run_import_is_preloaded() -> None:
    needed = {
        node.module
        for path in (PROJECT_ROOT / "dags").glob("*.py")
        if path.stem != "maintain_warehouse"  # weekly, and not part of a run
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("include.")
    }
    assert len(needed) > 5
    code = (
        "import sys, importlib, include.local_run.preload; before = set(sys.modules)\n"
        f"for name in {sorted(needed)!r}: importlib.import_module(name)\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
