"""Meta's Graph API: Facebook pages, Messenger, Instagram and WhatsApp, as far as customer care uses it."""
