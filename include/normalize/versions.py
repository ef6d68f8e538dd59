"""Version of the code that turns what a source sends into an ad's stored text.

Every change that can give another text for the same ad raises it: in `text`, `tag_marks`, `layout`,
`characters` and `personal_data` here, and in the escapes undone by `include/collect/parsing/markup.py`. Only
a rebuild from the archive makes a stored text again, so a release names the versions by which its texts were
made. `tests/normalize/text_record.py` shows most changes that were made without raising it.
"""

from __future__ import annotations

from typing import Final

TEXTS_VERSION: Final = "2"
