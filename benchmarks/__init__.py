"""`bench_*` measure speed and memory, mostly beside a named alternative in the same run (`make bench`).

The other modules make the tables of docs/figures.md, or compare two versions of the code.
"""
