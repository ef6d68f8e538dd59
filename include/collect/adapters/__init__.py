"""One adapter per source; adding a source is adding one file here and one card in include/sources."""
