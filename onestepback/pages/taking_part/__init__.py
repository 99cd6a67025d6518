"""Pages for taking part in a round: joining it, sharing words, withdrawing."""
