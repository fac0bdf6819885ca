"""What customers say of the product, for those who make it."""
