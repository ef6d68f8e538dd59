"""What this project adds to Airflow itself: the operators' page and its read-only API."""
