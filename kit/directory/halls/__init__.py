"""Halls where the suitcase stops or could stop: their practical sheet. Never places of help, never exported as such."""
