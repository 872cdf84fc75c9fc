"""How well and how fast search finds: against gold sections, against its parts alone, and at 10,000 to 1,000,000 passages."""
