"""Human labels in, accuracy and corrected estimates out."""
