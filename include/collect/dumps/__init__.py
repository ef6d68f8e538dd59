"""Files of postings, read in constant memory: formats, column maps, bundled answers, N-Quads."""
