"""Hiring Signals: collect, classify, measure and publish what job ads ask for.

Everything here is importable, typed and tested without Airflow. `dags/` says when, this package says how.
"""
