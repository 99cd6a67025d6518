"""Pages about the people of an organisation: finding them, their roles and teams, leaving."""
