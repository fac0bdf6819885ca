"""Pictures of every page in every state: `make screenshots`. They are looked at by people; nothing here is a test."""
