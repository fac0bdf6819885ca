"""E-mail as a platform: a mailbox read by IMAP, and answers that leave by SMTP."""
