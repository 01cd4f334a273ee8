"""Activity reports (comptes rendus): drafted at closing, corrected in a minute, exported as La Coop does."""
