"""What every error has in common that an operator may meet, and how words of strangers are shown in it."""

from __future__ import annotations

import re

_NOT_SHOWN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Return text with its control characters and marks of direction written as escapes; line feeds stay.

    What boards and dumps say stands in messages, and these end on terminals: there an escape sequence could
    clear the screen or write a line of its own, and a mark of direction could turn the words around.
    """
    return _NOT_SHOWN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


class ExplainedError(Exception):
    """The message says what happened and what to do, so commands print it without a traceback."""

    def __str__(self) -> str:
        """Return the message as it may be shown anywhere."""
        return printable(super().__str__())
