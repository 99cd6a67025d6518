"""Pages for inviting people, and for joining by an invitation."""
