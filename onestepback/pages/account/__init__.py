"""A person's account: details, sign-in forms, own data, deleting it."""
