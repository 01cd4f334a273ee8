"""Carriers: one file each behind one small interface."""
