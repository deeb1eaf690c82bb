"""Self-assessments of many units at once, a row each: the hamlets of a commune, and the households,
clans and citizens of a hamlet or office.

Each row is an assessment with answers like any other, by the rules of `criteria.assessing` and the
steps of `criteria.workflow`; what is saved together is written together, with as many queries for
fifty rows as for one. `book` says what is assessed together, `reading` whose rows there are and how
far they are, `saving` writes them, `steps` carries many of them on.
"""
