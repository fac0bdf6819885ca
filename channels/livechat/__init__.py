"""Live chat: a widget on sites of ours, and the doors its visitors write through."""
