"""Postings to openings: multi-location copies, reposts and cross-board copies are grouped, never deleted."""
