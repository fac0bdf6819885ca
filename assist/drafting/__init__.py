"""A draft of an answer, and an answer in the customer's language: offered beside the composer, never sent."""
