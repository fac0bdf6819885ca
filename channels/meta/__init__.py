"""Meta's platforms, Facebook, Instagram and WhatsApp, and the Graph API they share."""
