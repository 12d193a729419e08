"""Domains beyond bounds: published shapes, and other items of their record."""
