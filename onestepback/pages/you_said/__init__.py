"""Pages of “You said, we did”: writing it, showing it to a plan's readers, publishing it."""
