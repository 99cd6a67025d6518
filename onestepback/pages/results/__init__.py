"""What a closed round's people said, as figures and shared words; and taking it away."""
