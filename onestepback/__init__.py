"""The site: settings, middleware, commands and demo data know every app; no app knows it."""
