"""Evaluation: the check of one document, and how well the check itself does."""
