"""The metric registry and its estimators. `weekly` fills every out table; begin there.

* What is counted: `registry` (metrics.yaml), `units` (the population as arrays), `flow`, `weeks`, `columns`.
* Shares and their intervals: `grouping` and `cells` (sums by cell), `estimators`, `comparisons`, `interval`,
  `rows` (from sums to rows of the table), `series` (which cells are published).
* What is withheld: `suppression`, `differencing` (across weeks), `nesting` (across breakdowns).
* Correction by people's labels: `corrected`, `prediction_powered`.
* Figures with an estimator of their own: `derived`, which calls `trend`, `mann_kendall`, `panel`,
  `uniformity`, `dissimilarity`, `length` and `positive_control`; `pooled`; `year_on_year`; `crosstab` with
  `association`; `claims` with `kinds`.
* From release to release: `breaks`, `revisions`, `stamp`, `taxonomy`, `write`.
"""
