"""Documents to print: PDFs, made by typst."""
