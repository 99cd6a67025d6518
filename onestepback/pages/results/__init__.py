"""Pages with the results of a closed round: figures, shared words, and files of both."""
