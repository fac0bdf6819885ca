"""A server that speaks OpenAI's API as a language model does, and says the same to the same question."""
