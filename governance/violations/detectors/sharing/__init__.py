"""Detectors of what is done with shared data: extracts, copies, asks and purposes (五(三)(十))."""
