"""Speed and memory against named alternatives, each pair measured in the same run."""
