"""The customer's phone: pages on which a person sees each platform as a customer does, and writes there."""
