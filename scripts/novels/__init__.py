"""Turning the TEI novels of ELTeC-fra into EPUB 3 books; the door is `scripts/make_novels.py`."""
