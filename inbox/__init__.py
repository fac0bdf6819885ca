"""The team's work: conversations, answers, and who did what. Of platforms it knows types and connectors only."""
