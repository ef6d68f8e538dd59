"""Version of what makes an ad's stored text of what its source sends.

Every change that can give another text for the same ad raises it: of `text`, `characters` and `personal_data`
here, of the escapes undone in `include/collect/parsing/markup.py`. A stored text is never made again but by a
rebuild from the archive, so a release names the versions that its texts were made by.
`tests/normalize/text_record.py` shows most changes that were made without raising it.
"""

from __future__ import annotations

from typing import Final

TEXTS_VERSION: Final = "2"
