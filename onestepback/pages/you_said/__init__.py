"""“You said, we did”: written, shown to a plan's readers, published for everybody."""
