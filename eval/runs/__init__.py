"""Offline evaluation runs (离线评测): suites, the runner, the store, comparison and report."""
