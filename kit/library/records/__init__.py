"""The librarian's table of works, out and back: CSV or XLSX, one row a work, with an id that stays."""
