"""Who somebody of ours is in the CRM: looked up, chosen by a colleague where several may be it, and remembered."""
