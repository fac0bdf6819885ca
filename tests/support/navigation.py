"""What the navigation costs a page, in statements, whatever there is to count."""

# The moment, accounts, counts of conversations, failures, approvals, notifications, the newest of them, notices,
# saved views.
NAVIGATION = 9 + 1  # and what one did last, which the bar undoes
