"""A mail server on this machine: IMAP and SMTP as strict as real ones, and a page where customers write."""
