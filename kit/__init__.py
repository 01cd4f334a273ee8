"""The field kit: one program with two roles, a kit in a suitcase and a central at home."""

__version__ = "0.1.0"
