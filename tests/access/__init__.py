"""Everyone, on any phone: what a machine can judge of accessibility and weight, and the tables that say the rest."""
