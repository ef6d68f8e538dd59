"""What every error has in common that an operator may meet."""

from __future__ import annotations


class ExplainedError(Exception):
    """The message says what happened and what to do, so commands print it without a traceback."""
