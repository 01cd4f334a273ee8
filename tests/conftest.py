"""Fixtures every test stands on."""
