"""What the home side would plan, change or cancel on a box: sent down as proposals, settled by the box alone."""
