"""Raw answer to posting: text, title, place, pay, dates, language; no personal data."""
