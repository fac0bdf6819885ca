"""Pages of triage: assign, close, label and block."""
