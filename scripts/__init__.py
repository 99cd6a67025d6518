"""Scripts for developers: they draw the models, take pictures, and check words in templates."""
