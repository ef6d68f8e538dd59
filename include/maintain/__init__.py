"""Upkeep of one data folder: integrity, backup, compaction, retention.

Each step is safe to repeat and leaves the folder usable when it is stopped half-way. None of them removes
what cannot be made again: archive, releases, texts and labels are kept for ever.
"""
