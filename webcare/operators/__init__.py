"""Technical tables for operators, where the environment opens them (`OPERATORS_ADMIN`)."""
