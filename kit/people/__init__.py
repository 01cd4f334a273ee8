"""Staff, sign-in and permissions; sealing and opening the identities of participants."""
