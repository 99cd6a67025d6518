"""What leaves the screen: PDFs, spreadsheets, calendars, charts. It knows no app."""
