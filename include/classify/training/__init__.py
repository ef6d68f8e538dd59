"""Training and cross-validation of the shipped models; run by hand, needs labelled postings."""
