"""How an answer is fetched: politely, safely, within its budget. Knows no source and reads no posting.

`client` decides what to ask next (retries, redirects, robots.txt, walls), `sending` sends one request in its
turn at the host, `transport` and `safety` connect it to checked addresses only.
"""
