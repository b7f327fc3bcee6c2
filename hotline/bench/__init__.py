"""`hotline bench`: ours and a peer's work in turn in one run, as ratios, with the floor."""
