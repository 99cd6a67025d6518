"""Which e-mails somebody wants, and stopping them by a link."""
