"""Counts without tracking: how often each work was read or kept, per day, and how many visitors; nothing of anyone."""
