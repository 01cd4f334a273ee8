"""Items, files, rights, shelves and reading: the free works in the suitcase."""
