"""The first pages: start or home, privacy, accessibility, and whether the site is well."""
