"""Pages of the composer: answers, drafts, canned replies, message templates and approvals."""
