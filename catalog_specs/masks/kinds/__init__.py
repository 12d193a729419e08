"""Kinds of masks: every module of this folder is one, found by its being here.

Belongs here: one class a module, named like the module's file; it holds its shape, the types it
fits, what may remain, its rendering in Polars and its wording. Keep out: what several kinds share
(`catalog_specs.masks.mask`).
"""
