"""Pages for raising an action to the plan above, and for answering what was raised."""
