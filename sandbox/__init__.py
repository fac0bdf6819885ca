"""The platforms, locally: X, Facebook, Instagram and WhatsApp as one small simulated world with their APIs."""
