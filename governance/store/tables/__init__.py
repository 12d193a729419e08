"""Tables of the governance store: one module for each subject, one class for each table.

A table is added as a class here and as a migration in `governance/store/migrations/versions/`;
`tests/unit/governance/store/test_database.py` holds the two to each other.
"""
