"""The commands of manage.py that belong to the whole site."""
