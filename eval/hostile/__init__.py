"""Drafting under a hostile writer: generated sheets, a model that does all it should not, and what comes out."""
