"""Checks on the warehouse with Great Expectations, and the gate that stops a bad release."""

import logging

# Its import alone writes some 170 lines at level INFO, among which an operator looks for the gate's own.
logging.getLogger("great_expectations").setLevel(logging.WARNING)
