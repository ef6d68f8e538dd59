"""A simulated labour market with known truth, served in the boards' own formats."""
