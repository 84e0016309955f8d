"""Measured runs: what this service takes beside what people write today."""
