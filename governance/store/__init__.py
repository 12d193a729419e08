"""The governance store: what officers decide and when, in one small relational database.

Belongs here: opening and migrating it, its tables. Keep out: what the rows mean (`governance.cases`
and its neighbours). It holds people's decisions; facts about data stay in the ledgers of the lake.
SQLAlchemy is imported by these modules alone, and they are imported inside functions: a command
that asks nothing of the store must not wait for it.
"""
