"""Segments, receipts and the carriers: how what was noted goes home."""
