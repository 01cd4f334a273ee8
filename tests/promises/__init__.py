"""The promises of the journal (P1-P11), each with the drill that tries to break it."""
