"""Places, people who help, and the stops of the tour."""
