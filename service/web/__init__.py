"""The workbench: pages for examiners, supervisors, forces and auditors, on the use cases.

`mount` puts it on an application · `state` what pages work with · `page_route` errors and headers
of a page · `rendering` templates · `visitors` who is signed in · `cookies` · `forms` what was
posted · `routes` the pages by subject · `static` style sheets and scripts, those of others under
`vendor` with their licences.
"""
