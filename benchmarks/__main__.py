"""Run every benchmark in turn: `make bench`. One alone: `python -m benchmarks.bench_classify --help`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run each `bench_*.py` as its users would; return the number that failed."""
    argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__).parse_args()
    failed = 0
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"\n== {path.stem}", flush=True)
        failed += (
            subprocess.run([sys.executable, "-m", f"benchmarks.{path.stem}"], check=False).returncode != 0
        )
    return failed


if __name__ == "__main__":
    sys.exit(main())
