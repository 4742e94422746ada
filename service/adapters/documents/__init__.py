"""Documents to print: PDFs, made by typst.

- `chart_pdf`: charts of comparisons as PDF, by typst: tagged to PDF/UA-1, the same bytes for one
  chart
- `own_data_pdf`: answers to requests for one's own data as PDF, by typst
"""
