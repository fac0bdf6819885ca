"""What Django projects share: nothing here knows conversations, accounts or platforms."""
