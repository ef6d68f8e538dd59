"""A weekly release: files, data package, page, pointer."""
