"""The site: settings, middleware, commands and demo data. It knows every app; no app knows it."""
