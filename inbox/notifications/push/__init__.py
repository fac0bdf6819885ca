"""Web Push: a browser is told by its maker's push service, also while no page of ours is open."""
