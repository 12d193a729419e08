"""Checks of a home: every module of this folder is one, found by its being here.

Each has a `CHECK`: its codes, and a function from the patient to what it finds. A check reads; it
mends nothing but what the patient says it may.
"""
