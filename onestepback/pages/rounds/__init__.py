"""Pages for running a round: planning, opening, reminding and closing it."""
