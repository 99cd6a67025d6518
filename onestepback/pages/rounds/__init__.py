"""Running a round: planning, opening, reminding, closing."""
