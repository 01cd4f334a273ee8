"""The store: both engines, the same words."""
