"""A weekly release: files, data package, page, pointer. `release` writes it; begin there.

* Which release it is: `naming`, `identity`, `vintages` (the ledger); what it was measured from: `basis`.
* What it changes: `changes` (against the release before), `revisions` (the triangle).
* Files: `exports` with `wide` and `spreadsheet`, `database`, `datapackage`, `notices`, `credits`, `specs`,
  `summary`.
* Pages: `page` with `page_charts`, `page_trend`, `charts`, `headline` and `words`; `catalogue` lists all
  releases.
"""
