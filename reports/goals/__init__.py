"""Goals of figures, each from a day on; what was chosen before is kept."""
