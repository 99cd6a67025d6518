"""Everything a person opens: one room a subject, on floors that import only downwards."""
