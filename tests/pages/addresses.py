"""Where the organisation of these tests is."""

HOME = "/organisations/tamsel-valley-trust/"
