"""Writing to the CRM: a row for each thing, in the transaction in which it happens, and sent once."""
