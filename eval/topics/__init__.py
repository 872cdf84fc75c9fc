"""How well topics are recognised, on the gold sections beside the project and on our own exemplars."""
