"""What several rooms of pages use: where to go on to, words not yet saved, paging."""
