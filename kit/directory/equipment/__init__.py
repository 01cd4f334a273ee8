"""Equipment shared between places: what there is, where, in what state, who has it, who asked for it and when."""
