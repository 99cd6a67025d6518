"""Changes to plans and actions that touch several tables, each in one transaction."""
