"""Documents for printing: PDFs made with typst."""
