"""What the CRM tells of somebody, beside their conversation: asked after the page stands, and kept for a moment."""
