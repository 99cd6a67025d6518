"""Code that several rooms of pages use: redirects, unsaved words, recent sign-in, pagination."""
