"""The drills: every promise of the journal tried hard, one line each. The door is scripts/drills."""
