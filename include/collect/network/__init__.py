"""How an answer is fetched: politely, safely, within its budget. Knows no source and reads no posting."""
