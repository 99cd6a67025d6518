"""Systems: the partnership's page and its organisations."""
