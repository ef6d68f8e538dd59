"""Collect: boards in, raw answers out. Nothing here interprets a posting's text.

`protocol` says what an adapter is, `adapters/` has one for each source, `reader` reads a board with one.
`network/` fetches answers, `parsing/` reads them, `dumps/` reads files of postings instead of boards.
"""
