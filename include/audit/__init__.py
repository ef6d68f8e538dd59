"""Labels by people: the week's sample, the page they work on, what they gave, how far they agree."""
