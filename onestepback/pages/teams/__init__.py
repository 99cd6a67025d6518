"""Teams: their page, their settings, their people."""
