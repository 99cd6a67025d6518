"""Inviting people, and joining by an invitation."""
