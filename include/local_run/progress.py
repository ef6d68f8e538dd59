"""What the terminal shows while a run goes on: one line a step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text


class Progress:
    """Says what is being done, and how long it took, one line a step.

    Args:
        console: where to.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.started = time.monotonic()

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show a step while it runs and its outcome when it has ended."""
        begun = time.monotonic()
        step = Step(name)
        # A step may have the name of the user's file: what looks like markup of ours in it is none.
        with self.console.status(Text(name)) as status:
            if self.console.is_terminal:
                step.update = lambda text: status.update(Text(f"{name}: {text}"))
            yield step
        took = time.monotonic() - begun
        self.console.print(f"  {name:<42} {step.outcome:<52} {took:6.1f} s", highlight=False, markup=False)


class Step:
    """One step; set `outcome` to say how it ended."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.outcome = ""
        self.update: Callable[[str], None] | None = None
        """Says how far the step is; None where nobody watches (no terminal)."""
