"""Documents to print: PDFs, made by typst.

- `certificate_pdf`: certificates for people as PDF, by typst: PDF/A-3a and PDF/UA-1 in one
- `chart_pdf`: charts of comparisons as PDF, by typst: tagged to PDF/UA-1, the same bytes for one
  chart
- `own_data_pdf`: answers to requests for one's own data as PDF, by typst
- `sealing`: the seal on documents: PAdES by pyHanko, with its own key
"""
