"""Publishing makes PDFs, spreadsheets, calendars, charts and downloads. It knows no app."""
