"""The immutable raw store: every answer verbatim, content-addressed, replayable without network."""
