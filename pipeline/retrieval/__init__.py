"""Retrieval: texts become vectors, vectors an index, and a query the passages that treat the same thing."""
