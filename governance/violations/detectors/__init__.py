"""Detectors of violations: every module of this folder is one, found by its being here."""
