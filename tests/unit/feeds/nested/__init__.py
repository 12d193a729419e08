"""Tests of nested records."""
