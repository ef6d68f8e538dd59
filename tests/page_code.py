"""The Python that a page of the docs tells its reader to run, run as readers do: from a file of its own."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

from include.settings import PROJECT_ROOT


def run_page_code(page: str, word: str, folder: Path, **names: Any) -> None:
    """Run the one Python block of a page that holds a word.

    Args:
        page: file name in docs/.
        word: stands in this block and in no other.
        folder: takes the file.
        names: what the page says that its reader has by then.
    """
    text = (PROJECT_ROOT / "docs" / page).read_text(encoding="utf-8")
    (code,) = (block for block in re.findall(r"^```python\n(.*?)^```", text, re.M | re.S) if word in block)
    file = folder / "page.py"
    file.write_text(code, encoding="utf-8")
    runpy.run_path(str(file), names)
