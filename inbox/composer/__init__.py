"""The composer: how somebody may answer here, what they may send, and what helps them write."""
