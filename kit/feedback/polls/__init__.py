"""Consultations: indicative polls and support for ideas, on screen and on paper, told apart from a vote."""
