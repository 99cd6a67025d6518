"""Pages of teams: one team, its settings and its people."""
