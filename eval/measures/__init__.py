"""What is measured of a draft (评测指标): each measure a pure function whose docstring is its definition."""
