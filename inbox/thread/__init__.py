"""A thread as it is read: its messages, cards, reviews, and what is known of the contact."""
