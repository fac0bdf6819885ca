"""What is done on a platform besides answering: like, hide, delete, block."""
