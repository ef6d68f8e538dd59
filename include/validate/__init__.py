"""Checks on the warehouse with Great Expectations, and the gate that stops a bad release."""
