"""`make run` and `make ui`: the whole pipeline on one machine, on real Airflow.

Nothing here does pipeline work: it starts processes, triggers DAG runs over Airflow's API, and reports.
"""
