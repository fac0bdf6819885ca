"""What pages cost in statements, whatever there is to show."""

# The moment, accounts, teams closed to the reader, and the counts with what waits for them.
NAVIGATION = 4 + 1  # and what one did last, which the bar undoes
# Session, reader, the conversation, the list beside it in two.
# Of the thread: the contact's other conversations, messages, files, reactions, reviews, answers taken back.
# Of the person: their accounts, and all that is known.
# For the composer: draft, sensitive topics, guidelines.
CONVERSATION = 5 + 6 + 2 + 3 + NAVIGATION
