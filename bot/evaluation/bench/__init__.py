"""How fast items are decided and what remembering them costs, as ratios measured in one run."""
