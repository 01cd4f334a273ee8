"""The machine a kit runs on: what it can tell of itself, and the few words it obeys. Knows no page and no journal."""
