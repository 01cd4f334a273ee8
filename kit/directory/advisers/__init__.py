"""People who help: what they can do, where and when; shown to everybody only when they said so."""
