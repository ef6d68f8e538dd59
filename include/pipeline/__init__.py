"""The steps of the pipeline: settings and a partition in, a small report out.

A DAG task, a test and a rebuild call the same step. Steps find their files through `Settings.paths`, open the
warehouse late and close it early, and can be run again at any time.
"""
