"""Pages of a person's account: their details, their data, deleting it, and the sign-in forms."""
