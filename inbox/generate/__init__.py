"""Made-up history in quantity, for measuring: a team, its accounts, and what customers said for years.

The rows are what `inbox/ingest` and colleagues would have written. They go in by COPY, with all triggers and keys on.
"""
