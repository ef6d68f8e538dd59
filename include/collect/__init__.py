"""Collect: boards in, raw answers out. Nothing here interprets a posting's text."""
