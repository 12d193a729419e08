"""Tests of acts of the special procedure."""
