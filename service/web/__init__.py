"""The workbench: pages for examiners, supervisors, forces and auditors.

Templates lie in `templates/<room>`; style sheets and scripts in `static`, those of other
projects under `static/vendor` with their licences.

- `access`: signing in and out
- `agencies`: agencies: the agreements that the office keeps, and an agency's own requests
- `applications`: the documents of applications, for case officers and auditors
- `certificates`: certificates of an application, and the page on which anybody checks one
- `conversion`: pages of keyers, reconcilers, samplers and keepers of lots
- `cookies`: the cookies of the workbench: out of reach of scripts and, the one of a departure to
  the identity provider aside, of other sites
- `disclosure`: pages of data restricted instead of erased
- `drafts`: forms that outlive their session: the words typed are there again after the next sign-
  in
- `examination`: pages of examiners and supervisors
- `exchange`: the page of the exchange with other States
- `forms`: posted forms: fields, and the session's token
- `links`: pages of confirmed links
- `log`: the log as auditors read it
- `models`: the page of the watch on the law of prints
- `mounting`: puts the workbench on an application
- `page_route`: the parts that every page shares: errors become pages, and headers fence the
  browser in
- `path_prefix`: a path before all addresses, where a proxy serves this application below one
- `people`: a supervisor's pages on the gallery
- `publication`: pages of publication, and the public site as files
- `reference_page`: the reference of the API as a page, drawn from `/openapi.json` by vendored
  files alone
- `rendering`: templates to pages: every value is escaped, and times, sizes and words look alike
  everywhere
- `requests`: the case officers' desk: requests about people, by the day on which their answer is
  due
- `retention`: pages of retention: plans of a purge for supervisors, reviews for case officers
- `searches`: a force's pages: searches and names enquiries
- `tables`: tables that links in their headings sort: no script is needed
- `visitors`: the signed-in visitor, as a dependency of every page but the sign-in
"""
