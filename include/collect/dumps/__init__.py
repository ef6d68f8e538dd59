"""Files of postings, read in constant memory.

`reading` opens a dump; `files`, `csv_rows`, `json_rows`, `parquet_rows`, `nquads` and `answer_bundle` give
its records, and `rows` makes postings of them, the way a `column_map` says.
"""
