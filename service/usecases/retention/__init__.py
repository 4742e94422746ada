"""Retention: data no longer kept by a rule, purged by plan, and reviewed by people where unknown.

- `bases`: the bases on which data of one person is kept, shown with their provisions
- `due`: the standing of everybody on a day, as the planner sees it
- `facts`: events of a record in the form that the rules ask about
- `planning`: plans of a purge: made, shown, and listed
- `recounting`: the people of a plan counted again, by code that shares nothing with the planner
- `releasing`: plans released by two people, and carried out person by person
- `reviewing`: reviews: opened where the rules say so, proposed, and agreed with
"""
