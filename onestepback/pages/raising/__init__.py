"""Raising an action to the plan above, and answering there."""
