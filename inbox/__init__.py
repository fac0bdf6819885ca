"""The team's work: conversations, answers and who did what. Knows platforms through channels.types and the registry only."""
