"""One folder per table: card, query and expectations side by side."""
