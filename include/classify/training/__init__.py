"""Training and cross-validation of the shipped models; needs scikit-learn and labelled postings, run by hand."""
