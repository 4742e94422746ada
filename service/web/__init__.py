"""The workbench: pages for examiners, supervisors, forces and auditors.

Templates lie in `templates/<room>`; style sheets and scripts in `static`, those of other
projects under `static/vendor` with their licences.
"""
