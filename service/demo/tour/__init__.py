"""The guided tour of the demo: five steps for each role, as a page of the demo alone.

- `page`: the page of the tour, which asks for no sign-in
- `steps`: the steps of each role: where, what to click, what to notice
"""
