"""The metric registry and its estimators."""
