"""Tags and filters that every template can load."""
