"""What adapters share to turn an answer into listings: decoding, pages, dates, pay, places, markup."""
