"""Taking part in a round: joining it, sharing words, withdrawing."""
