"""The address of the organisation in these tests."""

HOME = "/organisations/tamsel-valley-trust/"
