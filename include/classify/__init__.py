"""Labels of the codebook, each with its evidence span."""
