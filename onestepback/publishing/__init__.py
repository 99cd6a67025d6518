"""Files made from plain values: PDFs, spreadsheets, calendars, charts. It imports no app."""
