"""Planned workshops, sign-ups, the waiting list, the roll and attendance."""
