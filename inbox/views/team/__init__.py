"""Pages of the team: people, teams, preferences, notices and sessions."""
